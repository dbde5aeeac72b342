"""Attacks that need no sign-in: connections that are left open, silent, half-sent or badly framed."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.faults.site import Browser

HEAD = "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
HALF_SENT = {
    "length": f"{HEAD}Content-Length: 5000\r\n\r\nus",
    "chunked": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\nusern\r\n",
    "chunk": f"{HEAD}Transfer-Encoding: chunked\r\n\r\n1000\r\nusern",
    "head": "GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n",
    "silent": "",
}
ANSWERS_WITHIN_SECONDS = 30.0


@contextmanager
def held_open(port: int, counts: dict[str, int]) -> Iterator[None]:
    """Hold so many connections of each kind open, each opened anew when the site ends it."""
    stop = threading.Event()
    with ExitStack() as stack:
        held = [
            [_begun(stack, port, HALF_SENT[kind]), HALF_SENT[kind]]
            for kind, count in counts.items()
            for _ in range(count)
        ]
        keeper = threading.Thread(target=_keep_open, args=(stack, port, held, stop))
        keeper.start()
        try:
            yield
        finally:
            stop.set()
            keeper.join()


def _begun(stack: ExitStack, port: int, beginning: str) -> socket.socket:
    connection = stack.enter_context(socket.create_connection(("127.0.0.1", port)))
    connection.sendall(beginning.encode())
    connection.setblocking(False)
    return connection


def _keep_open(stack: ExitStack, port: int, held: list[list[object]], stop: threading.Event) -> None:
    while not stop.wait(0.5):
        for pair in held:
            connection, beginning = pair
            assert isinstance(connection, socket.socket)
            try:
                has_ended = connection.recv(65_536) == b""
            except BlockingIOError:
                continue
            except OSError:
                has_ended = True
            if has_ended:
                connection.close()
                pair[0] = _begun(stack, port, str(beginning))


@dataclass
class Waits:
    """The seconds that each page took."""

    seconds: dict[str, list[float]] = field(default_factory=dict)

    def longest(self, path: str) -> float:
        return max(self.seconds[path])

    def visit(self, browser: Browser, path: str) -> None:
        """Open the page as a new connection does, and note how long it took. Raises AssertionError unless it is there."""
        began = time.monotonic()
        status = browser.get(path).status
        self.seconds.setdefault(path, []).append(time.monotonic() - began)
        assert status == 200, (path, status)


def raw_answer(port: int, request: bytes, *, then_end: bool = False) -> str:
    """Return what the site answers to these bytes until it ends the connection; `then_end` ends our side first."""
    with socket.create_connection(("127.0.0.1", port), timeout=ANSWERS_WITHIN_SECONDS) as connection:
        connection.sendall(request)
        if then_end:
            connection.shutdown(socket.SHUT_WR)
        received = bytearray()
        while piece := connection.recv(65_536):
            received += piece
    return received.decode("utf-8", "replace")
