"""Guessing passwords from everywhere: few guesses are checked, and the owners come in all the while."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.access import Role
from lms.accounts import passwords, throttle
from lms.accounts.models import SignInCounter
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW

NETWORKS = [f"127.0.{number}.1" for number in range(1, 51)]
ROUND = timedelta(seconds=30)
MINUTES = 5


@pytest.fixture(autouse=True)
def only_admin(session: Session) -> None:
    factories.make_person(session, "paavo", Role.ADMIN)
    session.commit()


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were compared with a hash."""
    found: list[str] = []
    matches = passwords.matches

    def noting(password_hash: str | None, password: str) -> bool:
        found.append(password)
        return matches(password_hash, password)

    monkeypatch.setattr(passwords, "matches", noting)
    return found


class Attacker:
    """One browser that comes from wherever it wants."""

    def __init__(self, app: Flask) -> None:
        self.browser = Client(app)
        self.browser.get("/sign-in")

    def guess(self, address: str, username: str = "paavo") -> int:
        self.browser.browser.environ_base["REMOTE_ADDR"] = address
        form = {"username": username, "password": "arvaus", "csrf_token": self.browser.token}
        return self.browser.browser.post("/sign-in", data=form).status_code


def sign_in_from(owner: Client, address: str) -> TestResponse:
    owner.token = ""
    owner.browser.environ_base["REMOTE_ADDR"] = address
    return owner.post("/sign-in", {"username": "paavo", "password": PASSWORD})


def test_fifty_networks_hammer_an_account_and_its_owner_comes_in_every_time(
    empty: Flask, checked: list[str]
) -> None:
    owner, attacker = Client(empty).sign_in("paavo"), Attacker(empty)
    found = []
    for number in range(MINUTES * 2):
        with clock.fixed(NOW + number * ROUND):
            for address in NETWORKS:
                attacker.guess(address)
            owner.sign_out()
            found.append(sign_in_from(owner, "203.0.113.1").status_code)

    passed = timedelta(minutes=MINUTES) // throttle.ACCOUNT_QUEUE.every
    assert found == [302] * MINUTES * 2
    assert checked.count("arvaus") <= throttle.ACCOUNT_QUEUE.at_once + passed


def test_the_only_admin_comes_in_from_a_new_device_within_five_minutes(empty: Flask) -> None:
    attacker, owner = Attacker(empty), Client(empty)

    def hammer() -> None:
        for address in NETWORKS:
            attacker.guess(address)

    hammer()
    hammer()
    refused = sign_in_from(owner, "203.0.113.1")
    wait = timedelta(seconds=int(refused.headers["Retry-After"]))
    for number in range(4):
        with clock.fixed(NOW + wait * number / 3):
            hammer()
    with clock.fixed(NOW + wait):
        answer = sign_in_from(owner, "203.0.113.1")

    assert refused.status_code == 429
    assert wait <= throttle.ACCOUNT_QUEUE.longest
    assert answer.status_code == 302


def test_guesses_at_once_from_fifty_networks_are_no_more_than_pass_at_once(
    empty: Flask, checked: list[str]
) -> None:
    def one(address: str) -> int:
        return Attacker(empty).guess(address)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, NETWORKS))

    assert sorted(found) == [422] * 20 + [429] * 30
    assert len(checked) == 20


def test_made_up_names_make_the_table_no_larger_than_the_line_lets_through(
    empty: Flask, session: Session, checked: list[str]
) -> None:
    attacker = Attacker(empty)
    for number in range(200):
        with clock.fixed(NOW + timedelta(seconds=number // 5)):
            attacker.guess("127.0.1.1", f"keksitty{number}")
    rows = session.scalar(select(func.count()).select_from(SignInCounter)) or 0
    with clock.fixed(NOW + timedelta(hours=2)):
        attacker.guess("127.0.2.1", "toinen")
    session.rollback()
    left = session.scalar(select(func.count()).select_from(SignInCounter))

    places = throttle.NETWORK_QUEUE.at_once + throttle.NETWORK_QUEUE.longest // throttle.NETWORK_QUEUE.every
    passed = timedelta(seconds=40) // throttle.NETWORK_QUEUE.every
    assert len(checked) <= throttle.NETWORK_QUEUE.at_once + passed + 1
    assert rows <= 2 * (places + passed) + 2
    assert left == 4
