"""Limits on requests: a body within the limit of its view, and an address and headers such as browsers send."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])

# for names, choices and lists of people; a view for people's texts uses takes_writing
SHORT_BYTES = 32_000
# for the longest text as browsers escape it, twelve bytes for an emoji, and small fields beside it
WRITING_BYTES = 300_000
# a review of two hundred claims has four fields for each
MOST_FIELDS = 1_000
LONGEST_QUERY = 4_000
MOST_QUERY_FIELDS = 50
# no browser sends longer ones, and parsing these costs a hundred times more than reading them
LONGEST_OPTIONAL_HEADER = 500
OPTIONAL_HEADERS = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_CHARSET",
    "HTTP_RANGE",
    "HTTP_IF_NONE_MATCH",
)

# the environment's key for the status with which the server has refused the body
REFUSED = "lms.body_refused"


def takes_writing(view: View) -> View:
    """Let a view take people's texts; other views take small forms only."""
    view.body_bytes = WRITING_BYTES  # type: ignore[attr-defined]  # the declaration is read by limit_of and by tests
    return view


def limit_of_view(app: Flask, endpoint: str | None) -> int:
    """Return the maximum body size of the endpoint's view, in bytes."""
    limit: int = getattr(app.view_functions.get(endpoint or ""), "body_bytes", SHORT_BYTES)
    return limit


def limit_of(app: Flask, method: str, path: str) -> int:
    """Return the maximum body size of a request that Flask has not received yet, in bytes."""
    try:
        endpoint, _values = app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return SHORT_BYTES
    return limit_of_view(app, str(endpoint))


def _enforce_limits() -> None:
    """Refuse what is too large before anything parses it."""
    environ = request.environ
    for header in OPTIONAL_HEADERS:
        if header in environ and len(environ[header]) > LONGEST_OPTIONAL_HEADER:
            del environ[header]
    query = environ["QUERY_STRING"]
    if len(query) > LONGEST_QUERY or query.count("&") > MOST_QUERY_FIELDS:
        abort(HTTPStatus.REQUEST_URI_TOO_LONG)
    if request.method != "POST":
        return
    limit = limit_of_view(current_app, request.endpoint)
    request.max_content_length = request.max_form_memory_size = limit
    request.max_form_parts = MOST_FIELDS
    if REFUSED in request.environ:
        abort(request.environ[REFUSED])
    if request.mimetype == "application/x-www-form-urlencoded":
        _refuse_odd_form(request.get_data())


def _refuse_odd_form(body: bytes) -> None:
    """Refuse what no browser sends and what is slow to parse; for multipart forms the parser itself counts the fields."""
    has_countless_fields = body.count(b"&") > MOST_FIELDS
    if has_countless_fields or body.count(b"%") * 3 > len(body):
        g.body_refused = True  # the error page must not parse it either
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if has_countless_fields else HTTPStatus.BAD_REQUEST)


def init_app(app: Flask) -> None:
    app.before_request(_enforce_limits)
