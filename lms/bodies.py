"""A form is read whole before a thread works on it, with a deadline: half-sent forms must not stop the site."""

import logging
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

log = logging.getLogger(__name__)

DEADLINE_SECONDS = 10.0
# of a process's threads, so many may wait for forms; the rest go on answering
WAITING_AT_MOST = 3
# so long a form waits for one of those places; a form that has come is read in far less, and a thread is held
PLACE_SECONDS = 0.1
# reading threads outlive their deadline until the connection they read from is closed
READERS = 32


class WholeBodies:
    """WSGI middleware: reads the body of a request before the program is called.

    A body that does not come in time is answered 408, and one too many waiting bodies 503. A body that is too
    large by its own word is left unread; the program refuses it by its length.
    """

    def __init__(self, inner: "WSGIApplication", *, largest: int, deadline: float = DEADLINE_SECONDS) -> None:
        self.inner = inner
        self.largest = largest
        self.deadline = deadline
        self._places = BoundedSemaphore(WAITING_AT_MOST)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="body")

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if not length.isdecimal() or not 0 < int(length) <= self.largest:
            return self.inner(environ, start_response)
        if not self._places.acquire(timeout=PLACE_SECONDS):
            return _refuse(
                "503 Service Unavailable", "Too many forms are on their way. Try again.", start_response
            )
        try:
            reading = self._readers.submit(environ["wsgi.input"].read, int(length))
            body = reading.result(timeout=self.deadline)
        except TooSlow:
            log.warning("a form did not come in time")
            return _refuse(
                "408 Request Timeout", "The form did not come whole. Go back and try again.", start_response
            )
        finally:
            self._places.release()
        environ["wsgi.input"] = BytesIO(body)
        return self.inner(environ, start_response)


def _refuse(status: str, text: str, start_response: "StartResponse") -> Iterable[bytes]:
    headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", "10"), ("Connection", "close")]
    start_response(status, headers)
    return [text.encode()]
