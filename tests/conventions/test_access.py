"""Every route declares who may use it, and the declaration holds for every role and for strangers."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.access import PERMISSIONS_OF, Permission, Role, declared
from tests import factories
from tests.client import Client

# the whole matrix: which permission each endpoint asks for; "public" is open to all
MATRIX: dict[str, str] = {}

OPEN_TO_ALL_SIGNED_IN = {Permission.OWN_WORK}


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
    assert found == MATRIX


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


def test_a_form_without_its_token_is_refused_and_the_text_kept(client: Client, session: Session) -> None:
    factories.make_person(session, "aino", *Role)
    session.commit()
    client.sign_in("aino")

    for rule in rules(client.app, "POST"):
        if rule.endpoint == "headers.csp_report":
            continue
        answer = client.post(address(rule), {"body": "pitkä pohdintani"}, token="wrong")
        assert answer.status_code == 400, rule
        assert "pitkä pohdintani" in answer.text


def test_reading_methods_are_refused_where_only_forms_go(client: Client, session: Session) -> None:
    factories.make_person(session, "aino", *Role)
    session.commit()
    client.sign_in("aino")
    readable = {rule.rule for rule in rules(client.app, "GET")}

    for rule in rules(client.app, "POST"):
        if rule.rule not in readable:
            assert client.get(address(rule)).status_code == 405, rule


def test_reading_changes_nothing(client: Client, session: Session) -> None:
    factories.make_person(session, "aino", *Role)
    session.commit()
    client.sign_in("aino")
    before = contents(session)

    for rule in rules(client.app, "GET"):
        client.get(address(rule))

    assert contents(session) == before


def contents(session: Session) -> dict[str, int]:
    from_tables = factories.row_counts(session)
    session.rollback()
    return from_tables
