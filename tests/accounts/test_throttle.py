"""Guessing is slowed, whoever guesses slows nobody else for long, and the counters tell nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts import throttle
from lms.accounts.models import Door, SignInCounter, Subject
from lms.app import create_app
from lms.config import Settings
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.databases import settings_for

SECRET = "a secret for tests, and only for tests"


@pytest.fixture(autouse=True)
def aino(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "cia")
    session.commit()


def counters(session: Session, subject: Subject = Subject.PAIR) -> list[SignInCounter]:
    session.rollback()
    session.expire_all()
    return list(session.scalars(select(SignInCounter).where(SignInCounter.subject == subject)))


def guess(
    client: Client, username: str = "aino", *, address: str = "192.0.2.1", password: str = "väärä"
) -> int:
    client.browser.environ_base["REMOTE_ADDR"] = address
    return client.post("/sign-in", {"username": username, "password": password}).status_code


def stranger(username: str = "aino", address: str = "192.0.2.1", *named: throttle.Network) -> throttle.Try:
    account = throttle.account_key(username, secret=SECRET)
    return throttle.of_stranger(Door.PASSWORD, account=account, address=address, named=named, secret=SECRET)


def reserve(session: Session, tried: throttle.Try, after: float = 0) -> int:
    return throttle.reserve(session, tried, now=NOW + timedelta(seconds=after))


def test_the_sixth_guess_from_one_place_waits(client: Client) -> None:
    assert [guess(client) for _ in range(6)] == [422] * 5 + [429]


def test_the_refusal_says_how_long_to_wait_and_what_else_to_do(client: Client) -> None:
    for _ in range(5):
        guess(client)
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD})

    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "30"
    assert "Odota 30 sekuntia" in answer.text
    assert "laite, jolla olet kirjautunut" in answer.text
    assert 'value="aino"' in answer.text
    with clock.fixed(NOW + timedelta(seconds=30)):
        assert guess(client, password=PASSWORD) == 302


def without_nonce(page: str) -> str:
    return re.sub(r'nonce="[^"]+"', "", page)


def test_an_unknown_name_gets_the_same_message(client: Client) -> None:
    for _ in range(6):
        guess(client)
        guess(client, "kukatahansa")
    known = client.post("/sign-in", {"username": "aino", "password": "x"})
    unknown = client.post("/sign-in", {"username": "kukatahansa", "password": "x"})

    assert known.status_code == unknown.status_code == 429
    assert without_nonce(known.text).replace("aino", "kukatahansa") == without_nonce(unknown.text)


def test_the_waits_grow_to_a_quarter_of_an_hour_and_no_longer(session: Session) -> None:
    waits, after = [], 0
    for _ in range(5):
        reserve(session, stranger())
    for _ in range(7):
        waits.append(reserve(session, stranger(), after))
        after += waits[-1]
        assert reserve(session, stranger(), after) == 0

    assert waits == [30, 60, 120, 300, 900, 900, 900]


def test_guesses_at_one_account_from_one_network_in_a_day_are_as_few_as_the_book_says(
    session: Session,
) -> None:
    count, after = 0, 0
    while after < 24 * 60 * 60:
        wait = reserve(session, stranger(), after)
        count += wait == 0
        after += wait

    assert count == 104


def test_staying_below_the_waits_gains_nothing(session: Session) -> None:
    count, after = 0, 0
    while after < 24 * 60 * 60:
        count += sum(reserve(session, stranger(), after) == 0 for _ in range(4))
        after += 60 * 60 + 1

    assert count <= 96


def test_even_the_right_password_waits_on_a_strange_device(client: Client) -> None:
    for _ in range(5):
        guess(client)

    assert guess(client, password=PASSWORD) == 429


def test_the_count_survives_the_refusal(client: Client, session: Session) -> None:
    guess(client)

    assert [counter.wrong for counter in counters(session)] == [1]


def test_a_try_that_waits_is_not_counted_so_that_waiting_ends(client: Client, session: Session) -> None:
    for _ in range(9):
        guess(client)

    assert [counter.wrong for counter in counters(session)] == [5]


def test_another_network_is_not_delayed(client: Client) -> None:
    for _ in range(6):
        guess(client)

    assert guess(client, address="198.51.100.7", password=PASSWORD) == 302


@pytest.mark.parametrize(
    ("addresses", "last"),
    [
        (["192.0.2.7"] * 5, "::ffff:192.0.2.7"),
        ([f"2001:db8::{number}" for number in range(5)], "2001:db8::99"),
    ],
)
def test_one_machine_is_one_place_however_its_address_is_written(
    client: Client, addresses: list[str], last: str
) -> None:
    for address in addresses:
        guess(client, address=address)

    assert guess(client, address=last, password=PASSWORD) == 429


@pytest.mark.parametrize(
    ("guesser", "neighbour"), [("192.0.2.7", "192.0.2.99"), ("2001:db8:0:1::7", "2001:db8:0:2::7")]
)
def test_a_neighbour_is_not_delayed(client: Client, guesser: str, neighbour: str) -> None:
    for _ in range(6):
        guess(client, address=guesser)

    assert guess(client, address=neighbour, password=PASSWORD) == 302


def test_old_addresses_written_in_the_new_way_are_not_all_one_place() -> None:
    assert throttle.network_of("::ffff:192.0.2.1") == "192.0.2.0/24"
    assert throttle.network_of("nonsense") == "unknown"


def test_an_account_tried_from_everywhere_is_checked_every_five_seconds(session: Session) -> None:
    places = [stranger(address=f"10.0.{number}.1") for number in range(24)]
    waits = [reserve(session, place) for place in places]

    assert waits == [0] * 20 + [5, 10, 15, 20]
    assert [reserve(session, place, 5) for place in places[20:]] == [0, 5, 10, 15]
    assert [reserve(session, place, 20) for place in places[21:]] == [0, 0, 0]


def test_whoever_has_a_position_retains_it_however_many_press(session: Session) -> None:
    own = stranger(address="203.0.113.5")
    for number in range(40):
        reserve(session, stranger(address=f"10.0.{number}.1"))
    wait = reserve(session, own)
    for second in range(0, wait, 5):
        for number in range(0, 40, 2):
            reserve(session, stranger(address=f"10.0.{number}.1"), second)

    assert wait == 105
    assert reserve(session, own, wait) == 0


def test_a_position_is_reserved_for_ten_minutes_for_those_who_type_slowly(session: Session) -> None:
    for number in range(25):
        reserve(session, stranger(address=f"10.0.{number}.1"))
    slow, slower = stranger(address="10.0.20.1"), stranger(address="10.0.21.1")
    for number in range(30, 100):
        reserve(session, stranger(address=f"10.0.{number}.1"), 600)

    assert reserve(session, slow, 5 + 600) == 0
    assert reserve(session, slower, 10 + 601) > 0


def test_nobody_gets_a_position_further_away_than_five_minutes(session: Session) -> None:
    waits = [reserve(session, stranger(address=f"10.0.{number}.1")) for number in range(100)]

    assert max(waits) == 300
    assert waits.count(300) == 100 - 20 - 60 + 1


def test_sixty_guesses_from_an_address_pass_at_once(client: Client) -> None:
    found = [guess(client, f"arvaus{number}") for number in range(61)]

    assert found == [422] * 60 + [429]
    with clock.fixed(NOW + timedelta(seconds=10)):
        assert guess(client, "aino", password=PASSWORD) == 302


def test_forty_wrong_passwords_of_a_class_do_not_stop_the_next_with_the_right_one(client: Client) -> None:
    for number in range(20):
        guess(client, f"oppilas{number}")
        guess(client, f"oppilas{number}")

    assert guess(client, "aino", password=PASSWORD) == 302


def test_a_named_network_has_more_room_and_is_not_delayed_by_others(
    database: Settings, tmp_path: Path, session: Session
) -> None:
    school = create_app(settings_for(database.database_url, tmp_path, LMS_KNOWN_NETWORKS="192.0.2.0/24"))
    client = Client(school)
    for number in range(30):
        guess(client, address=f"10.0.{number}.1")
    for number in range(70):
        guess(client, f"oppilas{number}")
    client.sign_in("aino").sign_out()
    client.browser.delete_cookie("lms-device")
    answers = guess(client), guess(client, address="10.1.1.1", password=PASSWORD)
    school.extensions["engine"].dispose()

    assert answers == (422, 429)


def test_all_strangers_together_are_checked_ten_times_a_second(session: Session) -> None:
    reserve(session, stranger("muu"))
    session.execute(
        update(SignInCounter)
        .where(SignInCounter.subject == Subject.EVERYONE)
        .values(opens_at=NOW + timedelta(seconds=59.9))
    )
    waits = [reserve(session, stranger(f"nimi{number}")) for number in range(21)]

    assert waits == [0] + [1] * 10 + [2] * 10


def test_a_success_forgets_what_was_counted(client: Client, session: Session) -> None:
    for _ in range(4):
        guess(client)
    lines_before = [line.opens_at for line in counters(session, Subject.ACCOUNT)]
    guess(client, password=PASSWORD)

    assert counters(session) == []
    assert [line.opens_at for line in counters(session, Subject.ACCOUNT)] == lines_before


def test_the_table_tells_neither_names_nor_addresses(client: Client, session: Session) -> None:
    guess(client)
    [counter] = counters(session)

    assert len(counter.account) == len(counter.key) == 64
    assert throttle.account_key("aino", secret="another") != counter.account
    assert counters(session, Subject.NETWORK)[0].account == ""


def test_old_counters_are_removed(client: Client, session: Session) -> None:
    guess(client)
    for _ in range(5):
        guess(client, "cia")
    with clock.fixed(NOW + timedelta(hours=1, seconds=1)):
        guess(client, "kuka")
    after_an_hour = len(counters(session))
    with clock.fixed(NOW + timedelta(hours=3, seconds=1)):
        guess(client, "kuka")

    assert after_an_hour == 2
    assert len(counters(session)) == 1
    assert len(counters(session, Subject.ACCOUNT)) == 1


def test_random_names_leave_no_more_rows_than_an_hour_brings(session: Session) -> None:
    def rows_after(hours: int) -> int:
        for minute in range(0, hours * 60, 2):
            reserve(session, stranger(f"{hours} {minute}", f"10.0.{minute % 50}.1"), minute * 60)
        return session.scalar(select(func.count()).select_from(SignInCounter)) or 0

    one, four = rows_after(1), rows_after(4)

    assert four <= one * 1.5


def test_a_hammering_stranger_adds_no_rows(session: Session) -> None:
    for number in range(130):
        reserve(session, stranger(f"nimi{number}"))
    before = session.scalar(select(func.count()).select_from(SignInCounter))
    for number in range(130, 160):
        assert reserve(session, stranger(f"nimi{number}")) == 300

    assert session.scalar(select(func.count()).select_from(SignInCounter)) == before


def test_counters_of_a_clock_that_ran_ahead_are_removed_and_hold_nobody(
    client: Client, session: Session
) -> None:
    with clock.fixed(NOW + timedelta(days=365)):
        for number in range(22):
            guess(client, address=f"10.0.{number}.1")
        for _ in range(5):
            guess(client)

    assert guess(client, password=PASSWORD) == 302
    assert counters(session) == []
    assert [line.at for line in counters(session, Subject.ACCOUNT)] == [NOW]


def test_a_machine_whose_clock_is_a_little_behind_loses_no_counts(session: Session) -> None:
    for _ in range(5):
        reserve(session, stranger(), 30)

    assert reserve(session, stranger()) == 60


def test_guesses_sent_at_once_are_all_counted(empty: Flask) -> None:
    def one(number: int) -> int:
        with clock.fixed(NOW):
            client = Client(empty)
            client.get("/sign-in")
            return guess(client)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(50)))

    assert sorted(found) == [422] * 5 + [429] * 45


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
