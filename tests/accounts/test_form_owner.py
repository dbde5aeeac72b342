"""Whose a text is: the same person in the same browser gets it saved, and nobody else gets anything of it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts.form_owner import MOST_TOKENS
from lms.accounts.models import Person
from lms.accounts.operations import SIGN_INS_AT_ONCE
from lms.accounts.unsaved_forms import SAVED_WITHIN
from lms.diary.models import DiaryEntry
from tests import factories
from tests.accounts.late import (
    LATER,
    SAVED_TEXT,
    TEXT,
    carried,
    end_sign_ins,
    page_after,
    sent_too_late,
    signed_in_on,
)
from tests.client import PASSWORD, Client

ENTRY = {"title": "Tänään", "body": TEXT, "page": "/diary/new"}
OWN = [("aino", SAVED_TEXT)]


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "ville")
    session.commit()


def bodies(session: Session) -> list[tuple[str, str]]:
    """Return the saved entries with their writers."""
    session.rollback()
    statement = select(Person.username, DiaryEntry.body).join(DiaryEntry, DiaryEntry.person_id == Person.id)
    return [(row.username, row.body) for row in session.execute(statement.order_by(DiaryEntry.id))]


def open_page(client: Client, username: str = "aino") -> str:
    """Sign in, open a page to write on, and return its token."""
    client.sign_in(username).get("/diary/new")
    return client.token


def sent_from(client: Client, token: str) -> TestResponse:
    """Send the form of a page that was opened with this token."""
    return client.post("/diary/new", ENTRY, token=token)


def end_everywhere(app: Flask, session: Session) -> None:
    Client(app).sign_in("aino").post("/me/sign-out-everywhere")


def change_password(app: Flask, session: Session) -> None:
    other, new = Client(app).sign_in("aino"), "neljä ruskeaa tatin lakkia"
    assert other.post("/me/password", {"current": PASSWORD, "new": new}).location == "/me"
    old = factories.hash_of(PASSWORD)
    session.execute(update(Person).where(Person.username == "aino").values(password_hash=old))
    session.commit()


def sign_in_in_many_browsers(app: Flask, session: Session) -> None:
    for _number in range(SIGN_INS_AT_ONCE):
        Client(app).sign_in("aino")


@pytest.mark.parametrize("end", [end_everywhere, change_password, sign_in_in_many_browsers])
def test_signing_out_elsewhere_costs_the_same_person_in_the_same_browser_no_text(
    client: Client, session: Session, end: Callable[[Flask, Session], None]
) -> None:
    token = open_page(client)
    end(client.app, session)
    refused = sent_from(client, token)
    saved = signed_in_on(client, refused, "aino")

    assert "Sign in, and your text is saved." in refused.text
    assert "Your text is saved. Only you can read it." in page_after(client, saved)
    assert bodies(session) == OWN


def test_a_page_left_open_over_a_sign_out_in_another_tab_is_saved_for_the_same_person(
    client: Client, session: Session
) -> None:
    token = open_page(client)
    client.sign_out()
    saved = signed_in_on(client, sent_from(client, token), "aino")

    assert (saved.status_code, bodies(session)) == (302, OWN)


def test_a_page_left_open_is_saved_at_once_when_its_writer_has_signed_in_again_in_another_tab(
    client: Client, session: Session
) -> None:
    token = open_page(client)
    end_sign_ins(session)
    client.sign_in("aino")
    saved = sent_from(client, token)

    assert (saved.status_code, bodies(session)) == (302, OWN)
    assert "Your text is saved. Only you can read it." in client.get(saved.location).text


def test_a_script_on_such_a_page_learns_that_pressing_save_helps(client: Client, session: Session) -> None:
    token = open_page(client)
    end_sign_ins(session)
    client.sign_in("aino")
    fields, wants = {"csrf_token": token, **ENTRY}, {"Accept": "application/json"}
    answer = client.browser.post("/diary/new", data=fields, headers=wants)

    assert (answer.status_code, answer.json, bodies(session)) == (401, {"writer_is_known": True}, [])


def test_two_tabs_with_a_text_each_are_both_saved(client: Client, session: Session) -> None:
    open_page(client)
    with clock.fixed(LATER):
        one = client.post("/diary/new", {**ENTRY, "body": "yksi"})
        two = client.post("/diary/new", {**ENTRY, "body": "kaksi"})
    of_both = client.token
    signed_in_on(client, one, "aino")
    again = signed_in_on(client, two, "aino", changed={"csrf_token": of_both})
    signed_in_on(client, again, "aino")

    assert again.status_code == 400
    assert bodies(session) == [("aino", "yksi"), ("aino", "kaksi")]


def test_the_same_page_signed_in_on_twice_saves_one_entry(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    first = signed_in_on(client, refused, "aino")
    client.token = ""
    again = signed_in_on(client, refused, "aino")

    assert first.location == again.location
    assert bodies(session) == OWN


def test_after_a_sign_out_the_next_person_gets_nothing_of_the_open_page(
    client: Client, session: Session
) -> None:
    token = open_page(client)
    client.sign_out()
    answer = signed_in_on(client, sent_from(client, token), "ville")

    assert answer.location == "/"
    assert "Ensimmäinen" not in page_after(client, answer)
    assert bodies(session) == []


def test_a_page_of_one_person_is_not_saved_while_another_is_signed_in(
    client: Client, session: Session
) -> None:
    token = open_page(client)
    client.sign_out()
    open_page(client, "ville")
    answer = sent_from(client, token)

    assert (answer.status_code, bodies(session)) == (400, [])


def test_after_another_persons_sign_in_here_nobody_knows_the_first_persons_pages(
    client: Client, session: Session
) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    client.sign_in("ville").sign_out().get("/sign-in")
    answer = signed_in_on(client, refused, "aino")

    assert (answer.location, bodies(session)) == ("/", [])


def test_who_sits_down_after_a_sign_out_cannot_leave_a_text_for_the_one_who_left(
    client: Client, session: Session
) -> None:
    open_page(client)
    client.sign_out().get("/sign-in")
    refused = client.post("/diary/new", ENTRY)
    answer = signed_in_on(client, refused, "aino")

    assert "Copy it before you sign in" in refused.text
    assert (answer.location, bodies(session)) == ("/", [])


def test_an_unsaved_text_is_worth_nothing_in_another_browser(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    other = Client(client.app).sign_in("aino").sign_out()
    other.get("/sign-in")
    answer = signed_in_on(other, refused, "aino")

    assert (answer.location, bodies(session)) == ("/", [])


@pytest.mark.parametrize(
    "changed",
    [
        {"kept-body": TEXT + "!"},
        {"kept-title": "Toinen"},
        {"kept-shared": "1"},
        {"kept_path": "/diary/1"},
        {"kept_writer": ""},
    ],
)
def test_an_altered_text_or_target_is_nobodys(
    client: Client, session: Session, changed: dict[str, str]
) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    answer = signed_in_on(client, refused, "aino", changed=changed)

    assert (answer.location, bodies(session)) == ("/", [])


def test_an_altered_text_is_for_copying_only_on_the_sign_in_page(client: Client) -> None:
    fields = carried(sent_too_late(client, "/diary/new", ENTRY))
    with clock.fixed(LATER):
        page = client.post("/language", {**fields, "kept-body": "toinen", "language": "en"})

    assert "Copy it before you sign in" in page.text


def test_line_ends_may_be_written_otherwise_by_the_browser(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    signed_in_on(client, refused, "aino", changed={"kept-body": SAVED_TEXT})

    assert bodies(session) == OWN


def test_fields_that_come_more_than_once_stay_whole_and_in_their_order(
    client: Client, session: Session
) -> None:
    open_page(client)
    with clock.fixed(LATER):
        refused = client.post("/diary/new", {**ENTRY, "lesson": ["", "a"]})
        whole: dict[str, object] = {**carried(refused), "kept-lesson": ["", "a"]}
        swapped = client.post("/language", {**whole, "kept-lesson": ["a", ""], "language": "en"})
        client.post("/sign-in", {**whole, "username": "aino", "password": PASSWORD})

    assert "Copy it before you sign in" in swapped.text
    assert bodies(session) == OWN


def test_an_old_text_is_shown_to_its_writer_and_not_saved(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    shown = signed_in_on(client, refused, "aino", after=SAVED_WITHIN + timedelta(minutes=1))

    assert shown.status_code == 200 and "Toinen &lt;b&gt;rivi" in shown.text
    assert "Nothing was saved or sent." in shown.text
    assert bodies(session) == []


def test_a_text_is_saved_a_week_later_too(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    signed_in_on(client, refused, "aino", after=timedelta(days=7))

    assert bodies(session) == OWN


def test_another_sites_form_saves_nothing_at_the_sign_in(client: Client, session: Session) -> None:
    """It knows no token: what it brings is shown, and signed for nobody."""
    open_page(client)
    straight = {"kept_path": "/diary/new", "kept-body": TEXT, "username": "aino", "password": PASSWORD}
    with clock.fixed(LATER):
        forged = client.post("/sign-in", straight, token="")
        refused = client.post("/diary/new", ENTRY, token="")
    answer = signed_in_on(client, refused, "aino")

    assert forged.status_code == 400 and "Copy it before you sign in" in forged.text
    assert (answer.location, bodies(session)) == ("/", [])


def test_a_new_person_with_an_old_number_is_not_the_one_before(client: Client, session: Session) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    session.execute(update(Person).where(Person.username == "aino").values(username="uusi"))
    session.commit()
    answer = signed_in_on(client, refused, "uusi")

    assert (answer.location, bodies(session)) == ("/", [])


def test_the_cookie_holds_the_marks_of_a_few_sign_ins_and_no_name(client: Client) -> None:
    for _number in range(MOST_TOKENS + 3):
        client.sign_in("aino")
    with client.browser.session_transaction() as cookie:
        writer = cookie["writer"]

    assert len(writer) == 2 + MOST_TOKENS
    assert "aino" not in "".join(writer)


def test_erasing_the_account_leaves_no_mark(client: Client) -> None:
    client.sign_in("aino").get("/me/erase")
    erased = client.post("/me/erase", {"understood": "y", "password": PASSWORD})
    with client.browser.session_transaction() as cookie:
        left = set(cookie)

    assert erased.location == "/goodbye"
    assert "writer" not in left
