"""How much a request may bring: a body within the limit of its view, an address and headers that a browser makes."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.exceptions import HTTPException

View = TypeVar("View", bound=Callable[..., Any])

# names, choices and lists of people; a view that takes people's writing declares that it does
SHORT_BYTES = 32_000
# the longest text of a form with a browser's escapes: twelve bytes for an emoji, and the small fields beside it
WRITING_BYTES = 300_000
# a review of two hundred claims has four fields for each
MOST_FIELDS = 1_000
LONGEST_QUERY = 4_000
MOST_QUERY_FIELDS = 50
# no browser says in more what it would like; taking these apart costs a hundred times more than reading them
LONGEST_OPTIONAL_HEADER = 500
OPTIONAL_HEADERS = (
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_LANGUAGE",
    "HTTP_ACCEPT_CHARSET",
    "HTTP_RANGE",
    "HTTP_IF_NONE_MATCH",
)

# why the server has not passed the body on: a status
REFUSED = "lms.body_refused"


def takes_writing(view: View) -> View:
    """Let a view take people's texts; every other view takes small forms only."""
    view.body_bytes = WRITING_BYTES  # type: ignore[attr-defined]  # the declaration is read by limit_of and by tests
    return view


def limit_of_view(app: Flask, endpoint: str | None) -> int:
    """Return how many bytes of body the endpoint's view takes."""
    limit: int = getattr(app.view_functions.get(endpoint or ""), "body_bytes", SHORT_BYTES)
    return limit


def limit_of(app: Flask, method: str, path: str) -> int:
    """Return how many bytes of body a request may bring that has not been taken up yet."""
    try:
        endpoint, _values = app.url_map.bind("").match(path, method=method)
    except HTTPException:
        return SHORT_BYTES
    return limit_of_view(app, str(endpoint))


def _enforce_limits() -> None:
    """Refuse what is too much before anything takes it apart."""
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
    """Refuse what no browser writes, and what takes long to take apart; the parser of multipart forms counts itself."""
    has_countless_fields = body.count(b"&") > MOST_FIELDS
    if has_countless_fields or body.count(b"%") * 3 > len(body):
        g.body_refused = True  # the page that says so does not take it apart either
        abort(HTTPStatus.REQUEST_ENTITY_TOO_LARGE if has_countless_fields else HTTPStatus.BAD_REQUEST)


def init_app(app: Flask) -> None:
    app.before_request(_enforce_limits)
