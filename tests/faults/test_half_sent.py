"""Half-sent forms stop nobody: the site answers while a stranger holds many of them open."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack
from io import BytesIO
from threading import Event

import pytest

from lms import schema
from lms.bodies import WAITING_AT_MOST, WholeBodies
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
        for _ in range(12):
            half = held.enter_context(socket.create_connection(("127.0.0.1", site.port)))
            half.sendall(HALF_SENT.encode())

        answers = [Browser(site.port).get("/healthz").status for _ in range(3)]

    assert answers == [200, 200, 200]


class Endless:
    """A body of which nothing more comes."""

    def __init__(self) -> None:
        self.closed = Event()

    def read(self, size: int) -> bytes:
        self.closed.wait(5)
        return b""


def call(app: WholeBodies, body: object, length: int) -> str:
    statuses: list[str] = []
    list(
        app(
            {"CONTENT_LENGTH": str(length), "wsgi.input": body},
            lambda status, headers: statuses.append(status),
        )
    )  # type: ignore[arg-type,list-item,return-value]
    return statuses[0]


def program(environ, start_response):  # type: ignore[no-untyped-def]  # a WSGI app in its plainest form
    start_response(f"200 {len(environ['wsgi.input'].read())} bytes", [])
    return []


def test_a_whole_form_is_passed_on() -> None:
    assert call(WholeBodies(program, largest=100), BytesIO(b"x" * 10), 10) == "200 10 bytes"


def test_a_form_that_does_not_come_is_refused_in_time() -> None:
    endless = Endless()

    assert call(WholeBodies(program, largest=100, deadline=0.05), endless, 10).startswith("408")
    endless.closed.set()


def test_a_form_that_is_too_large_by_its_word_is_not_waited_for() -> None:
    assert call(WholeBodies(program, largest=5), BytesIO(b"x" * 10), 10) == "200 10 bytes"


def test_one_thread_is_always_left_for_readers() -> None:
    assert WAITING_AT_MOST < THREADS
