"""A form sent after the sign-in has ended: its text is shown, carried along and offered for saving."""

import re
from datetime import timedelta
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms import clock
from lms.accounts.models import SignIn
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW

TEXT = 'Ensimmäinen rivi.\r\nToinen <b>rivi</b> & "lainaus".'


@pytest.fixture(autouse=True)
def aino(session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()


def hidden_fields(html: str) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in pairs}


def end_sign_ins(session: Session) -> None:
    session.execute(delete(SignIn))
    session.commit()


def test_the_text_of_an_expired_form_is_on_the_sign_in_page(client: Client) -> None:
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(NOW + timedelta(hours=13)):
        answer = client.post("/diary/new", {"title": "Tänään", "body": TEXT, "page": "/diary/new"})

    assert answer.status_code == 401
    assert "Tekstisi on tallessa" in answer.text
    fields = hidden_fields(answer.text)
    assert fields["kept_path"] == "/diary/new"
    assert fields["kept-body"] == TEXT
    assert fields["next"] == "/diary/new"


def test_after_signing_in_again_the_text_is_saved_with_one_press(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/diary/new")
    end_sign_ins(session)
    refused = client.post("/diary/new", {"title": "Tänään", "body": TEXT, "page": "/diary/new"})
    fields = hidden_fields(refused.text)
    fields.pop("csrf_token")
    offered = client.post("/sign-in", {**fields, "username": "aino", "password": PASSWORD})

    assert offered.status_code == 200
    assert "Save my text" in offered.text
    assert 'action="/diary/new"' in offered.text
    again = hidden_fields(offered.text)
    assert again["body"] == TEXT
    saved = client.browser.post("/diary/new", data=again)
    assert saved.status_code == 302


def test_a_wrong_password_in_between_loses_nothing(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/diary/new")
    end_sign_ins(session)
    fields = hidden_fields(client.post("/diary/new", {"title": "T", "body": TEXT}).text)
    fields.pop("csrf_token")
    refused = client.post("/sign-in", {**fields, "username": "aino", "password": "väärä"})

    assert refused.status_code == 422
    assert hidden_fields(refused.text)["kept-body"] == TEXT


def test_a_password_is_never_carried_along(client: Client, session: Session) -> None:
    client.sign_in("aino").get("/me/password")
    end_sign_ins(session)
    answer = client.post("/me/password", {"current": PASSWORD, "new": "neljä ruskeaa tatin lakkia"})

    assert answer.status_code == 401
    assert PASSWORD not in unescape(answer.text)
    assert "tatin" not in answer.text


@pytest.mark.parametrize(
    "path", ["https://example.org/", "//example.org/", "/\\example.org", "/nowhere", "javascript:x"]
)
def test_the_text_is_offered_only_to_our_own_forms(client: Client, path: str) -> None:
    fields = {"username": "aino", "password": PASSWORD, "kept_path": path, "kept-body": TEXT}
    answer = client.post("/sign-in", fields)

    assert answer.status_code == 302
    assert answer.location == "/"


def test_a_reader_is_sent_to_sign_in_and_back(empty: Flask) -> None:
    client = Client(empty)
    asked = client.get("/diary?page=2")

    assert asked.status_code == 302
    assert asked.location == "/sign-in?next=%2Fdiary%3Fpage%3D2"
    client.get(asked.location)
    answer = client.post("/sign-in", {"username": "aino", "password": PASSWORD, "next": "/diary?page=2"})
    assert answer.location == "/diary?page=2"
