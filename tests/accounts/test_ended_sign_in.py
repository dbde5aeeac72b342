"""What a form and the script that saves it get as an answer when the sign-in has ended, here or elsewhere."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.diary.models import DiaryEntry
from tests import factories
from tests.accounts.late import LATER, TEXT, end_sign_ins, hidden_fields, sent_too_late, signed_in_on
from tests.client import PASSWORD, Client

ENTRY = {"title": "Tänään", "body": TEXT, "page": "/diary/new"}


@pytest.fixture(autouse=True)
def people(session: Session) -> None:
    factories.make_person(session, "aino")
    factories.make_person(session, "ville")
    session.commit()


def saved_by_script(client: Client, token: str) -> TestResponse:
    fields = {"csrf_token": token, **ENTRY}
    return client.browser.post("/diary/new", data=fields, headers={"Accept": "application/json"})


def entry_count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(DiaryEntry)) or 0


def test_the_script_learns_that_the_writer_of_an_old_sign_in_is_known(client: Client) -> None:
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(LATER):
        answer = saved_by_script(client, client.token)

    assert (answer.status_code, answer.json) == (401, {"writer_is_known": True})


def test_the_script_learns_that_the_writer_of_a_sign_in_ended_elsewhere_is_known(
    client: Client, session: Session
) -> None:
    client.sign_in("aino").get("/diary/new")
    end_sign_ins(session)
    answer = saved_by_script(client, client.token)

    assert (answer.status_code, answer.json) == (401, {"writer_is_known": True})


def test_the_script_learns_that_nobody_knows_the_writer_of_a_form_without_its_token(client: Client) -> None:
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(LATER):
        answer = saved_by_script(client, "wrong")

    assert (answer.status_code, answer.json) == (401, {"writer_is_known": False})


def test_a_page_left_open_after_signing_out_in_another_tab_gets_the_sign_in_page(
    client: Client, session: Session
) -> None:
    client.sign_in("aino").get("/diary/new")
    left_open = client.token
    client.sign_out()
    by_script = saved_by_script(client, left_open)
    refused = client.post("/diary/new", ENTRY, token=left_open)

    assert (by_script.status_code, by_script.json) == (401, {"writer_is_known": True})
    assert refused.status_code == 401
    assert "Sign in, and your text is saved." in refused.text and "Toinen &lt;b&gt;rivi" in refused.text
    assert hidden_fields(refused.text)["next"] == "/diary/new"
    assert entry_count(session) == 0


def test_nobody_vouches_for_a_text_that_came_without_its_token(client: Client, session: Session) -> None:
    """Another site's form, or one from before another person's sign-in, must not become this person's text."""
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(LATER):
        refused = client.post("/diary/new", ENTRY, token="wrong")
    answer = signed_in_on(client, refused, "aino")

    assert refused.status_code == 401
    assert "kept_writer" not in refused.text
    assert (answer.status_code, answer.location) == (302, "/")
    assert entry_count(session) == 0


def test_a_stale_form_of_a_signed_in_person_is_refused_as_before(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/diary/new")
    answer = client.post("/diary/new", ENTRY, token="wrong")

    assert answer.status_code == 400
    assert "Toinen &lt;b&gt;rivi" in answer.text
    assert entry_count(session) == 0


def test_a_sign_in_page_without_its_token_is_shown_once_more_and_signs_nobody_in(client: Client) -> None:
    stale = {"username": "aino", "password": PASSWORD, "next": "/diary"}
    again = client.post("/sign-in", stale, token="wrong")
    after = client.get("/diary")

    assert again.status_code == 400
    assert "Kirjaudu uudelleen" in again.text and "vanhentunut" not in again.text
    assert 'value="aino"' in again.text and PASSWORD not in again.text
    assert '<input type="hidden" name="next" value="/diary">' in again.text
    assert (after.status_code, after.location) == (302, "/sign-in?next=%2Fdiary")


def test_of_two_restored_sign_in_pages_the_first_signs_in_at_the_second_try(empty: Flask) -> None:
    client, first = Client(empty), Client(empty)
    first.get("/sign-in?next=/diary")
    client.get("/sign-in?next=/diary")
    fields = {"username": "aino", "password": PASSWORD, "next": "/diary"}
    again = client.post("/sign-in", fields, token=first.token)
    signed_in = client.post("/sign-in", fields)

    assert (again.status_code, signed_in.status_code, signed_in.location) == (400, 302, "/diary")


def test_a_stale_sign_in_page_still_carries_the_text_and_then_saves_it(
    client: Client, session: Session
) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    again = signed_in_on(client, refused, "aino", changed={"csrf_token": "wrong"})
    saved = signed_in_on(client, again, "aino")

    assert again.status_code == 400
    assert "Sign in, and your text is saved." in again.text
    assert (saved.status_code, entry_count(session)) == (302, 1)


def test_a_stale_choice_of_language_on_the_sign_in_page_keeps_the_text(
    client: Client, session: Session
) -> None:
    fields = hidden_fields(sent_too_late(client, "/diary/new", ENTRY).text)
    stale = {**fields, "language": "sv", "csrf_token": "wrong"}
    with clock.fixed(LATER):
        answer = client.post("/language", stale)
    saved = signed_in_on(client, answer, "aino")

    assert answer.status_code == 400 and '<html lang="en">' in answer.text
    assert (saved.status_code, entry_count(session)) == (302, 1)


@pytest.mark.parametrize("path", ["/sign-out", "/language", "/sign-in"])
def test_an_open_page_still_asks_for_the_token_of_its_form(client: Client, path: str) -> None:
    assert client.post(path, {"language": "sv"}, token="wrong").status_code == 400
