"""A form is read whole before the program works on it: half-sent forms wait where they are in nobody's way."""

from collections.abc import Iterable
from io import BytesIO
from threading import BoundedSemaphore
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# a process works on so many requests at once; more threads would only wait for one another
WORKING_AT_ONCE = 4


class WholeBodies:
    """WSGI middleware: reads the body of a request, then takes one of the process's working places.

    The server has many more threads than there are places, so a thread that waits for the rest of a form keeps
    none of them. A body that is too large by its own word is left unread; the program refuses it by its length.
    """

    def __init__(self, inner: "WSGIApplication", *, largest: int, places: int = WORKING_AT_ONCE) -> None:
        self.inner = inner
        self.largest = largest
        self._places = BoundedSemaphore(places)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and 0 < int(length) <= self.largest:
            environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(int(length)))
        with self._places:
            return self.inner(environ, start_response)
