"""What a form and the script that saves it are told when the sign-in has ended, here or elsewhere."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.diary.models import DiaryEntry
from tests import factories
from tests.accounts.test_kept_text import LATER, TEXT, end_sign_ins, hidden_fields, signed_in_on
from tests.client import Client

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


def test_the_script_is_told_that_the_writer_of_an_old_sign_in_is_known(client: Client) -> None:
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(LATER):
        answer = saved_by_script(client, client.token)

    assert (answer.status_code, answer.json) == (401, {"writer_is_known": True})


def test_the_script_is_told_that_the_writer_of_an_ended_sign_in_is_not_known(
    client: Client, session: Session
) -> None:
    client.sign_in("aino").get("/diary/new")
    end_sign_ins(session)
    answer = saved_by_script(client, client.token)

    assert (answer.status_code, answer.json) == (401, {"writer_is_known": False})


def test_a_page_left_open_after_signing_out_in_another_tab_gets_the_sign_in_page(
    client: Client, session: Session
) -> None:
    client.sign_in("aino").get("/diary/new")
    left_open = client.token
    client.sign_out()
    by_script = saved_by_script(client, left_open)
    refused = client.post("/diary/new", ENTRY, token=left_open)

    assert (by_script.status_code, by_script.json) == (401, {"writer_is_known": False})
    assert refused.status_code == 401
    assert "Copy it before you sign in" in refused.text and "Toinen &lt;b&gt;rivi" in refused.text
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


@pytest.mark.parametrize("path", ["/sign-out", "/language", "/sign-in"])
def test_an_open_page_still_asks_for_the_token_of_its_form(client: Client, path: str) -> None:
    assert client.post(path, {"language": "sv"}, token="wrong").status_code == 400
