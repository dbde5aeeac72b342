"""Error pages: domain, server and database errors are turned into responses here and nowhere else."""

import logging
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError
from werkzeug.exceptions import HTTPException, SecurityError, TooManyRequests
from werkzeug.routing import RoutingException

from lms import access, autosave, database_errors, db, form_texts, login, logs
from lms.database_errors import CONFLICTS, OUTAGES, Reason
from lms.errors import Busy, ChangedElsewhere, DomainError
from lms.i18n import lazy
from lms.links import url_for
from lms.serving.bodies import REFUSED

log = logging.getLogger(__name__)

RETRY_AFTER_SECONDS = 10


TITLES = {
    400: (
        lazy("This page was out of date"),
        lazy("Nothing was saved. Go back, check your text and send it again."),
    ),
    403: (lazy("You cannot do this"), lazy("You may look at this, but somebody else takes care of it.")),
    404: (
        lazy("This page is not here"),
        lazy("The address may be old, or the page belongs to somebody else."),
    ),
    405: (lazy("This did not work"), lazy("Go back and use the buttons of the page.")),
    408: (
        lazy("The connection was too slow"),
        lazy("Nothing was saved. Go back with your browser: your text is still there. Send it again."),
    ),
    409: (
        lazy("This has changed meanwhile"),
        lazy("This changed while you had it open. Go back and look at it again."),
    ),
    413: (
        lazy("That was too large"),
        lazy("Go back with your browser: your text is still there. Make it shorter."),
    ),
    422: (lazy("Something is missing"), lazy("Go back and check what you wrote.")),
    429: (lazy("Too many tries"), lazy("Take a short break and try again.")),
    500: (
        lazy("Something broke here"),
        lazy("This is not your fault. We have been told. Try again in a moment."),
    ),
    503: (
        lazy("We are having a short break"),
        lazy("The site does not answer just now. Try again in a minute."),
    ),
}

_NEWER = lazy("A newer text has been saved there. Your own text is below.")


def page(
    status: int, message: object = "", *, title: object = "", unsaved: list[tuple[str, str]] | None = None
) -> tuple[str | dict[str, str], int]:
    """Return the error page of `status` and the status; the refused change is rolled back first.

    A script gets only the message: the person's text is still on the page in the browser.
    """
    db.release()
    usual_title, text = TITLES.get(status, TITLES[500])
    if autosave.is_by_script():
        return {"title": str(title or usual_title), "error": str(message) or str(text)}, status
    error = {
        "code": _code(status),
        "title": str(title or usual_title),
        "text": str(message) or str(text),
        "unsaved": form_texts.of_request() if unsaved is None else unsaved,
        "back": way_back(),
    }
    return render_template("errors/error.html", error=error), status


def _code(status: int) -> str:
    """Return the code to give the operator; it is also in the log, unless no page has this address."""
    message = logs.shown_code() if request.endpoint else ""
    return f"{message} ({int(status)})" if message else str(int(status))


def way_back() -> str:
    """Return the address of the page that the refused form was on, as the form itself states it."""
    is_form = request.method == "POST" and not g.get("body_refused")
    return safe_path(request.form.get("page") if is_form else None)


def safe_path(path: str | None) -> str:
    """Return `path` when it is a page of this site, else the start page."""
    if not path or not path.startswith("/") or not path.isprintable() or path[1:2] in ("/", "\\"):
        return url_for("home")
    try:
        current_app.url_map.bind("").match(urlsplit(path).path, method="GET")
    except (HTTPException, RoutingException, ValueError):
        return url_for("home")
    return path


def unavailable() -> ResponseReturnValue:
    """Return the response for a database that is unavailable."""
    g.pop("session", None)
    g.nav_refused = True  # the navigation bar may query the database
    login.skip_person_lookup()
    body, status = page(HTTPStatus.SERVICE_UNAVAILABLE)
    return body, status, {"Retry-After": str(RETRY_AFTER_SECONDS)}


def reason(error: DomainError) -> str:
    """Return why a text was not saved, as a message for a page that shows the text."""
    return str(_NEWER if isinstance(error, ChangedElsewhere) else error.message or TITLES[error.status][1])


def _changed_elsewhere(error: ChangedElsewhere) -> ResponseReturnValue:
    """Say which of the two texts is saved, and that the other one is not lost."""
    if autosave.is_by_script():
        message = lazy("A newer text was saved in another window.")
        return page(error.status, message, title=lazy("This was open in another window too"))
    unsaved = form_texts.of_request()
    message = _NEWER if unsaved else lazy("Something newer has been saved there. Go back and look at it.")
    return page(error.status, message, title=lazy("This was open in another window too"), unsaved=unsaved)


def _busy(error: Busy) -> ResponseReturnValue:
    body, status = page(error.status, error.message)
    return body, status, {"Retry-After": str(error.wait_seconds)}


def _domain_error(error: DomainError) -> ResponseReturnValue:
    return page(error.status, error.message, title=error.title)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    if isinstance(error, SecurityError):
        return (
            "This site is not served under that host name.",
            status,
            {"Content-Type": "text/plain; charset=utf-8"},
        )
    if status < 400:
        return error.get_response()
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE or REFUSED in request.environ:
        g.body_refused = True
    if status in (401, 411, 414, 415, 416, 417, 431):
        status = 400
    if status == 400 and not isinstance(error, CSRFError):
        log.info("bad request refused")
    body, code = page(status)
    headers = {}
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        headers["Retry-After"] = str(error.retry_after)
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers["Allow"] = ", ".join(error.valid_methods or ())  # type: ignore[attr-defined]  # MethodNotAllowed has it
    return body, code, headers


def _database_error(error: DBAPIError | PoolTimeout) -> ResponseReturnValue:
    reason = database_errors.reason_of(error) if isinstance(error, DBAPIError) else Reason.AWAY
    if reason is Reason.MALFORMED:
        current_app.extensions["readiness"].suspect()
    log.error("the database does not work (%s): %s", reason, type(error).__name__)
    return unavailable()


def _refused_by_database(error: DBAPIError) -> ResponseReturnValue:
    reason = database_errors.reason_of(error)
    if reason in CONFLICTS:
        return _overtaken(error)
    if reason in OUTAGES:
        return _database_error(error)
    log.error("the database refused: %s", db.without_values(error))
    return page(HTTPStatus.INTERNAL_SERVER_ERROR)


def _overtaken(error: SQLAlchemyError) -> ResponseReturnValue:
    """Answer a request that another one overtook: the row is deleted or there already, or the account is erased."""
    db.release()
    if login.has_ended():
        login.forget()
        return current_app.handle_user_exception(access.SignInNeeded())
    message = db.without_values(error) if isinstance(error, DBAPIError) else type(error).__name__
    log.warning("overtaken by another request: %s", message)
    return page(HTTPStatus.CONFLICT)


def _unexpected(error: Exception) -> ResponseReturnValue:
    return page(HTTPStatus.INTERNAL_SERVER_ERROR)


def init_app(app: Flask) -> None:
    app.extensions["unavailable"] = unavailable
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(Busy, _busy)
    app.register_error_handler(ChangedElsewhere, _changed_elsewhere)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_error)
    app.register_error_handler(InterfaceError, _database_error)
    app.register_error_handler(PoolTimeout, _database_error)
    app.register_error_handler(DBAPIError, _refused_by_database)
    app.register_error_handler(StaleDataError, _overtaken)
    app.register_error_handler(ObjectDeletedError, _overtaken)
    app.register_error_handler(500, _unexpected)
