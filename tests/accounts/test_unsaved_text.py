"""A form sent after the sign-in has ended: its text is shown, carried along and given to its writer alone."""

from html import unescape

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Person, SignIn
from tests import factories
from tests.accounts.late import LATER, TEXT, carried, end_sign_ins, hidden_fields, sent_too_late, signed_in_on
from tests.client import PASSWORD, Client
from tests.conftest import NOW


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "ville")
    session.commit()


def test_the_text_of_an_expired_form_is_on_the_sign_in_page(client: Client) -> None:
    answer = sent_too_late(client, "/diary/new", {"title": "Tänään", "body": TEXT})

    assert "Your text is on this page. Do not close the page." in answer.text
    fields = hidden_fields(answer.text)
    assert fields["kept_path"] == "/diary/new"
    assert fields["kept-body"] == TEXT
    assert fields["next"] == "/diary/new"


def test_the_link_to_sign_in_leads_to_the_form_beside_the_text(client: Client) -> None:
    answer = sent_too_late(client, "/diary/new", {"title": "Tänään", "body": TEXT})

    assert 'href="/sign-in"' not in answer.text
    assert 'href="#username"' in answer.text and 'id="username"' in answer.text


def test_another_person_who_signs_in_gets_nothing_of_the_text(client: Client) -> None:
    refused = sent_too_late(client, "/diary/new", {"title": "Tänään", "body": TEXT})
    answer = signed_in_on(client, refused, "ville")
    with clock.fixed(LATER):
        start = client.get(answer.location)

    assert (answer.status_code, answer.location) == (302, "/")
    assert "Ensimmäinen" not in answer.text + start.text
    assert "The text on the sign-in page was from an earlier sign-in." in start.text


@pytest.mark.parametrize("writer", ["", "Mg", "Mg.forged", "1"])
def test_a_writer_who_is_not_vouched_for_is_nobody(client: Client, writer: str) -> None:
    client.get("/sign-in")
    fields = {"kept_path": "/diary/new", "kept-body": TEXT, "kept_writer": writer}
    answer = client.post("/sign-in", {**fields, "username": "aino", "password": PASSWORD})

    assert (answer.status_code, answer.location) == (302, "/")


def test_a_closed_account_gets_neither_in_nor_its_text_saved(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/diary/new")
    session.execute(update(Person).where(Person.username == "aino").values(disabled_at=NOW))
    session.execute(delete(SignIn))
    session.commit()
    answer = signed_in_on(client, client.post("/diary/new", {"body": TEXT}), "aino")

    assert answer.status_code == 422
    assert "Toinen &lt;b&gt;rivi" in answer.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/runs/1/quizzes/kysely", {"q1": "a"}),
        ("/diary/7/delete", {}),
        ("/me/erase", {"body": "x"}),
        ("/me/password", {"name": "x"}),
        ("/people/new", {"name": "Uusi Ihminen"}),
        ("/diary/new", {"body": " \n"}),
    ],
)
def test_where_there_is_no_text_none_is_claimed(client: Client, path: str, fields: dict[str, str]) -> None:
    refused = sent_too_late(client, path, fields)
    answer = signed_in_on(client, refused, "aino")

    assert "Your text" not in refused.text
    assert "Sign in, and you come back to the same page." in refused.text
    assert (answer.status_code, answer.location) == (302, "/diary/new")


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/review/claims/1", {"comment": TEXT, "decision": "approve"}),
        ("/diary/1/comments", {"body": TEXT}),
        ("/staff/runs/1", {"name": TEXT, "action": "save"}),
    ],
)
def test_what_reaches_others_is_for_copying_only(client: Client, path: str, fields: dict[str, str]) -> None:
    offered = signed_in_on(client, sent_too_late(client, path, fields), "aino")

    assert offered.status_code == 200
    assert f'action="{path}"' not in offered.text
    assert "<title>Copy your text" in offered.text and "Nothing was saved or sent." in offered.text
    assert "Toinen &lt;b&gt;rivi" in offered.text
    assert 'href="/diary/new"' in offered.text


def test_a_wrong_password_in_between_loses_nothing(client: Client) -> None:
    fields = carried(sent_too_late(client, "/diary/new", {"title": "T", "body": TEXT}))
    with clock.fixed(LATER):
        refused = client.post("/sign-in", {**fields, "username": "aino", "password": "väärä"})

    assert refused.status_code == 422
    assert hidden_fields(refused.text)["kept-body"] == TEXT
    assert signed_in_on(client, refused, "aino").location.startswith("/diary/")


def test_a_password_is_never_carried_along(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/me/password")
    end_sign_ins(session)
    answer = client.post("/me/password", {"current": PASSWORD, "new": "neljä ruskeaa tatin lakkia"})

    assert answer.status_code == 401
    assert PASSWORD not in unescape(answer.text)
    assert "tatin" not in answer.text


@pytest.mark.parametrize(
    "path", ["https://example.org/", "//example.org/", "/\\example.org", "/nowhere", "javascript:x"]
)
def test_the_text_is_offered_only_to_our_own_forms(client: Client, path: str) -> None:
    fields = {"username": "aino", "password": PASSWORD, "kept_path": path, "kept-body": TEXT}
    answer = client.post("/sign-in", fields)

    assert answer.status_code == 302
    assert answer.location == "/"


def test_more_fields_than_any_form_has_are_not_carried(client: Client) -> None:
    client.get("/sign-in")
    many = {f"kept-a{number}": "" for number in range(2_000)}
    answer = client.post(
        "/language", {"language": "en", "kept_path": "/diary/new", "kept-body": TEXT, **many}
    )

    assert "kept-a7" not in client.get("/sign-in").text + answer.text
    assert len(answer.data) < 50_000


def test_a_reader_is_sent_to_sign_in_and_back(empty: Flask) -> None:
    client = Client(empty)
    asked = client.get("/diary?page=2")

    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=%2Fdiary%3Fpage%3D2"
    client.get(asked.location)
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD, "next": "/diary?page=2"})
    assert answer.location == "/diary?page=2"
