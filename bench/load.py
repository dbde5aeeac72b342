"""A load of keep-alive connections from processes of their own; prints what was answered, as JSON."""

import json
import socket
import sys
import threading
import time
from collections import Counter

CHUNK = 65_536


def answer_of(connection: socket.socket, buffer: bytearray) -> int:
    """Read one answer to its end and return its status."""
    while (end := buffer.find(b"\r\n\r\n")) < 0:
        received = connection.recv(CHUNK)
        if not received:
            raise ConnectionError
        buffer += received
    head = bytes(buffer[:end]).lower()
    status = int(head[9:12])
    length = 0
    if b"content-length:" in head:
        length = int(head.split(b"content-length:")[1].split(b"\r\n")[0])
    need = end + 4 + length
    while len(buffer) < need:
        received = connection.recv(CHUNK)
        if not received:
            raise ConnectionError
        buffer += received
    del buffer[:need]
    return status


def client(port: int, requests: list[bytes], until: float, seen: Counter[int], waits: list[float]) -> None:
    """Send the requests in turn on one connection until the time is up."""
    connection = socket.create_connection(("127.0.0.1", port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    buffer = bytearray()
    turn = 0
    while (began := time.perf_counter()) < until:
        connection.sendall(requests[turn % len(requests)])
        seen[answer_of(connection, buffer)] += 1
        waits.append(time.perf_counter() - began)
        turn += 1
    connection.close()


def main() -> None:
    """Read the plan on standard input: port, seconds, and a list of request texts for each connection."""
    plan = json.load(sys.stdin)
    seen: Counter[int] = Counter()
    waits: list[float] = []
    until = time.perf_counter() + plan["seconds"]
    threads = [
        threading.Thread(
            target=client, args=(plan["port"], [text.encode() for text in texts], until, seen, waits)
        )
        for texts in plan["connections"]
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump({"statuses": seen, "waits": sorted(waits)}, sys.stdout)


if __name__ == "__main__":
    main()
