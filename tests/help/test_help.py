"""The help pages and the statements: who finds what, in which language, with what the settings say."""

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.access import Role
from lms.app import create_app
from lms.catalogue.operations import publish_guide
from lms.config import ROOT, Settings
from lms.coursefiles.read.guide import GuideReading, read_guide
from lms.coursefiles.render.renderer import Renderer
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.coursefiles.guide_folders import HELP, guide_with
from tests.databases import settings_for

HOSTILE_NAME = "Paja <script>alert(1)</script> & kumppanit"


@pytest.fixture(scope="module")
def shipped() -> GuideReading:
    with Renderer(wall_seconds=120) as renderer:
        reading = read_guide(ROOT / "courses" / "_guide", renderer=renderer)
    assert reading.faults == ()
    return reading


@pytest.fixture
def guide(session: Session, shipped: GuideReading) -> GuideReading:
    """The shipped guide, published."""
    publish_guide(session, shipped.pages, NOW, fingerprint="f" * 64)
    session.commit()
    return shipped


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize(("path", "checked"), [("/privacy", "2026-12-01"), ("/accessibility", "2026-11-28")])
def test_the_statements_name_the_operator_in_every_language(
    client: Client, guide: GuideReading, path: str, checked: str, language: str
) -> None:
    page = client.get(path, headers={"Accept-Language": language}).text

    assert f'<html lang="{language}">' in page
    assert page.count("Esimerkkikaupungin Taitoverstas") >= 2
    assert "012 345 6789" in page
    assert "taitoverstas@example.org" in page
    assert "{" not in page
    assert f'datetime="{checked}"' in page
    if path == "/accessibility":
        assert "Traficom" in page
        assert "306/2019" in page
        assert "14" in page


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_every_page_of_the_guide_opens_without_signing_in(
    client: Client, guide: GuideReading, language: str
) -> None:
    titles = {page.slug: page.title for page in guide.pages if page.language == language}
    index = client.get("/help", headers={"Accept-Language": language}).text
    for slug, title in titles.items():
        answer = client.get(f"/help/{slug}", headers={"Accept-Language": language})
        if slug in ("accessibility", "privacy"):
            assert answer.location == f"/{slug}"
        else:
            assert answer.status_code == 200
            assert f"<h1>{title}</h1>" in answer.text
        assert title in index


def test_there_is_help_for_everybody_who_learns_leads_runs_or_writes(guide: GuideReading) -> None:
    written_for = {role for page in guide.pages for role in page.roles}

    assert {page.slug for page in guide.pages} >= {"participant", "instructor", "staff", "author"}
    assert written_for >= {"participant", "instructor", "staff", "admin"}


@pytest.mark.parametrize(
    ("role", "slugs"),
    [
        (Role.PARTICIPANT, ["participant"]),
        (Role.INSTRUCTOR, ["instructor", "author"]),
        (Role.ADMIN, ["staff"]),
    ],
)
def test_ones_own_help_comes_first(
    client: Client, session: Session, guide: GuideReading, role: Role, slugs: list[str]
) -> None:
    factories.make_person(session, "aino", role)
    session.commit()

    page = client.sign_in("aino").get("/help").text

    own, _, others = page.partition('id="others"')
    assert 'id="own"' in own
    assert [
        slug for slug in ("participant", "instructor", "staff", "author") if f"/help/{slug}" in own
    ] == slugs
    assert 'href="/privacy"' in others


def test_every_page_leads_to_the_help(client: Client, session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()

    assert client.get("/sign-in").text.count('href="/help"') == 1
    assert client.sign_in("aino").get("/").text.count('href="/help"') == 2


def test_a_page_that_is_not_there_is_not_found(client: Client, guide: GuideReading) -> None:
    for path in ("/help/muu", "/help/..%2f", "/help/participant/x"):
        assert client.get(path).status_code == 404, path


def test_before_publishing_each_page_says_whom_to_ask(client: Client) -> None:
    for path in ("/help", "/privacy", "/accessibility"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert answer.text.count("012 345 6789") >= 2
    assert client.get("/help/participant").status_code == 404


def test_the_operators_name_is_text_whatever_it_holds(
    database: Settings, empty: Flask, session: Session, tmp_path: Path
) -> None:
    text = HELP + "\n## Kuka on {operator}?\n\n/// note\n{operator} auttaa.\n///\n"
    with Renderer(wall_seconds=120) as renderer:
        reading = read_guide(guide_with(tmp_path, {"01-participant.md": text}), renderer=renderer)
    publish_guide(session, reading.pages, NOW, fingerprint="f" * 64)
    session.commit()
    app = create_app(settings_for(database.database_url, database.data_dir, LMS_OPERATOR_NAME=HOSTILE_NAME))

    page = Client(app).get("/help/participant", headers={"Accept-Language": "fi"}).text
    app.extensions["engine"].dispose()

    assert "<script>alert" not in page
    assert page.count("Paja &lt;script&gt;alert(1)&lt;/script&gt; &amp; kumppanit") >= 4
    assert "{operator}" not in page


def test_the_newest_guide_is_what_people_read(
    client: Client, session: Session, guide: GuideReading, tmp_path: Path
) -> None:
    with Renderer(wall_seconds=120) as renderer:
        small = read_guide(guide_with(tmp_path), renderer=renderer)
    publish_guide(session, small.pages, NOW, fingerprint="a" * 64)
    session.commit()

    assert "Näin pääset alkuun." in client.get("/help", headers={"Accept-Language": "fi"}).text
    assert client.get("/help/instructor").status_code == 404
