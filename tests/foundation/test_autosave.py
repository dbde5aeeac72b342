"""What a script on a page is answered: the words of every refusal, and where a press leads."""

import pytest
from flask import Flask, abort, flash, redirect
from flask.testing import FlaskClient
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import TooManyRequests

from lms import access
from lms.app import create_app
from lms.errors import Busy, ChangedElsewhere, Conflict, NotAllowed, NotFound

FAULTS: dict[str, Exception | int] = {
    "400": 400,
    "403": NotAllowed("Not yours to do."),
    "404": NotFound(),
    "409": Conflict("Somebody was first."),
    "409-own": ChangedElsewhere(),
    "413": 413,
    "429": TooManyRequests(retry_after=7),
    "429-busy": Busy("Wait.", wait_seconds=7),
    "500": ZeroDivisionError("secret detail"),
}


@pytest.fixture
def browser(empty: Flask) -> FlaskClient:
    """A browser at an app with a form for each fault, and one that leads on."""
    app = create_app(empty.extensions["settings"])

    @app.post("/fail/<fault>")
    @access.public
    def fail(fault: str) -> str:
        found = FAULTS[fault]
        if isinstance(found, int):
            abort(found)
        raise found

    @app.post("/lead")
    @access.public
    def lead() -> ResponseReturnValue:
        flash("Saved.")
        return redirect("/somewhere#there")

    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()


@pytest.mark.parametrize(
    "headers", [{"X-Requested-With": "fetch"}, {"X-Requested-With": "press"}, {"Accept": "application/json"}]
)
def test_a_script_gets_the_words_of_a_refusal(browser: FlaskClient, headers: dict[str, str]) -> None:
    for fault in FAULTS:
        answer = browser.post(f"/fail/{fault}", headers=headers)

        assert answer.status_code == int(fault[:3])
        assert answer.get_json()["title"] and answer.get_json()["error"], fault
        assert "secret" not in answer.text
        assert answer.headers.get("Retry-After") == ("7" if fault.startswith("429") else None)


def test_a_press_hears_where_to_go_on_and_the_page_keeps_its_message(browser: FlaskClient) -> None:
    pressed = browser.post("/lead", headers={"X-Requested-With": "press"})

    assert (pressed.status_code, pressed.get_json()) == (200, {"location": "/somewhere#there"})
    assert "Location" not in pressed.headers
    with browser.session_transaction() as cookie:
        assert cookie["_flashes"][0][1] == "Saved."
    assert browser.post("/lead").status_code == 302
    assert browser.post("/fail/409").mimetype == "text/html"
