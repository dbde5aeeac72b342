"""Every route declares who may use it, and the declaration holds for every role and for strangers."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.access import PERMISSIONS_OF, Role, declared
from lms.coursefiles.site_pages import SITE_PAGES
from tests import factories
from tests.client import Client

# the whole matrix: which permission each endpoint asks for; "public" is open to all
MATRIX = {
    "accounts.choose_language": "public",
    "accounts.own_password_form": "own:work",
    "accounts.own_password_page": "own:work",
    "accounts.sign_in_form": "public",
    "accounts.sign_in_page": "public",
    "accounts.sign_out": "public",
    "accounts.sign_out_everywhere": "own:work",
    "accounts_staff.close_or_open": "person:list",
    "accounts_staff.correct_name": "person:list",
    "accounts_staff.give_password": "person:list",
    "accounts_staff.give_roles": "person:list",
    "accounts_staff.new_person_form": "person:add",
    "accounts_staff.new_person_page": "person:add",
    "accounts_staff.people": "person:list",
    "accounts_staff.person": "person:list",
    "booklets_staff.booklet": "run:manage",
    "catalogue.media": "public",
    "certificates.content": "own:work",
    "certificates.own_certificates": "own:work",
    "certificates.pdf": "own:work",
    "certificates.verify": "public",
    "certificates.verify_form": "public",
    "certificates_staff.issue": "certificate:issue",
    "certificates_staff.preview_pdf": "certificate:issue",
    "certificates_staff.run": "certificate:issue",
    "certificates_staff.runs": "certificate:issue",
    "checklists.change_claim": "own:work",
    "checklists.checklist": "own:work",
    "checklists.checklists": "own:work",
    "checklists.claim": "own:work",
    "diary.comment": "own:work",
    "diary.confirm_delete": "own:work",
    "diary.delete": "own:work",
    "diary.earlier": "own:work",
    "diary.entries": "own:work",
    "diary.entry": "own:work",
    "diary.export_zip": "own:work",
    "diary.new": "own:work",
    "diary.restore": "own:work",
    "diary.save": "own:work",
    "diary.undelete": "own:work",
    "diary.version": "own:work",
    "diary.write": "own:work",
    "headers.csp_report": "public",
    "health.healthz": "public",
    "health.readyz": "public",
    "help.accessibility": "public",
    "help.index": "public",
    "help.page": "public",
    "help.privacy": "public",
    "home.home": "public",
    "home.my_runs": "claim:review",
    "lessons.answer": "own:work",
    "lessons.contents": "own:work",
    "lessons.done": "own:work",
    "lessons.lesson": "own:work",
    "lessons.quiz": "own:work",
    "privacy.erase": "own:work",
    "privacy.erase_page": "own:work",
    "privacy.goodbye": "public",
    "privacy.me": "own:work",
    "privacy.own_data": "own:work",
    "review.decide_several": "claim:review",
    "review.queue": "claim:review",
    "review_one.answer": "claim:review",
    "review_one.claim": "claim:review",
    "review_one.decide_answer": "claim:review",
    "review_one.decide_claim": "claim:review",
    "review_staff.people": "run:follow",
    "review_staff.person": "run:follow",
    "runs.course": "own:work",
    "runs.courses": "own:work",
    "runs.enrol": "own:work",
    "runs.take_version": "run:follow",
    "runs.version": "run:follow",
    "runs_staff.change": "run:manage",
    "runs_staff.create": "run:manage",
    "runs_staff.new": "run:manage",
    "runs_staff.run": "run:manage",
    "runs_staff.runs": "run:manage",
}


def rules(app: Flask, method: str) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]


def address(rule: Rule) -> str:
    """Return an address of the rule for objects that are not there."""
    values = {
        name: 10**9 if type(converter).__name__ == "RowIdConverter" else "ei-ole"
        for name, converter in rule._converters.items()
    }
    built = rule.build(values)
    assert built is not None
    return built[1]


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        declared(app, rule.endpoint)


def test_the_matrix_is_what_was_written_down(app: Flask) -> None:
    found = {
        rule.endpoint: str(declared(app, rule.endpoint) or "public") for rule in app.url_map.iter_rules()
    }
    differing = {name for name, _permission in found.items() ^ MATRIX.items()}
    assert not differing, f"not as MATRIX says: {sorted(differing)}"


def test_strangers_are_sent_to_sign_in_and_post_nothing(client: Client) -> None:
    for rule in rules(client.app, "GET"):
        if declared(client.app, rule.endpoint) is not None:
            answer = client.get(address(rule))
            assert (answer.status_code, answer.location.split("?")[0]) == (302, "/sign-in"), rule
    for rule in rules(client.app, "POST"):
        if declared(client.app, rule.endpoint) is not None:
            assert client.post(address(rule), {"body": "tekstiäni"}).status_code == 401, rule


@pytest.mark.parametrize("role", Role)
def test_a_page_beyond_ones_role_does_not_exist(client: Client, session: Session, role: Role) -> None:
    factories.make_person(session, "aino", role)
    session.commit()
    client.sign_in("aino")

    for method in ("GET", "POST"):
        for rule in rules(client.app, method):
            permission = declared(client.app, rule.endpoint)
            if permission is None or permission in PERMISSIONS_OF[role]:
                continue
            answer = client.get(address(rule)) if method == "GET" else client.post(address(rule))
            assert answer.status_code == 404, f"{method} {rule}"


@pytest.mark.parametrize("role", Role)
def test_every_page_of_ones_role_answers(client: Client, session: Session, role: Role) -> None:
    factories.make_person(session, "aino", role)
    session.commit()
    client.sign_in("aino")

    for rule in rules(client.app, "GET"):
        if declared(client.app, rule.endpoint) in PERMISSIONS_OF[role] | {None}:
            answer = client.get(address(rule))
            expected = (404,) if rule.arguments else (200, 302)
            assert answer.status_code in expected, f"{rule}: {answer.status_code}"


def test_the_pages_that_authors_may_link_to_answer_everybody(client: Client, session: Session) -> None:
    for role in Role:
        factories.make_person(session, role, role)
    session.commit()

    for role in Role:
        client.sign_in(role)
        answers = {page: client.get(page).status_code for page in sorted(SITE_PAGES)}
        assert set(answers.values()) == {200}, (role, answers)


def test_a_form_without_its_token_is_refused_and_the_text_preserved(client: Client, session: Session) -> None:
    factories.make_person(session, "aino", *Role)
    session.commit()
    client.sign_in("aino")

    for rule in rules(client.app, "POST"):
        if rule.endpoint == "headers.csp_report":
            continue
        answer = client.post(address(rule), {"body": "pitkä pohdintani"}, token="wrong")
        assert answer.status_code == 400, rule
        # the sign-in page comes again; its own form holds no writing
        assert "pitkä pohdintani" in answer.text or rule.endpoint == "accounts.sign_in_form"


def test_reading_methods_are_refused_where_only_forms_go(client: Client, session: Session) -> None:
    factories.make_person(session, "aino", *Role)
    session.commit()
    client.sign_in("aino")
    readable = {rule.rule for rule in rules(client.app, "GET")}

    for rule in rules(client.app, "POST"):
        if rule.rule not in readable:
            assert client.get(address(rule)).status_code == 405, rule
