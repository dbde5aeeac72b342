"""What people write is text wherever it is shown: one canary in every field, looked for on every page."""

import zipfile
from collections.abc import Iterator
from io import BytesIO

import html5lib
import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import JSON, Enum, String, Table, select
from sqlalchemy.orm import Session

from lms import access, db
from lms.access import PERMISSIONS_OF
from lms.forms import writing_fields
from tests.conventions.crawler import Crawl
from tests.conventions.test_declarations import forms
from tests.conventions.whole_site import READY, ROLES, WholeSite, make_whole_site

CANARY = "\"'><svg/onload=1>&{{7*7}}"
ESCAPED = str(escape(CANARY))
TRACE = "svg/onload=1"

# columns that hold the program's own words or course addresses, never what somebody wrote
NOT_WRITTEN = {
    "audit_lines": {"action", "object_type", "object_id"},
    "certificates": {"number", "code", "template", "pdf_sha256"},
    "claim_contents": {"sha256"},
    "claim_texts": {"sha256"},
    "claims": {"checklist", "code"},
    "course_versions": {"content_hash", "checklist"},
    "courses": {"slug", "fingerprint"},
    "criteria": {"code"},
    "criteria_sets": {"slug", "content_hash", "unit", "part_unit"},
    "diary_entries": {"key", "lesson", "prompt"},
    "guide_pages": {"slug", "language", "roles"},
    "guide_versions": {"fingerprint"},
    "hour_counts": {"who", "what"},
    "lesson_marks": {"lesson"},
    "lesson_pages": {"slug", "language"},
    "people": {"username", "password_hash", "language"},
    "quiz_tries": {"quiz", "lesson", "wording"},
    "sign_in_counters": {"account", "key"},
    "sign_ins": {"token_hash"},
    "task_answers": {"task", "lesson"},
}

# pages that no link leads to: reached by a form, a script or a machine
UNLINKED = {
    "accounts.sign_in_page",
    "catalogue.media",
    "certificates.content",
    "certificates_staff.preview_pdf",
    "health.healthz",
    "health.readyz",
    "privacy.goodbye",
}

# pages on which the canary must be seen, or the test would prove nothing
SHOW_IT = {
    "accounts_staff.people",
    "accounts_staff.person",
    "certificates.own_certificates",
    "certificates.verify",
    "certificates_staff.run",
    "certificates_staff.runs",
    "checklists.checklist",
    "checklists.checklists",
    "checklists.claim",
    "diary.confirm_delete",
    "diary.earlier",
    "diary.entries",
    "diary.entry",
    "help.index",
    "help.page",
    "help.privacy",
    "home.home",
    "home.my_runs",
    "lessons.contents",
    "lessons.lesson",
    "privacy.me",
    "review.queue",
    "review_one.answer",
    "review_one.claim",
    "review_staff.people",
    "review_staff.person",
    "runs.course",
    "runs.courses",
    "runs.version",
    "runs_staff.new",
    "runs_staff.run",
    "runs_staff.runs",
}


@pytest.fixture
def site(empty: Flask, session: Session) -> Iterator[WholeSite]:
    yield make_whole_site(empty, session, text=CANARY)


def assert_is_text(html: str, where: str) -> int:
    """Assert that the canary is in the page as text only; return how often it is there."""
    assert html.count(TRACE) == html.count(ESCAPED), where
    return html.count(ESCAPED)


def columns_of(table: Table) -> set[str]:
    return {
        column.name
        for column in table.columns
        if isinstance(column.type, String | JSON) and not isinstance(column.type, Enum)
    }


def test_the_canary_is_in_every_column_that_somebody_writes(site: WholeSite) -> None:
    for table in db.Base.metadata.sorted_tables:
        rows = site.session.execute(select(table)).mappings().all()
        wanted = columns_of(table) - NOT_WRITTEN.get(table.name, set())
        missing = {name for name in wanted if not any(TRACE in str(row[name]) for row in rows)}
        assert not missing, (
            f"{table.name}: make one with site.text in whole_site.py, or NOT_WRITTEN: {missing}"
        )


