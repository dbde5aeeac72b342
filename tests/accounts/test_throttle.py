"""Guessing is slowed per account and address, per account, and per address."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import throttle
from lms.accounts.models import SignInTry
from lms.app import create_app
from lms.config import Settings
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW, settings_for


@pytest.fixture(autouse=True)
def aino(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "cia")
    session.commit()


def tries(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(SignInTry)) or 0


def guess(
    client: Client, username: str = "aino", *, address: str = "192.0.2.1", password: str = "väärä"
) -> int:
    client.browser.environ_base["REMOTE_ADDR"] = address
    return client.post("/sign-in", {"username": username, "password": password}).status_code


def test_the_sixth_guess_from_one_place_waits(client: Client) -> None:
    assert [guess(client) for _ in range(6)] == [422] * 5 + [429]


def test_the_refusal_says_how_long_to_wait(client: Client) -> None:
    for _ in range(5):
        guess(client)
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "300"
    assert "Odota 5 minuuttia" in answer.text
    with clock.fixed(NOW + timedelta(seconds=300)):
        assert guess(client, password=PASSWORD) == 302


def test_even_the_right_password_waits(client: Client) -> None:
    for _ in range(5):
        guess(client)

    assert guess(client, password=PASSWORD) == 429


def test_the_count_survives_the_refusal(client: Client, session: Session) -> None:
    guess(client)

    assert tries(session) == 1


def test_a_refused_try_is_not_counted_so_that_waiting_ends(client: Client, session: Session) -> None:
    for _ in range(9):
        guess(client)

    assert tries(session) == 5


def test_another_place_is_not_held_back(client: Client) -> None:
    for _ in range(6):
        guess(client)

    assert guess(client, address="198.51.100.7", password=PASSWORD) == 302


def test_neighbouring_addresses_count_as_one_place(client: Client) -> None:
    for number in range(5):
        guess(client, address=f"192.0.2.{number}")
    assert guess(client, address="192.0.2.99") == 429

    for number in range(5):
        guess(client, "cia", address=f"2001:db8:0:{number}::1")
    assert guess(client, "cia", address="2001:db8:0:ff::9") == 429


def test_twenty_guesses_at_an_account_in_an_hour_are_the_most(client: Client) -> None:
    found = [guess(client, address=f"10.0.{number}.1") for number in range(21)]

    assert found == [422] * 20 + [429]
    with clock.fixed(NOW + timedelta(hours=1)):
        assert guess(client, address="10.9.9.1", password=PASSWORD) == 302


def test_forty_guesses_from_an_address_in_ten_minutes_are_the_most(client: Client) -> None:
    found = [guess(client, f"arvaus{number}") for number in range(41)]

    assert found == [422] * 40 + [429]
    with clock.fixed(NOW + timedelta(minutes=10)):
        assert guess(client, "aino", password=PASSWORD) == 302


def test_a_success_forgets_the_pairs_guesses(client: Client, session: Session) -> None:
    for _ in range(4):
        guess(client)
    guess(client, password=PASSWORD)

    assert tries(session) == 0


def test_the_table_tells_neither_names_nor_addresses(client: Client, session: Session) -> None:
    guess(client)
    session.rollback()
    counted = session.scalars(select(SignInTry)).one()

    assert len(counted.account) == len(counted.address) == 64
    assert throttle.key_of("account", "aino", secret="another") != counted.account


def test_old_guesses_are_forgotten(client: Client, session: Session) -> None:
    guess(client)
    with clock.fixed(NOW + timedelta(hours=1, seconds=1)):
        guess(client)

    assert tries(session) == 1


def test_guesses_sent_at_once_are_all_counted(empty: Flask) -> None:
    def one(number: int) -> int:
        with clock.fixed(NOW):
            client = Client(empty)
            client.get("/sign-in")
            return guess(client)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(20)))

    assert sorted(found) == [422] * 5 + [429] * 15


def test_a_forwarded_address_is_ignored_without_a_proxy(client: Client) -> None:
    for number in range(6):
        answer = client.browser.post(
            "/sign-in",
            data={"username": "aino", "password": "väärä", "csrf_token": _token(client)},
            headers={"X-Forwarded-For": f"10.0.{number}.1"},
        )

    assert answer.status_code == 429


def _token(client: Client) -> str:
    if not client.token:
        client.get("/sign-in")
    return client.token


def test_a_forwarded_address_counts_behind_one_proxy(
    database: Settings, tmp_path: Path, empty: Flask
) -> None:
    behind = create_app(settings_for(database.database_url, tmp_path, LMS_PROXIES="1"))
    client = Client(behind)
    for number in range(6):
        answer = client.browser.post(
            "/sign-in",
            data={"username": "aino", "password": "väärä", "csrf_token": _token(client)},
            headers={"X-Forwarded-For": f"203.0.113.9, 10.0.{number}.1"},
        )
    behind.extensions["engine"].dispose()

    assert answer.status_code == 422
