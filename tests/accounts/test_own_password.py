"""A person changes their own password, and signs out everywhere."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.audit import AuditLine
from tests import factories
from tests.client import PASSWORD, Client

NEW_PASSWORD = "neljä ruskeaa tatin lakkia"


@pytest.fixture
def aino(client: Client, session: Session) -> Client:
    factories.make_person(session, "aino")
    factories.make_person(session, "liisa", Role.INSTRUCTOR)
    session.commit()
    client.sign_in("aino").get("/me/password")
    return client


def actions(session: Session) -> list[str]:
    return list(session.scalars(select(AuditLine.action).order_by(AuditLine.id)))


def test_this_sign_in_goes_on_with_a_new_token_and_others_end(
    empty: Flask, aino: Client, session: Session
) -> None:
    other = Client(empty).sign_in("aino")
    old = aino.browser.get_cookie("lms")
    answer = aino.post("/me/password", {"current": PASSWORD, "new": NEW_PASSWORD})
    thief = Client(empty)
    assert old is not None
    thief.browser.set_cookie("lms", old.value)

    assert answer.location == "/me"
    assert aino.get("/me").status_code == 200
    assert other.get("/me").status_code == 302
    assert thief.get("/me").status_code == 302
    assert "person.password-set" in actions(session)
    Client(empty).sign_in("aino", NEW_PASSWORD)
    assert Client(empty).post("/sign-in", {"username": "aino", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"current": "väärä", "new": NEW_PASSWORD}, "not your current password"),
        ({"current": PASSWORD, "new": "lyhyt"}, "at least 8 characters"),
        ({"current": PASSWORD, "new": "salasana123"}, "easy to guess"),
        ({"current": PASSWORD, "new": "taitoverstas aino"}, "easy to guess"),
        ({"current": PASSWORD, "new": "k" * 129}, "at most 128"),
        ({"current": PASSWORD, "new": "k" * 2_000}, "too long"),
        ({"current": PASSWORD}, "Write something here first"),
        ({"new": NEW_PASSWORD}, "Write something here first"),
    ],
)
def test_a_fault_changes_nothing(empty: Flask, aino: Client, fields: dict[str, str], message: str) -> None:
    answer = aino.post("/me/password", fields)

    assert answer.status_code == 422
    assert message in answer.text
    assert all(text not in answer.text for text in fields.values())
    Client(empty).sign_in("aino", PASSWORD)


def test_guessing_the_current_password_is_slowed_and_recorded(aino: Client, session: Session) -> None:
    for _ in range(5):
        aino.post("/me/password", {"current": "väärä", "new": NEW_PASSWORD})
    answer = aino.post("/me/password", {"current": PASSWORD, "new": NEW_PASSWORD})

    assert answer.status_code == 422
    assert "too many tries" in answer.text
    assert actions(session).count("person.password-wrong") == 5


def test_others_than_participants_need_a_longer_password(client: Client, aino: Client) -> None:
    client.sign_out().sign_in("liisa").get("/me/password")

    assert client.post("/me/password", {"current": PASSWORD, "new": "jkdfoiwezmbnqp"}).status_code == 422
    assert client.post("/me/password", {"current": PASSWORD, "new": "jkdfoiwezmbnqpt"}).status_code == 302


def test_signing_out_everywhere_ends_every_sign_in(empty: Flask, aino: Client, session: Session) -> None:
    other = Client(empty).sign_in("aino")
    answer = aino.post("/me/sign-out-everywhere")

    assert answer.location == "/"
    assert aino.get("/me").status_code == 302
    assert other.get("/me").status_code == 302
    assert "person.signed-out-everywhere" in actions(session)


def test_a_stranger_reaches_neither(client: Client) -> None:
    assert client.get("/me/password").status_code == 302
    assert client.post("/me/password", {"current": "a", "new": "b"}).status_code == 401
    assert client.post("/me/sign-out-everywhere").status_code == 401
