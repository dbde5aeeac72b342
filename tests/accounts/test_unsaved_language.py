"""The language beside an unsaved text: the page speaks the writer's, and changing it loses nothing."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts.models import Person
from tests import factories
from tests.accounts.late import LATER, TEXT, hidden_fields, sent_too_late, signed_in_on
from tests.client import Client

ENTRY = {"title": "Tänään", "body": TEXT}
COMMENT = {"body": TEXT}


@pytest.fixture(autouse=True)
def aino(session: Session) -> Person:
    person = factories.make_person(session, "aino")
    factories.make_person(session, "ville")
    session.commit()
    return person


def language_fields(html: str) -> list[dict[str, str]]:
    """Return the hidden fields of each form that changes the language."""
    forms = re.findall(r'<form class="languages".*?</form>', html, re.DOTALL)
    return [hidden_fields(form) for form in forms]


def in_swedish(client: Client, page: TestResponse) -> TestResponse:
    fields = language_fields(page.text)[0]
    fields.pop("csrf_token")
    with clock.fixed(LATER):
        return client.post("/language", {**fields, "language": "sv"})


def test_the_sign_in_page_keeps_the_text_when_the_language_is_changed(client: Client) -> None:
    refused = sent_too_late(client, "/diary/new", ENTRY)
    changed = in_swedish(client, refused)
    saved = signed_in_on(client, changed, "aino")

    assert (changed.status_code, len(language_fields(refused.text))) == (200, 2)
    assert '<html lang="sv">' in changed.text and "Din text finns på den här sidan" in changed.text
    assert hidden_fields(changed.text)["next"] == "/diary/new"
    assert saved.location.startswith("/diary/")


def test_the_page_after_signing_in_keeps_the_text_when_the_language_is_changed(
    client: Client, session: Session, aino: Person
) -> None:
    offered = signed_in_on(client, sent_too_late(client, "/diary/7/comments", COMMENT), "aino")
    changed = in_swedish(client, offered)
    session.expire_all()

    assert '<html lang="sv">' in changed.text and "Kopiera din text" in changed.text
    assert "Toinen &lt;b&gt;rivi" in changed.text and 'href="/diary/new"' in changed.text
    assert session.get_one(Person, aino.id).language == "sv"


def test_a_text_that_is_only_on_the_page_stays_there_when_the_language_is_changed(
    client: Client,
) -> None:
    changed = in_swedish(client, client.post("/diary/new", {**ENTRY, "page": "/diary/new"}))

    assert "Kopiera den innan du loggar in" in changed.text
    assert "Toinen &lt;b&gt;rivi" in changed.text
    assert "kept_writer" not in changed.text


def test_the_language_form_gives_nobody_the_text_of_another(client: Client) -> None:
    offered = signed_in_on(client, sent_too_late(client, "/diary/7/comments", COMMENT), "aino")
    carried = language_fields(offered.text)[0]
    carried.pop("csrf_token")
    client.sign_in("ville").get("/diary/new")
    answer = client.post("/language", {**carried, "language": "sv"})

    assert (answer.status_code, answer.location) == (302, "/diary/new")


def test_an_old_sign_in_page_shows_the_text_that_its_form_brings(empty: Flask) -> None:
    client = Client(empty)
    refused = sent_too_late(client, "/diary/new", ENTRY)
    fields = hidden_fields(refused.text)
    client.sign_in("ville")
    answer = client.browser.post("/language", data={**fields, "language": "sv"})

    assert answer.status_code == 400
    assert "Toinen &lt;b&gt;rivi" in answer.text


def test_a_page_with_a_refused_text_offers_no_language_that_would_lose_it(client: Client) -> None:
    client.sign_in("aino").get("/diary/new")
    refused = client.post("/diary/new", {**ENTRY, "body": TEXT * 1_000})
    stale = client.post("/diary/new", ENTRY, token="wrong")

    for answer in (refused, stale):
        assert language_fields(answer.text) == []
        assert "You can change the language on the next page." in answer.text


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_the_page_of_an_ended_sign_in_speaks_the_writers_language(
    client: Client, session: Session, aino: Person, language: str
) -> None:
    aino.language = language
    session.commit()
    refused = sent_too_late(client, "/diary/new", ENTRY)
    with clock.fixed(LATER + timedelta(days=3)):
        read = client.get(client.get("/diary").location)

    assert f'<html lang="{language}">' in refused.text
    assert f'<html lang="{language}">' in read.text
