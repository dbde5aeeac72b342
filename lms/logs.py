"""Log lines: time, level, logger, request. They contain ids and events, never what people wrote."""

import logging
import re
import secrets
import time
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import datetime
from threading import Lock
from traceback import format_tb
from types import TracebackType
from typing import TYPE_CHECKING

from flask import Flask, Response, request

from lms import login
from lms.config import Settings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

NO_REQUEST = "-"
# without letters that look like digits or one another, because people read these out on the telephone
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
# a letter for each random byte
LETTERS = bytes(ord(ALPHABET[number % len(ALPHABET)]) for number in range(256))
WELL_FORMED = re.compile(r"[A-Za-z0-9._-]{8,64}")
SHOWN_LENGTH = 9

# refusals that are logged; 500 and 503 have lines of their own, which say why
REFUSED = frozenset({400, 401, 403, 404, 409, 413, 422, 429})
# a process writes at most this many lines about refusals in this time; the rest is counted
MOST_REFUSALS = 120
WITHIN_SECONDS = 60.0

LOG_TO_STDERR = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "lms.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {"_granian": {"level": "WARNING"}, "lms": {"level": "INFO"}},
}

_request_id: ContextVar[str] = ContextVar("request_id", default=NO_REQUEST)


def request_id() -> str:
    """Return the id of the current request, a dash outside of one."""
    return _request_id.get()


def shown_code() -> str:
    """Return a code that a person can tell the operator, who finds the log line by it; empty outside a request."""
    code = request_id()
    return "" if code == NO_REQUEST else code[:SHOWN_LENGTH].rstrip("-._")


def _draw() -> str:
    drawn = secrets.token_bytes(SHOWN_LENGTH - 1).translate(LETTERS).decode()
    return f"{drawn[:4]}-{drawn[4:]}"


class RequestIds:
    """WSGI middleware: gives each request an id, or takes the one of a trusted proxy."""

    def __init__(self, inner: "WSGIApplication", *, trusts_proxy: bool) -> None:
        self.inner = inner
        self.trusts_proxy = trusts_proxy

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "") if self.trusts_proxy else ""
        token = _request_id.set(given if WELL_FORMED.fullmatch(given) else _draw())
        try:
            return self.inner(environ, start_response)
        finally:
            _request_id.reset(token)


class LineFormatter(logging.Formatter):
    """Writes `2026-11-23T12:04:09.120+02:00 INFO lms.error_pages [7K3M-Q2XD] what happened`."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = request_id()
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802  # the base's name
        return datetime.fromtimestamp(record.created).astimezone().isoformat(timespec="milliseconds")


class Refusals:
    """Writes a line for each refusal; in a flood, only the first ones and the number of the rest."""

    def __init__(self, *, most: int = MOST_REFUSALS, within: float = WITHIN_SECONDS) -> None:
        self.most = most
        self.within = within
        self._lock = Lock()
        self._began = 0.0
        self._count = 0

    def note(self, response: Response) -> Response:
        # unknown addresses are strangers' guesses, and there is no end of them
        if response.status_code not in REFUSED or request.endpoint is None:
            return response
        if not self._is_one_too_many():
            ids = [
                f" {name}={value}"
                for name, value in (request.view_args or {}).items()
                if isinstance(value, int)
            ]
            person = login.known_id() or NO_REQUEST
            log.info(
                "refused %d %s person=%s%s", response.status_code, request.endpoint, person, "".join(ids)
            )
        return response

    def _is_one_too_many(self) -> bool:
        now = time.monotonic()
        with self._lock:
            if now - self._began > self.within:
                left_out = max(self._count - self.most, 0)
                self._began, self._count = now, 0
                if left_out:
                    log.info("%d more refusals were not written down", left_out)
            self._count += 1
            return self._count > self.most


def _without_messages(
    info: tuple[type, BaseException, TracebackType] | tuple[None, None, None],
) -> None:
    """Log the type and place of an error; its message may contain a person's text."""
    causes: list[str] = []
    error = info[1]
    while error is not None:
        causes.append(f"{type(error).__name__}\n{''.join(format_tb(error.__traceback__))}")
        error = error.__cause__ or error.__context__
    log.error("the program broke in %s: %s", request.endpoint, "after ".join(causes))


def init_app(app: Flask, settings: Settings) -> None:
    """Wrap the program last, so that all other middleware has the request's id too."""
    app.after_request(Refusals().note)
    if settings.is_production:
        app.log_exception = _without_messages  # type: ignore[assignment,method-assign]  # Flask's own writes the error's words
    app.wsgi_app = RequestIds(app.wsgi_app, trusts_proxy=settings.proxies > 0)  # type: ignore[method-assign]
