"""A browser in which a person has signed in before: known to them alone, and readable to nobody."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.access import Role
from lms.accounts import devices
from lms.accounts.models import Person, SignInCounter, Subject
from lms.app import create_app
from lms.config import Settings
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.databases import settings_for

COOKIE = "lms-device"
NEW_PASSWORD = "seitsemän harmaata vuohta"
AWAY = "198.51.100.7"


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "cia")
    factories.make_person(session, "paavo", Role.ADMIN)
    session.commit()


def hold_strangers(app: Flask, username: str = "aino") -> None:
    """Let strangers try until a try from AWAY must wait."""
    attacker = Client(app)
    attacker.browser.environ_base["REMOTE_ADDR"] = AWAY
    for _ in range(6):
        answer = attacker.post("/sign-in", {"username": username, "password": "väärä"})
    assert answer.status_code == 429


def with_cookie(app: Flask, value: str | None) -> Client:
    client = Client(app)
    client.browser.environ_base["REMOTE_ADDR"] = AWAY
    if value is not None:
        client.browser.set_cookie(COOKIE, value)
    return client


def status(client: Client, username: str = "aino", password: str = PASSWORD) -> int:
    client.token = ""
    return client.post("/sign-in", {"username": username, "password": password}).status_code


def cookie_of(client: Client) -> str:
    cookie = client.browser.get_cookie(COOKIE)
    assert cookie
    return cookie.value


def test_the_right_password_from_a_known_device_works_at_once(empty: Flask) -> None:
    known = cookie_of(Client(empty).sign_in("aino"))
    hold_strangers(empty)

    assert status(with_cookie(empty, None)) == 429
    assert status(with_cookie(empty, known)) == 302


def test_the_cookie_is_set_only_by_a_sign_in_that_succeeds(client: Client) -> None:
    client.get("/sign-in")
    client.post("/sign-in", {"username": "aino", "password": "väärä"})
    assert client.browser.get_cookie(COOKIE) is None

    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD})
    [header] = [value for value in answer.headers.getlist("Set-Cookie") if value.startswith(COOKIE)]
    assert "HttpOnly" in header
    assert "SameSite=Lax" in header
    assert "Max-Age=7776000" in header
    assert "Path=/" in header
    assert "Set-Cookie" not in client.get("/me").headers


def test_on_https_the_cookie_is_bound_to_the_host(database: Settings, tmp_path: Path, empty: Flask) -> None:
    site = create_app(
        settings_for(database.database_url, tmp_path, LMS_BASE_URL="https://lms.example", LMS_PROXIES="1")
    )
    client = Client(site)
    client.browser.environ_base |= {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_HOST": "lms.example"}
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD})
    site.extensions["engine"].dispose()

    [header] = [value for value in answer.headers.getlist("Set-Cookie") if "device" in value]
    assert header.startswith("__Host-lms-device=")
    assert "Secure" in header
    assert "Path=/" in header
    assert "Domain" not in header


def test_nobody_reads_from_the_cookie_who_has_signed_in(empty: Flask, session: Session) -> None:
    aino = session.scalars(select(Person).where(Person.username == "aino")).one()
    one, other = cookie_of(Client(empty).sign_in("aino")), cookie_of(Client(empty).sign_in("aino"))

    assert devices.WRITTEN.fullmatch(one)
    assert "aino" not in one
    assert str(aino.id) not in re.split(r"\W", one)
    assert not set(one.split(".")[::2]) & set(other.split(".")[::2])


def test_a_device_is_known_to_its_own_people_only(empty: Flask) -> None:
    known = cookie_of(Client(empty).sign_in("cia"))
    hold_strangers(empty)

    assert status(with_cookie(empty, known)) == 429


@pytest.mark.parametrize(
    "change",
    [
        lambda value: value[:-1] + ("A" if value[-1] != "A" else "B"),
        lambda value: "A" * 22 + value[22:],
        lambda value: value.replace(value.split(".")[1], "99999", 1),
        lambda value: value + value[22:] * 9,
        lambda value: value[:22],
        lambda value: "ä" * 30,
        lambda value: "",
    ],
)  # fmt: skip
def test_a_cookie_that_was_tampered_with_is_a_strangers(empty: Flask, change: Callable[[str], str]) -> None:
    known = cookie_of(Client(empty).sign_in("aino"))
    hold_strangers(empty)

    assert status(with_cookie(empty, change(known))) == 429


def test_a_tablet_knows_the_last_five_people(empty: Flask, session: Session) -> None:
    for number in range(5):
        factories.make_person(session, f"osallistuja{number}")
    session.commit()
    tablet = Client(empty).sign_in("aino").sign_out()
    for number in range(4):
        tablet.sign_in(f"osallistuja{number}").sign_out()
    five = cookie_of(tablet)
    six = cookie_of(tablet.sign_in("osallistuja4"))
    hold_strangers(empty)

    assert status(with_cookie(empty, six)) == 429
    assert status(with_cookie(empty, five)) == 302
    assert len(five) == len(six) < 200


def test_signing_in_again_takes_no_second_place(client: Client) -> None:
    client.sign_in("aino").sign_out()
    once = cookie_of(client)
    client.sign_in("aino")

    assert cookie_of(client) == once


def test_a_stolen_cookie_gives_no_unlimited_guessing(empty: Flask) -> None:
    own = Client(empty).sign_in("aino").sign_out()
    thief = with_cookie(empty, cookie_of(own))
    found = [status(thief, password="väärä") for _ in range(7)]
    answer = thief.post("/sign-in", {"username": "aino", "password": PASSWORD})

    assert found == [422] * 5 + [429] * 2
    assert answer.headers["Retry-After"] == "30"
    assert "laite, jolla olet kirjautunut" not in answer.text


def test_the_devices_guesses_are_counted_apart(empty: Flask, session: Session) -> None:
    own = Client(empty).sign_in("aino").sign_out()
    status(own, password="väärä")
    session.rollback()
    counted = session.scalars(select(SignInCounter).where(SignInCounter.wrong > 0)).all()

    assert [(counter.subject, counter.wrong) for counter in counted] == [(Subject.DEVICE, 1)]
    assert status(own) == 302


def test_a_known_device_is_not_delayed_by_its_network(empty: Flask) -> None:
    known = cookie_of(Client(empty).sign_in("aino"))
    crowd = with_cookie(empty, None)
    found = [status(crowd, f"nimi{number}") for number in range(62)]

    assert found[-1] == 429
    assert status(with_cookie(empty, known)) == 302
    assert status(with_cookie(empty, None)) == 429


def _change_password(own: Client, admin: Client, path: str) -> None:
    own.get("/me/password")
    answer = own.post("/me/password", {"current": PASSWORD, "new": NEW_PASSWORD})
    assert answer.status_code == 302


def _sign_out_everywhere(own: Client, admin: Client, path: str) -> None:
    own.get("/me")
    assert own.post("/me/sign-out-everywhere").status_code == 302


def _be_given_a_password(own: Client, admin: Client, path: str) -> None:
    admin.get(path)
    assert admin.post(f"{path}/password", {"password": NEW_PASSWORD}).status_code == 302


def _be_closed_and_opened(own: Client, admin: Client, path: str) -> None:
    admin.get(path)
    assert admin.post(f"{path}/disabled", {"disabled": "1"}).status_code == 302
    assert admin.post(f"{path}/disabled", {"disabled": "0"}).status_code == 302


ENDS = {
    "own password": (_change_password, NEW_PASSWORD),
    "signed out everywhere": (_sign_out_everywhere, PASSWORD),
    "given password": (_be_given_a_password, NEW_PASSWORD),
    "closed and opened": (_be_closed_and_opened, PASSWORD),
}


@pytest.mark.parametrize("end", ENDS)
def test_devices_are_forgotten_with_the_sign_ins(empty: Flask, session: Session, end: str) -> None:
    aino = session.scalars(select(Person).where(Person.username == "aino")).one()
    stolen = cookie_of(Client(empty).sign_in("aino"))
    act, password = ENDS[end]
    act(Client(empty).sign_in("aino"), Client(empty).sign_in("paavo"), f"/people/{aino.id}")
    hold_strangers(empty)

    assert status(with_cookie(empty, stolen), password=password) == 429


def test_the_device_on_which_the_password_was_changed_stays_known(empty: Flask) -> None:
    own = Client(empty).sign_in("aino")
    _change_password(own, own, "")
    hold_strangers(empty)

    assert status(with_cookie(empty, cookie_of(own)), password=NEW_PASSWORD) == 302


def test_a_device_of_an_erased_person_is_a_strangers(empty: Flask, session: Session) -> None:
    own = Client(empty).sign_in("aino")
    own.get("/me/erase")
    assert own.post("/me/erase", {"understood": "y", "password": PASSWORD}).status_code == 302
    factories.make_person(session, "aino")
    session.commit()
    hold_strangers(empty)

    assert status(with_cookie(empty, cookie_of(own))) == 429


@pytest.mark.parametrize(("days", "found"), [(90, 302), (91, 429), (-2, 429)])
def test_a_device_is_known_for_ninety_days_and_never_before_its_time(
    empty: Flask, days: int, found: int
) -> None:
    known = cookie_of(Client(empty).sign_in("aino"))
    with clock.fixed(NOW + timedelta(days=days)):
        hold_strangers(empty)
        assert status(with_cookie(empty, known)) == found


@pytest.fixture
def own_account(client: Client) -> Client:
    return client.sign_in("aino")


def test_strangers_hold_neither_the_own_password_change_nor_the_erasure(
    empty: Flask, own_account: Client
) -> None:
    for number in range(30):
        attacker = with_cookie(empty, None)
        attacker.browser.environ_base["REMOTE_ADDR"] = f"10.0.{number}.1"
        status(attacker, password="väärä")
    own_account.get("/me/erase")

    assert own_account.post("/me/erase", {"understood": "y", "password": PASSWORD}).status_code == 302


def test_wrong_passwords_of_the_signed_in_person_hold_nobody_at_the_door(
    empty: Flask, own_account: Client
) -> None:
    own_account.get("/me/erase")
    found = [own_account.post("/me/erase", {"understood": "y", "password": "väärä"}) for _ in range(6)]

    assert [answer.status_code for answer in found] == [422] * 6
    assert "Wait 30 seconds" in found[-1].text
    assert status(with_cookie(empty, None)) == 302
