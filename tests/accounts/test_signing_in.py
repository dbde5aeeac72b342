"""Signing in and out, and how long a sign-in lasts."""

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.access import Role
from lms.accounts import operations, passwords, queries
from lms.accounts.models import Person, SignIn
from lms.audit import AuditLine
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW


@pytest.fixture
def aino(session: Session) -> Person:
    person = factories.make_person(session, "aino")
    session.commit()
    return person


def is_signed_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def sign_in_count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(SignIn)) or 0


def test_the_right_password_opens_the_start_page(client: Client, aino: Person) -> None:
    client.get("/sign-in")
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer.location == "/"
    assert is_signed_in(client)


def test_the_user_name_may_be_written_in_capitals_and_with_spaces_around(
    client: Client, aino: Person
) -> None:
    client.sign_in("  AINO ")

    assert is_signed_in(client)


@pytest.mark.parametrize(
    "fields", [{"username": "aino", "password": "väärä"}, {"username": "ei", "password": PASSWORD}]
)
def test_a_wrong_name_and_a_wrong_password_look_the_same(
    client: Client, aino: Person, fields: dict[str, str]
) -> None:
    answer = client.post("/sign-in", fields)

    assert answer.status_code == 422
    assert "eivät kuulu yhteen" in answer.text
    assert PASSWORD not in answer.text
    assert f'value="{fields["username"]}"' in answer.text


@pytest.mark.parametrize("fields", [{}, {"username": "aino"}, {"password": PASSWORD}])
def test_a_form_that_is_not_whole_is_refused(client: Client, aino: Person, fields: dict[str, str]) -> None:
    assert client.post("/sign-in", fields).status_code == 422


def test_a_name_that_no_database_can_store_is_refused(client: Client, aino: Person) -> None:
    client.get("/sign-in")
    fields = {"username": "a\0b", "password": "x", "csrf_token": client.token}

    assert client.browser.post("/sign-in", data=fields).status_code == 422


