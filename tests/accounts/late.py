"""A form that comes after its sign-in has ended, and the sign-in on the page that answers it."""

import re
from datetime import timedelta
from html import unescape

from sqlalchemy import delete
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import clock
from lms.accounts.models import SignIn
from tests.client import PASSWORD, Client
from tests.conftest import NOW

TEXT = 'Ensimmäinen rivi.\nToinen <b>rivi</b> & "lainaus".'
SAVED_TEXT = TEXT.replace("\r\n", "\n")

LATER = NOW + timedelta(hours=13)


def hidden_fields(html: str) -> dict[str, str]:
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in pairs}


def end_sign_ins(session: Session) -> None:
    session.execute(delete(SignIn))
    session.commit()


def sent_too_late(client: Client, path: str, fields: dict[str, str]) -> TestResponse:
    """Send Aino's form after her sign-in has grown old; the answer is the sign-in page."""
    client.sign_in("aino").get("/diary/new")
    with clock.fixed(LATER):
        answer = client.post(path, {"page": "/diary/new", **fields})
    assert answer.status_code == 401
    return answer


def carried(page: TestResponse) -> dict[str, str]:
    """Return the fields that a page's forms carry along, without the token."""
    fields = hidden_fields(page.text)
    fields.pop("csrf_token", None)
    return fields


def signed_in_on(
    client: Client,
    page: TestResponse,
    username: str,
    *,
    after: timedelta = timedelta(),
    changed: dict[str, str] | None = None,
) -> TestResponse:
    """Sign in on the page that a refused form led to."""
    fields = {**carried(page), "username": username, "password": PASSWORD, **(changed or {})}
    with clock.fixed(LATER + after):
        return client.post("/sign-in", fields)


def page_after(client: Client, answer: TestResponse) -> str:
    """Return the page to which an answer leads, as it is then."""
    assert answer.status_code == 302, answer.text
    with clock.fixed(LATER):
        return client.get(answer.location).text
