"""The language beside a kept text: the page speaks the writer's."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import Person
from tests import factories
from tests.accounts.test_kept_text import LATER, TEXT, sent_too_late
from tests.client import Client

ENTRY = {"title": "Tänään", "body": TEXT}


@pytest.fixture(autouse=True)
def aino(session: Session) -> Person:
    person = factories.make_person(session, "aino")
    factories.make_person(session, "ville")
    session.commit()
    return person


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
