"""Requests that a page's script sends (an autosave, or a button that a person pressed) and the responses to them."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus

from flask import Flask, Response, current_app, request

HEADER = "X-Requested-With"
# a person's press, sent in the background so that the page and its text survive a missing network
PRESS = "press"

REDIRECTS = frozenset({HTTPStatus.FOUND, HTTPStatus.SEE_OTHER})


def is_autosave() -> bool:
    """Return whether a script sent the form by itself, as it does while one writes.

    SECURITY: such a form never shares, sends or attaches anything; any script request that is not a press counts as one.
    """
    return not _is_press() and (HEADER in request.headers or _prefers_json())


def is_by_script() -> bool:
    """Return whether a script reads the response, which is then JSON and not a page."""
    return _is_press() or is_autosave()


def saved(*, version: int, at: datetime, **more: str) -> dict[str, object]:
    """Return the response to an autosave; `version` is what the form must send with its next save."""
    return {"saved_at": at.isoformat(), "revision": version, **more}


def refused(message: str, errors: Mapping[str, str]) -> tuple[dict[str, object], int]:
    """Return the response to a form that is not accepted: one message for the form, and one for each wrong field."""
    return {"error": message, "errors": dict(errors)}, HTTPStatus.UNPROCESSABLE_ENTITY


def _is_press() -> bool:
    return request.headers.get(HEADER) == PRESS


def _prefers_json() -> bool:
    return request.accept_mimetypes.best_match(["text/html", "application/json"]) == "application/json"


def init_app(app: Flask) -> None:
    app.after_request(_send_location)


def _send_location(response: Response) -> Response:
    """Send a press the address of the next page: a redirect followed in the background would use up its flash message."""
    if _is_press() and response.status_code in REDIRECTS and response.location:
        response.set_data(current_app.json.dumps({"location": response.headers.pop("Location")}))
        response.status_code, response.content_type = HTTPStatus.OK, "application/json"
    return response