def test_an_unknown_name_costs_the_same_one_hash(
    client: Client, aino: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    hasher = passwords._hasher

    class Counting:
        def verify(self, hashed: str, password: str) -> bool:
            checked.append(hashed)
            return hasher.verify(hashed, password)

        def hash(self, password: str) -> str:
            return hasher.hash(password)

    passwords._nobody()
    monkeypatch.setattr(passwords, "_hasher", Counting())
    client.post("/sign-in", {"username": "nobody", "password": "väärä"})
    client.post("/sign-in", {"username": "aino", "password": "väärä"})

    assert len(checked) == 2
    assert checked[0] != checked[1]


def test_a_ten_kilobyte_password_is_refused_without_a_hash(
    client: Client, aino: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "_hasher", None)

    assert client.post("/sign-in", {"username": "aino", "password": "x" * 10_000}).status_code == 422
    assert client.post("/sign-in", {"username": "aino", "password": "x" * 500}).status_code == 422


def test_a_cookie_from_before_the_sign_in_is_worth_nothing(empty: Flask, aino: Person) -> None:
    client = Client(empty)
    client.get("/sign-in")
    planted = client.browser.get_cookie("lms")
    client.sign_in("aino")
    attacker = Client(empty)
    assert planted is not None
    attacker.browser.set_cookie("lms", planted.value)

    assert not is_signed_in(attacker)
    assert client.browser.get_cookie("lms").value != planted.value  # type: ignore[union-attr]


def test_a_copied_cookie_dies_at_signing_out(empty: Flask, aino: Person, session: Session) -> None:
    client = Client(empty).sign_in("aino")
    copied = client.browser.get_cookie("lms")
    assert copied is not None
    client.get("/me")
    answer = client.post("/sign-out")
    thief = Client(empty)
    thief.browser.set_cookie("lms", copied.value)

    assert answer.status_code == 302
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not is_signed_in(thief)
    assert sign_in_count(session) == 0


def test_signing_in_and_out_leave_a_line_each(client: Client, aino: Person, session: Session) -> None:
    client.sign_in("aino").sign_out()

    lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert [line.action for line in lines] == ["person.signed-in", "person.signed-out"]
    assert {(line.actor_id, line.object_type, line.object_id) for line in lines} == {
        (aino.id, "person", str(aino.id))
    }


def test_a_tampered_cookie_is_a_strangers(empty: Flask, aino: Person) -> None:
    client = Client(empty).sign_in("aino")
    cookie = client.browser.get_cookie("lms")
    assert cookie is not None
    client.browser.set_cookie("lms", cookie.value[:-3] + "abc")

    assert not is_signed_in(client)


def test_the_server_holds_no_token_that_a_cookie_holds(
    client: Client, aino: Person, session: Session
) -> None:
    client.sign_in("aino")
    with client.browser.session_transaction() as cookie:
        token = cookie["_user_id"]
    session.rollback()

    stored = session.scalars(select(SignIn.token_hash)).one()
    assert token not in stored
    assert stored == queries.hash_of_token(token)
    assert len(token) >= 43


def test_a_closed_account_is_out_at_the_next_request(client: Client, aino: Person, session: Session) -> None:
    client.sign_in("aino")
    session.expire_all()
    aino = session.get_one(Person, aino.id)
    aino.disabled_at = NOW
    session.commit()

    assert not is_signed_in(client)
    client.token = ""
    assert client.post("/sign-in", {"username": "aino", "password": PASSWORD}).status_code == 422


@pytest.mark.parametrize(
    ("role", "minutes"), [(Role.PARTICIPANT, 60), (Role.INSTRUCTOR, 30), (Role.ADMIN, 30)]
)
def test_an_idle_sign_in_ends(client: Client, session: Session, role: Role, minutes: int) -> None:
    factories.make_person(session, "liisa", role, password="viisi sinistä porkkanaa")
    session.commit()
    client.sign_in("liisa", "viisi sinistä porkkanaa")

    with clock.fixed(NOW + timedelta(minutes=minutes)):
        assert is_signed_in(client)
    with clock.fixed(NOW + timedelta(minutes=2 * minutes, seconds=1)):
        assert not is_signed_in(client)


def test_a_sign_in_ends_after_twelve_hours_however_busy(client: Client, aino: Person) -> None:
    client.sign_in("aino")
    for half_hour in range(1, 25):
        with clock.fixed(NOW + timedelta(minutes=30 * half_hour)):
            assert is_signed_in(client), half_hour

    with clock.fixed(NOW + timedelta(hours=12, seconds=1)):
        assert not is_signed_in(client)


def test_the_sixth_sign_in_ends_the_oldest(empty: Flask, aino: Person, session: Session) -> None:
    browsers = [Client(empty).sign_in("aino") for _ in range(operations.SIGN_INS_AT_ONCE + 1)]

    assert [is_signed_in(browser) for browser in browsers] == [False] + [True] * 5
    assert sign_in_count(session) == 5


def test_old_sign_ins_are_swept_away(empty: Flask, aino: Person, session: Session) -> None:
    Client(empty).sign_in("aino")
    with clock.fixed(NOW + timedelta(days=2)):
        Client(empty).sign_in("aino")

    assert sign_in_count(session) == 1


def test_the_language_is_chosen_without_signing_in_and_retained_with_it(
    client: Client, aino: Person, session: Session
) -> None:
    client.get("/sign-in")
    client.post("/language", {"language": "sv", "next": "/sign-in"})
    assert '<html lang="sv">' in client.get("/sign-in").text
    client.sign_in("aino")
    client.get("/me")
    client.post("/language", {"language": "fi", "next": "/me"})
    session.expire_all()

    assert '<html lang="fi">' in client.get("/me").text
    assert session.get_one(Person, aino.id).language == "fi"
    assert client.post("/language", {"language": "xx"}).status_code == 422


def test_pages_opened_side_by_side_after_signing_in_can_both_be_sent(
    client: Client, session: Session
) -> None:
    """The form token is drawn with the sign-in, so no page has to draw one and put aside another's."""
    factories.make_person(session, "aino")
    session.commit()
    client.sign_in("aino")

    page = client.get("/diary/new")

    assert page.status_code == 200
    assert 'name="csrf_token"' in page.text
    assert "Set-Cookie" not in page.headers


def test_a_refusal_is_logged_by_the_persons_number_and_why(
    client: Client, aino: Person, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def told(username: str) -> str:
        caplog.clear()
        client.post("/sign-in", {"username": username, "password": "väärä"})
        [message] = [
            record.getMessage() for record in caplog.records if record.getMessage().startswith("a password")
        ]
        return message

    closed = factories.make_person(session, "cia")
    closed.disabled_at = NOW
    session.commit()
    wrong, nobody, shut = told("aino"), told("kukatahansa"), told("cia")
    for _ in range(4):
        told("aino")

    assert wrong == f"a password was refused: it is wrong; person {aino.id}"
    assert nobody == "a password was refused: no such account; person nobody"
    assert shut == f"a password was refused: the account cannot sign in; person {closed.id}"
    assert told("aino") == f"a password was refused unchecked: too many tries; person {aino.id}, 30 s"