def test_every_page_shows_it_as_text(site: WholeSite) -> None:
    """Every link on the way is followed, so that none of them is broken either."""
    shown: set[str] = set()
    visited: set[str] = set()
    for name, role in ROLES.items():
        crawl = Crawl(site.browser(name))
        for endpoint, address, answer in crawl.walk("/me"):
            assert answer.status_code in (200, 302), f"{name} {address}: {answer.status_code}"
            visited.add(endpoint)
            if answer.mimetype == "text/html" and assert_is_text(answer.text, f"{name} {address}"):
                shown.add(endpoint)
        assert role in PERMISSIONS_OF

    readable = {rule.endpoint for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert SHOW_IT - shown == set()
    assert readable - visited - UNLINKED == set(), "no link leads there"


def html_of(packed: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        return [archive.read(name).decode() for name in archive.namelist() if name.endswith(".html")]


@pytest.mark.parametrize("path", ["/me/data.zip", "/diary/export.zip"])
def test_files_to_keep_show_it_as_text(site: WholeSite, path: str) -> None:
    for name in ("aino", READY, "bertil"):
        [page] = html_of(site.browser(name).get(path).data)
        html5lib.HTMLParser(strict=True).parse(page)
        assert assert_is_text(page, path)


def test_what_an_address_says_is_text(site: WholeSite) -> None:
    admin, staff = site.browser("paavo"), site.browser("didrik")
    pages = [
        admin.get("/people", query_string={"search": CANARY, "sort": CANARY, "role": CANARY}),
        staff.get(f"/staff/runs/{site.run.id}", query_string={"search": CANARY}),
        staff.get("/verify", query_string={"code": CANARY}),
        staff.get(f"/verify/{CANARY.replace('/', '')}"),
        staff.get(f"/{CANARY}"),
        staff.get("/diary/new", query_string={"run": CANARY, "lesson": CANARY, "prompt": CANARY}),
    ]
    site_without = site.browser("paavo").sign_out()
    pages.append(site_without.get("/sign-in", query_string={"next": CANARY}))
    shown = [page.text for page in pages if page.mimetype == "text/html" and ESCAPED in page.text]
    assert len(shown) > 2
    for page in pages:
        if page.mimetype == "text/html":
            assert f"<{TRACE}" not in page.text


def test_a_refused_form_gives_it_back_as_text(site: WholeSite) -> None:
    """Every form of the site, sent full of it: by a stranger, with an old token, and by each role."""
    names = {field.name for taken in forms().values() for field in writing_fields(*taken)}
    fields = dict.fromkeys({*names, "username", "search"}, CANARY)
    assert {"title", "body", "answer", "text", "comment", "name", "usernames"} <= fields.keys()
    nonsense = {"decision": CANARY, "rating": CANARY, "revision": CANARY, "starts_on": CANARY, "key": CANARY}
    rules = [rule for rule in site.app.url_map.iter_rules() if "POST" in (rule.methods or ())]
    values = {
        "run_id": site.run.id,
        "person_id": site.people["aino"].id,
        "entry_id": 1,
        "claim_id": 1,
        "answer_id": 1,
        "course": "suuri",
        "slug": "alku",
        "task_id": "viesti",
        "quiz_id": "kysely",
        "number": 1,
    }
    given_back = 0
    for name in (None, "aino", "bertil", "didrik", "paavo"):
        for rule in rules:
            if access.declared(site.app, rule.endpoint) is None:
                continue
            client = site.browser(name) if name else site.browser("aino").sign_out()
            built = rule.build({key: values.get(key, 1) for key in rule.arguments})
            assert built
            for token in (None, "old"):
                answer = client.post(built[1], {**fields, **nonsense, "page": "/diary"}, token=token)
                if answer.mimetype == "text/html":
                    given_back += assert_is_text(answer.text, f"{name} {built[1]}")
    assert given_back > 500
