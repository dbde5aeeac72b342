"""A request brings no more than its view can use; more is refused before anything takes it apart."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import forms
from lms.serving import bodies
from tests import factories
from tests.client import Client

# a browser writes an emoji as twelve bytes
BYTES_OF_A_LETTER = 12


def test_the_longest_text_fits_with_a_browsers_escapes() -> None:
    assert forms.TEXT_LENGTH * BYTES_OF_A_LETTER + bodies.SHORT_BYTES < bodies.WRITING_BYTES
    assert forms.LINE_LENGTH * BYTES_OF_A_LETTER * 10 < bodies.SHORT_BYTES


def test_the_longest_entry_of_emoji_is_saved(client: Client, session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()
    client.sign_in("aino").get("/diary/new")

    answer = client.post("/diary/new", {"title": "🌱" * 200, "body": "🌱" * forms.TEXT_LENGTH})

    assert answer.status_code == 302


def test_only_views_that_take_texts_take_long_forms(app: Flask) -> None:
    long = {
        endpoint
        for endpoint in app.view_functions
        if bodies.limit_of_view(app, endpoint) > bodies.SHORT_BYTES
    }

    assert long == {
        "accounts.choose_language",
        "accounts.sign_in_form",
        "checklists.change_claim",
        "diary.comment",
        "diary.save",
        "diary.write",
        "lessons.answer",
        "lessons.quiz",
        "review.decide_several",
        "review_one.decide_answer",
        "review_one.decide_claim",
        "runs_staff.change",
    }


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("POST", "/diary/new", bodies.WRITING_BYTES),
        ("POST", "/me/password", bodies.SHORT_BYTES),
        ("GET", "/diary/new", bodies.SHORT_BYTES),
        ("POST", "/ei-ole", bodies.SHORT_BYTES),
        ("POST", "/%00", bodies.SHORT_BYTES),
    ],
)
def test_the_server_knows_the_limit_of_a_view(app: Flask, method: str, path: str, limit: int) -> None:
    assert bodies.limit_of(app, method, path) == limit


@pytest.mark.parametrize("multipart", [True, False])
def test_a_form_of_countless_fields_is_refused(client: Client, multipart: bool) -> None:
    fields = {f"q{number}": "" for number in range(bodies.MOST_FIELDS + 2)}
    kind = "multipart/form-data" if multipart else "application/x-www-form-urlencoded"

    answer = client.browser.post("/sign-in", data=fields, content_type=kind)

    assert answer.status_code == 413


def test_a_form_that_is_nothing_but_percent_signs_is_refused_unread(client: Client) -> None:
    kind = "application/x-www-form-urlencoded"

    answer = client.browser.post("/sign-in", data=b"username=" + b"%" * 200_000, content_type=kind)

    assert answer.status_code == 400


def test_a_part_without_a_name_is_not_there(client: Client) -> None:
    body = b"--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--\r\n"

    answer = client.browser.post("/sign-in", data=body, content_type="multipart/form-data; boundary=B")

    assert answer.status_code == 400
    assert "sign-in" in answer.text


@pytest.mark.parametrize("query", ["x" * (bodies.LONGEST_QUERY + 1), "a&" * (bodies.MOST_QUERY_FIELDS + 1)])
def test_an_address_that_no_link_has_is_refused(client: Client, query: str) -> None:
    assert client.browser.get(f"/sign-in?{query}").status_code == 400


def test_wishes_that_no_browser_has_are_not_read(client: Client) -> None:
    wish = "sv," + ",".join(f"x{number};q=0.{number % 9}" for number in range(3_000))

    answer = client.get("/sign-in", headers={"Accept-Language": wish, "Range": "bytes=" + "0-1," * 200})

    assert answer.status_code == 200
    assert 'lang="fi"' in answer.text
