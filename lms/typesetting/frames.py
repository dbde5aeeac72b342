"""How the server and its typesetting process talk: a length, then that many bytes."""

import socket
import struct
import time

LENGTH = struct.Struct(">I")
# An answer begins with one of these, followed by the PDF or the reason why there is none.
MADE, REFUSED = b"P", b"E"


class LinkClosed(Exception):
    """The process at the other end is gone."""


def send(link: socket.socket, payload: bytes) -> None:
    try:
        link.sendall(LENGTH.pack(len(payload)) + payload)
    except (BrokenPipeError, ConnectionResetError) as fault:
        raise LinkClosed from fault


def receive(link: socket.socket, *, deadline: float | None = None) -> bytes:
    """Return the next frame. Raises LinkClosed, or TimeoutError at `deadline` of the monotonic clock."""
    (length,) = LENGTH.unpack(_exactly(link, LENGTH.size, deadline))
    return _exactly(link, length, deadline)


def _exactly(link: socket.socket, count: int, deadline: float | None) -> bytes:
    chunks = bytearray()
    while len(chunks) < count:
        if deadline is not None:
            link.settimeout(max(deadline - time.monotonic(), 0.001))
        try:
            chunk = link.recv(count - len(chunks))
        except ConnectionResetError as fault:
            raise LinkClosed from fault
        if not chunk:
            raise LinkClosed
        chunks += chunk
    return bytes(chunks)
