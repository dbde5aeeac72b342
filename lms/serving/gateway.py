"""Between a connection and the program: a request occupies a thread only when all of it has arrived.

The server calls the gateway in its event loop, where waiting for a client costs only memory: the body is
read there, within the size limit of its route and a time limit. The WSGI program then runs in one of a few threads and
writes its response into memory or, when it is large, into a file, so that a slow reader occupies no thread either.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from itertools import chain
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

from granian.rsgi import HTTPProtocol, Scope  # type: ignore[attr-defined]  # granian renames it there

from lms.serving.bodies import REFUSED

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

# requests that a process works on at once; more threads would only wait for one another
WORKER_THREADS = 4
# a client that sends nothing for SILENT_SECONDS has gone; even a poor connection sends a long text in a minute
SILENT_SECONDS = 15.0
BODY_SECONDS = 120.0
# memory in a process for all bodies that are still arriving
WAITING_BYTES = 64_000_000
# how much of a refused body is read and discarded, so that its sender gets to read the response
DISCARDED_BYTES = 8_000_000
# a larger response goes through a file
RESPONSE_BYTES = 1_000_000
# the server opens a large response's file by its path, a moment after it has been given the path
OPENED_WITHIN_SECONDS = 30.0

# the path of a file that this process has open, which needs no name in a folder; only on Linux
OPEN_FILE = "/proc/self/fd/{}"
HAS_OPEN_FILES = sys.platform == "linux"


@dataclass(eq=False)
class _BufferedBody:
    """The part of a request's body that has arrived; emptied when others need the memory."""

    body: bytearray
    is_evicted: bool = False


class _BodyRefused(Exception):
    """The body is refused; the status tells the program why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class BufferedResponse:
    """The program's response: a status, headers, and a body in memory or in a file."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | IO[bytes]


class Gateway:
    """An RSGI application in front of a WSGI program.

    `limit_of(method, path)` returns the maximum size of the request's body in bytes.
    """

    def __init__(self, program: "WSGIApplication", *, limit_of: Callable[[str, str], int]) -> None:
        self._program = program
        self._limit_of = limit_of
        # the bodies that are arriving, the oldest first
        self._bodies: dict[_BufferedBody, None] = {}
        self._waiting_bytes = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._threads = ThreadPoolExecutor(WORKER_THREADS, thread_name_prefix="place")

    async def __rsgi__(self, scope: Scope, proto: HTTPProtocol) -> None:
        environ = _environ_of(scope)
        if "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ:
            await self._take_body(environ, proto)
            if environ.get(REFUSED) == HTTPStatus.BAD_REQUEST:
                # a client that broke off reads no page, and rendering many would delay others
                proto.response_empty(HTTPStatus.BAD_REQUEST, [])
                return
        answer = await self._loop.run_in_executor(self._threads, buffered_response, self._program, environ)
        if isinstance(answer.body, bytes):
            proto.response_bytes(answer.status, answer.headers, answer.body)
            return
        proto.response_file(answer.status, answer.headers, OPEN_FILE.format(answer.body.fileno()))
        self._loop.call_later(OPENED_WITHIN_SECONDS, answer.body.close)

    async def _take_body(self, environ: "WSGIEnvironment", proto: HTTPProtocol) -> None:
        """Read the body into the environment, or store there why it is refused."""
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        declared = environ.pop("CONTENT_LENGTH", None)
        limit = self._limit_of(environ["REQUEST_METHOD"], environ["PATH_INFO"])
        buffered = _BufferedBody(bytearray())
        self._bodies[buffered] = None
        try:
            await self._read(proto, buffered, declared=declared, limit=limit)
            body = bytes(buffered.body)
        except _BodyRefused as refused:
            environ[REFUSED] = int(refused.status)
            body = b""
        finally:
            self._evict(buffered)
        environ["wsgi.input"] = BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))

    def _evict(self, buffered: _BufferedBody) -> None:
        """Free the memory of a body."""
        self._bodies.pop(buffered, None)
        self._waiting_bytes -= len(buffered.body)
        buffered.body = bytearray()
        buffered.is_evicted = True

    def _make_room(self, own: _BufferedBody, size: int) -> None:
        """Evict the oldest bodies until there is room: an honest client has sent its whole body long before."""
        while self._waiting_bytes + size > WAITING_BYTES and next(iter(self._bodies)) is not own:
            self._evict(next(iter(self._bodies)))

    async def _read(
        self, proto: HTTPProtocol, buffered: _BufferedBody, *, declared: str | None, limit: int
    ) -> None:
        """Read the body whole. Raises _BodyRefused for one that is too large, too slow, cut off or evicted."""
        try:
            async with asyncio.timeout(BODY_SECONDS):
                chunks = _chunks(proto)
                if declared is not None and int(declared) > limit:
                    raise await _discarded(chunks)
                async for chunk in chunks:
                    if buffered.is_evicted:
                        raise _BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE)
                    if len(buffered.body) + len(chunk) > limit:
                        raise await _discarded(chunks)
                    self._make_room(buffered, len(chunk))
                    self._waiting_bytes += len(chunk)
                    buffered.body += chunk
        except TimeoutError:
            raise _BodyRefused(HTTPStatus.REQUEST_TIMEOUT) from None
        if buffered.is_evicted:
            raise _BodyRefused(HTTPStatus.SERVICE_UNAVAILABLE)
        if declared is not None and len(buffered.body) != int(declared):
            raise _BodyRefused(HTTPStatus.BAD_REQUEST)


