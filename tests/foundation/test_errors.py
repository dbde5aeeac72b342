"""Error pages: what happened, what to do, whom to ask, and the person's text."""

from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import access, error_pages, errors
from lms.app import create_app
from tests import factories
from tests.client import Client

TEXT = "Opin tänään lukemaan <sopimuksen> & kysymään."


@pytest.fixture
def raising(empty: Flask) -> Client:
    """A client of an app whose one route raises what the test sets."""
    app = create_app(empty.extensions["settings"])
    faults = {
        "conflict": errors.Conflict("Liisa ehti ensin."),
        "elsewhere": errors.ChangedElsewhere(),
        "invalid": errors.Invalid("Kirjoita jotain."),
        "not-allowed": errors.NotAllowed("Et voi."),
        "not-found": errors.NotFound(),
        "bug": ZeroDivisionError("secret detail"),
    }

    @app.post("/raise/<name>")
    @access.public
    def fail(name: str) -> str:
        raise faults[name]

    app.config["WTF_CSRF_ENABLED"] = False
    return Client(app)


@pytest.mark.parametrize(
    ("name", "status", "told"),
    [
        ("conflict", 409, "Liisa ehti ensin."),
        ("invalid", 422, "Kirjoita jotain."),
        ("not-allowed", 403, "Et voi."),
        ("not-found", 404, ""),
        ("bug", 500, ""),
    ],
)
def test_a_fault_becomes_a_page_that_keeps_the_text(
    raising: Client, name: str, status: int, told: str
) -> None:
    answer = raising.post(f"/raise/{name}", {"body": TEXT, "page": "/sign-in"})

    assert answer.status_code == status
    assert told in answer.text
    assert "Opin tänään lukemaan &lt;sopimuksen&gt; &amp; kysymään." in answer.text
    assert "secret detail" not in answer.text
    assert 'href="/sign-in"' in answer.text
    assert "012 345 6789" in answer.text


def test_a_fault_keeps_the_text_that_a_sign_in_form_carries_along(raising: Client) -> None:
    answer = raising.post("/raise/elsewhere", {"kept_path": "/diary/new", "kept-body": TEXT})

    assert "Opin tänään lukemaan &lt;sopimuksen&gt; &amp; kysymään." in answer.text


def test_a_wrong_form_token_keeps_the_text_and_shows_the_way_back(client: Client) -> None:
    answer = client.post("/sign-out", {"body": TEXT, "page": "/sign-in?next=/diary"}, token="old")

    assert answer.status_code == 400
    assert "lukemaan &lt;sopimuksen&gt;" in answer.text


def test_where_nothing_was_written_no_text_is_promised(raising: Client) -> None:
    answer = raising.post("/raise/elsewhere", {"rating": "2", "page": "/sign-in"})

    assert answer.status_code == 409
    assert "auki myös toisessa ikkunassa" in answer.text
    assert "tässä alla" not in answer.text


def test_passwords_are_never_shown_again(client: Client) -> None:
    answer = client.post("/sign-in", {"username": "aino", "password": "salainen sana"}, token="old")

    assert answer.status_code == 400
    assert 'name="password"' in answer.text
    assert "salainen sana" not in answer.text


def test_too_much_is_413(client: Client) -> None:
    answer = client.post("/sign-in", {"body": "x" * 2_000_000})

    assert answer.status_code == 413


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "https:evil.example",
        "javascript:alert(1)",
        "\t//evil.example",
        "/\t/evil.example",
        "/%2f%2fevil.example",
        "/ei-ole",
        "",
        "evil",
        "/@evil.example",
        "///evil.example",
        "/\n/evil",
        "/sign-in\x00",
        "http:/evil",
        "\\\\evil",
        "/.evil.example",
        "/..//evil",
    ],
)
def test_only_pages_of_this_site_are_ways_back(app: Flask, path: str) -> None:
    with app.test_request_context():
        assert error_pages.safe_path(path) == "/"


def test_a_page_of_this_site_is_a_way_back(app: Flask) -> None:
    with app.test_request_context():
        assert error_pages.safe_path("/sign-in?next=%2Fdiary") == "/sign-in?next=%2Fdiary"


def test_the_frame_speaks_the_readers_language(client: Client, session: Session) -> None:
    factories.make_person(session, "aino")
    session.commit()

    finnish = client.get("/ei-ole", headers={"Accept-Language": "fi"})
    swedish = client.get("/ei-ole", headers={"Accept-Language": "sv"})
    other = client.get("/ei-ole", headers={"Accept-Language": "de"})
    client.post("/language", {"language": "sv", "next": "/sign-in"})
    chosen = client.get("/ei-ole", headers={"Accept-Language": "fi"})

    assert [answer.text.split('lang="')[1][:2] for answer in (finnish, swedish, other, chosen)] == [
        "fi",
        "sv",
        "fi",
        "sv",
    ]


def test_a_language_we_do_not_speak_is_refused(client: Client) -> None:
    assert client.post("/language", {"language": "xx"}).status_code == 422


@pytest.mark.parametrize("path", ["/runs/2147483648", "/runs/9223372036854775808", "/diary/" + "9" * 400])
def test_a_number_that_no_row_can_have_is_not_found(client: Client, session: Session, path: str) -> None:
    factories.make_person(session, "aino")
    session.commit()
    client.sign_in("aino")

    assert client.get(path).status_code == 404


def test_control_characters_in_an_address_do_not_reach_the_page(client: Client) -> None:
    assert client.get("/ei-ole%00%07").status_code == 404


@pytest.mark.parametrize(
    "body", ['{"username": 5, "password": "x"}', "5", "[" * 20_000, '{"username": [[1]]}']
)
def test_a_form_is_never_taken_from_json(client: Client, body: str) -> None:
    client.get("/sign-in")
    answer = client.browser.post(
        "/sign-in", data=body, content_type="application/json", headers={"X-CSRFToken": client.token}
    )
    assert answer.status_code == 422


def test_a_file_under_a_text_fields_name_is_no_text(client: Client) -> None:
    client.get("/sign-in")
    files = {
        "csrf_token": client.token,
        "username": (BytesIO(b"aino"), "x"),
        "password": (BytesIO(b"x"), "y"),
    }
    answer = client.browser.post("/sign-in", data=files, content_type="multipart/form-data")

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "path", ["/certificates/%00.pdf", "/checklists/a%00b", "/verify/%07", "/courses/%1b"]
)
def test_an_address_with_control_characters_is_not_found(client: Client, session: Session, path: str) -> None:
    factories.make_person(session, "aino")
    session.commit()
    client.sign_in("aino")

    assert client.get(path).status_code == 404
