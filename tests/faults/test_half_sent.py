"""Half-sent forms stop nobody: the site answers while a stranger holds many of them open."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from io import BytesIO
from threading import Event

import pytest

from lms import schema
from lms.bodies import WORKING_AT_ONCE, WholeBodies
from lms.config import Settings
from lms.serving import THREADS
from tests.conftest import settings_for
from tests.faults.site import Browser, served

HALF_SENT = (
    "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 5000\r\n\r\nus"
)


@pytest.fixture(scope="module")
def sqlite_settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    folder = tmp_path_factory.mktemp("half-sent")
    settings = settings_for(f"sqlite:///{folder / 'lms.db'}", folder)
    schema.upgrade(settings)
    yield settings


def test_pages_answer_while_many_forms_are_half_sent(sqlite_settings: Settings) -> None:
    with served(sqlite_settings, workers=1) as site, ExitStack() as held:
        for _ in range(40):
            half = held.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            half.sendall(HALF_SENT.encode())

        answers = [Browser(site.port).get("/healthz").status for _ in range(3)]

    assert answers == [200, 200, 200]


def call(app: WholeBodies, body: object, length: int) -> str:
    statuses: list[str] = []
    environ = {"CONTENT_LENGTH": str(length), "wsgi.input": body}
    list(app(environ, lambda status, headers: statuses.append(status)))  # type: ignore[arg-type,list-item,return-value]
    return statuses[0]


def program(environ, start_response):  # type: ignore[no-untyped-def]  # a WSGI app in its plainest form
    start_response(f"200 {len(environ['wsgi.input'].read())} bytes", [])
    return []


def test_a_whole_form_is_passed_on() -> None:
    assert call(WholeBodies(program, largest=100), BytesIO(b"x" * 10), 10) == "200 10 bytes"


def test_a_form_that_is_too_large_by_its_word_is_not_read() -> None:
    class Unread:
        def read(self, size: int = -1) -> bytes:
            return b"" if size == -1 else pytest.fail("it was read")

    assert call(WholeBodies(program, largest=5), Unread(), 10) == "200 0 bytes"


def test_a_form_on_its_way_keeps_no_working_place() -> None:
    arrived, rest = Event(), Event()

    class Slow:
        def read(self, size: int) -> bytes:
            arrived.set()
            rest.wait(10)
            return b"x" * size

    app = WholeBodies(program, largest=100, places=1)
    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(call, app, Slow(), 10)
        arrived.wait(10)
        assert call(app, BytesIO(b"x" * 3), 3) == "200 3 bytes"
        rest.set()
        assert slow.result() == "200 10 bytes"


def test_there_are_many_more_threads_than_working_places() -> None:
    assert THREADS >= 10 * WORKING_AT_ONCE