async def _discarded(chunks: AsyncIterator[bytes]) -> _BodyRefused:
    """Read and discard more of a body that is too large, up to a limit, and return the refusal."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > DISCARDED_BYTES:
            break
    return _BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def _chunks(proto: HTTPProtocol) -> AsyncIterator[bytes]:
    """Yield the body piece by piece. Raises TimeoutError after a silence, _BodyRefused when the client broke off.

    The server ends every body with an empty piece; a second empty piece means that the body was cut off.
    """
    pieces = proto.__aiter__()
    empty = 0
    while True:
        try:
            async with asyncio.timeout(SILENT_SECONDS):
                piece = await anext(pieces)
        except StopAsyncIteration:
            break
        if piece:
            yield piece
        else:
            empty += 1
    if empty > 1:
        raise _BodyRefused(HTTPStatus.BAD_REQUEST)


def buffered_response(program: "WSGIApplication", environ: "WSGIEnvironment") -> BufferedResponse:
    """Return the program's whole response; a large one is written to a file, so that no thread waits for the client."""
    begun: list[tuple[int, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        begun.append((int(status[:3]), headers))
        return written.append

    pieces = program(environ, start)
    try:
        # what the program passed to write(), which PEP 3333 allows, comes before what it returned
        body = _buffered_body(chain(written, pieces))
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    status, headers = begun[-1]
    return BufferedResponse(status, headers, body)


def _buffered_body(pieces: Iterable[bytes]) -> bytes | IO[bytes]:
    """Return the pieces joined: in memory, or in a file when they are large."""
    body = bytearray()
    source = iter(pieces)
    for piece in source:
        body += piece
        if len(body) > RESPONSE_BYTES and HAS_OPEN_FILES:
            return _in_file(body, source)
    return bytes(body)


def _in_file(beginning: bytearray, rest: Iterable[bytes]) -> IO[bytes]:
    with ExitStack() as unfinished:
        file = unfinished.enter_context(TemporaryFile())
        file.write(beginning)
        for piece in rest:
            file.write(piece)
        file.flush()
        unfinished.pop_all()  # the gateway closes the file once the server has had time to open it
    return file


def _environ_of(scope: Scope) -> "WSGIEnvironment":
    """Return the request's WSGI environment (PEP 3333), without its body."""
    name, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": name,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": BytesIO(),
        "wsgi.input_terminated": True,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for header, value in scope.headers.items():
        if "_" in header:
            continue  # it could be mistaken for a header with hyphens, such as one that the proxy sets
        key = f"HTTP_{header.upper().replace('-', '_')}"
        if key in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            environ[key.removeprefix("HTTP_")] = value
        elif key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    # without a Host header only the health pages answer: SERVER_NAME must not pass for the site's name
    environ.setdefault("HTTP_HOST", "")
    return environ
