"""From a connection to the program: a request takes a working place only when all of it has arrived.

The server calls the gateway in its event loop, where waiting for a client costs memory and nothing else: the body is
read there, within the limit of its route and within a time. The WSGI program then works in one of a few threads and
writes its answer into memory or, when it is large, into a file, so that a slow reader keeps no thread either.
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

# a process works on so many requests at once; more threads would only wait for one another
WORKER_THREADS = 4
# a phone in a cellar sends a long text in a minute; whoever is silent for so long has gone
SILENT_SECONDS = 15.0
BODY_SECONDS = 120.0
# half-sent bodies together may fill so much of a process
WAITING_BYTES = 64_000_000
# so much of a refused body is thrown away, so that its sender gets to read the answer
DISCARDED_BYTES = 8_000_000
# an answer that is larger goes through a file
RESPONSE_BYTES = 1_000_000
# the server opens the file of a large answer a moment after it is given its name
OPENED_WITHIN_SECONDS = 30.0

# a path of our own open file, which needs no name in any folder; only Linux has it
OPEN_FILE = "/proc/self/fd/{}"
HAS_OPEN_FILES = sys.platform == "linux"


@dataclass(eq=False)
class _BufferedBody:
    """The body of a request as far as it has arrived; emptied when others need its room."""

    body: bytearray
    is_evicted: bool = False


class _BodyRefused(Exception):
    """The body is refused; a status gives the program the reason."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status)
        self.status = status


@dataclass(frozen=True)
class BufferedResponse:
    """What the program answered: a status, headers, and a body in memory or in a file."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | IO[bytes]


class Gateway:
    """An RSGI application in front of a WSGI program.

    `limit_of(method, path)` is how many bytes the body of such a request may have.
    """

    def __init__(self, program: "WSGIApplication", *, limit_of: Callable[[str, str], int]) -> None:
        self._program = program
        self._limit_of = limit_of
        # the bodies on their way, the oldest first
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
                # who broke off reads no page, and drawing many would keep others waiting
                proto.response_empty(HTTPStatus.BAD_REQUEST, [])
                return
        answer = await self._loop.run_in_executor(self._threads, buffered_response, self._program, environ)
        if isinstance(answer.body, bytes):
            proto.response_bytes(answer.status, answer.headers, answer.body)
            return
        proto.response_file(answer.status, answer.headers, OPEN_FILE.format(answer.body.fileno()))
        self._loop.call_later(OPENED_WITHIN_SECONDS, answer.body.close)

    async def _take_body(self, environ: "WSGIEnvironment", proto: HTTPProtocol) -> None:
        """Read the body into the environment, or say there why it is refused."""
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
        """Give the room of a body back."""
        self._bodies.pop(buffered, None)
        self._waiting_bytes -= len(buffered.body)
        buffered.body = bytearray()
        buffered.is_evicted = True

    def _make_room(self, own: _BufferedBody, size: int) -> None:
        """Put out the oldest bodies until there is room for more: whoever sends a form whole has gone long before."""
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
    """Read on without keeping anything, for a while, and return the refusal of a body that is too large."""
    size = 0
    async for chunk in chunks:
        size += len(chunk)
        if size > DISCARDED_BYTES:
            break
    return _BodyRefused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


async def _chunks(proto: HTTPProtocol) -> AsyncIterator[bytes]:
    """Yield the body piece by piece. Raises TimeoutError after a silence, _Refused when the client broke off.

    The server ends every body with an empty piece, and says with one more that it ended before its end.
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
    """Return the program's whole answer; a large one is written to a file, so that no client is waited for."""
    begun: list[tuple[int, list[tuple[str, str]]]] = []
    written: list[bytes] = []

    def start(
        status: str, headers: list[tuple[str, str]], exc_info: object = None
    ) -> Callable[[bytes], object]:
        begun.append((int(status[:3]), headers))
        return written.append

    pieces = program(environ, start)
    try:
        # what the program wrote by itself, as PEP 3333 lets it, comes before what it returned
        body = _buffered_body(chain(written, pieces))
    finally:
        if hasattr(pieces, "close"):
            pieces.close()
    status, headers = begun[-1]
    return BufferedResponse(status, headers, body)


def _buffered_body(pieces: Iterable[bytes]) -> bytes | IO[bytes]:
    """Return the pieces together: in memory, or in a file from the size on that is large."""
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
        unfinished.pop_all()  # it is closed when the server has opened it
    return file


def _environ_of(scope: Scope) -> "WSGIEnvironment":
    """Return the request as WSGI has it, without its body (PEP 3333)."""
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
            continue  # it could pass for a header with hyphens, such as a proxy's own
        key = f"HTTP_{header.upper().replace('-', '_')}"
        if key in ("HTTP_CONTENT_TYPE", "HTTP_CONTENT_LENGTH"):
            environ[key.removeprefix("HTTP_")] = value
        elif key in environ:
            environ[key] += ("; " if key == "HTTP_COOKIE" else ",") + value
        else:
            environ[key] = value
    # whoever names no host reaches no page but those of health; the address that was called is not the site's name
    environ.setdefault("HTTP_HOST", "")
    return environ
