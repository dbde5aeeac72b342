"""Whoever holds connections open stops nobody: silent, half-sent, badly framed, or slow to read."""

import asyncio
import os
import secrets
import signal
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import Session

from lms import schema
from lms.accounts.models import Person
from lms.config import Settings
from lms.diary.models import DiaryEntry
from lms.serving import bodies, gateway
from tests import factories
from tests.conftest import NOW
from tests.databases import settings_for
from tests.faults.attacks import HALF_SENT, Waits, held_open, raw_answer
from tests.faults.site import Browser, Site, served

ATTACK_SECONDS = 3.0
CHUNKED_ENTRY = (
    "POST /diary/new HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n"
    "Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    folder = tmp_path_factory.mktemp("held")
    made = settings_for(f"sqlite:///{folder / 'lms.db'}", folder)
    schema.upgrade(made)
    with Session(create_engine(made.database_url)) as session:
        factories.make_person(session, "aino")
        session.commit()
    return made


@pytest.fixture(scope="module")
def site(settings: Settings) -> Iterator[Site]:
    with served(settings, workers=2) as made:
        yield made


@pytest.fixture(scope="module")
def aino(site: Site) -> Browser:
    return Browser(site.port).sign_in("aino")


def entry_count(settings: Settings) -> int:
    with Session(create_engine(settings.database_url)) as session:
        return session.scalar(select(func.count()).select_from(DiaryEntry)) or 0


def chunked(body: str) -> str:
    return f"{len(body.encode()):x}\r\n{body}\r\n"


def test_pages_answer_while_a_thousand_connections_are_open(site: Site, aino: Browser) -> None:
    waits = Waits()

    with held_open(site.port, {"length": 24, "chunked": 24, "chunk": 24, "head": 24, "silent": 1_000}):
        end = time.monotonic() + ATTACK_SECONDS
        while time.monotonic() < end:
            waits.visit(Browser(site.port), "/healthz")
            waits.visit(aino, "/diary")

    assert waits.longest("/healthz") < 1
    assert waits.longest("/diary") < 2


def test_what_stays_silent_or_half_sent_is_ended_in_time(site: Site) -> None:
    def held_until_it_ends(kind: str) -> tuple[str, float]:
        began = time.monotonic()
        return raw_answer(site.port, HALF_SENT[kind].encode()), time.monotonic() - began

    with ThreadPoolExecutor(3) as pool:
        silent, head, form = pool.map(held_until_it_ends, ["silent", "head", "chunked"])

    assert (silent[0], head[0]) == ("", "")
    assert max(silent[1], head[1]) < 15
    assert " 408 " in form[0].splitlines()[0]
    assert "Yhteys oli liian hidas" in form[0]
    assert "content-security-policy" in form[0].lower()
    assert form[1] < 25


def test_a_chunked_form_is_taken_whole(site: Site, settings: Settings, aino: Browser) -> None:
    before = entry_count(settings)
    head = CHUNKED_ENTRY.format(cookie=aino.cookie)
    body = f"csrf_token={aino.token}&key=paloina&title=Paloina&shared=0&body=" + "a" * 15_000
    pieces = [body[start : start + 900] for start in range(0, len(body), 900)]

    answer = raw_answer(site.port, (head + "".join(map(chunked, pieces)) + "0\r\n\r\n").encode())

    assert " 302 " in answer.splitlines()[0]
    assert entry_count(settings) == before + 1


@pytest.mark.parametrize(
    "framing", ["Transfer-Encoding: chunked\r\n\r\n{chunk}", "Content-Length: 5000\r\n\r\n{body}"]
)
def test_a_form_that_breaks_off_is_not_taken(
    site: Site, settings: Settings, aino: Browser, framing: str
) -> None:
    before = entry_count(settings)
    body = f"csrf_token={aino.token}&key=katki&title=Katki&shared=0&body=Alku+tekstist"
    head = CHUNKED_ENTRY.format(cookie=aino.cookie).split("Transfer-Encoding")[0]

    answer = raw_answer(
        site.port, (head + framing.format(chunk=chunked(body), body=body)).encode(), then_end=True
    )

    assert not answer or " 400 " in answer.splitlines()[0]
    assert entry_count(settings) == before


@pytest.mark.parametrize("size", [bodies.SHORT_BYTES + 1, 5_000_000])
@pytest.mark.parametrize("is_chunked", [True, False])
def test_a_form_beyond_the_limit_of_its_view_is_refused_however_it_is_framed(
    site: Site, size: int, is_chunked: bool
) -> None:
    head = (
        "POST /me/password HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
    )
    body = "x" * size
    framed = (
        f"Transfer-Encoding: chunked\r\n\r\n{chunked(body)}0\r\n\r\n"
        if is_chunked
        else f"Content-Length: {size}\r\n\r\n{body}"
    )

    answer = raw_answer(site.port, (head + framed).encode())

    assert " 413 " in answer.splitlines()[0]


def test_what_a_program_writes_by_itself_comes_first() -> None:
    def program(environ: object, start_response: Callable[..., Callable[[bytes], object]]) -> Iterable[bytes]:
        start_response("200 OK", [])(b"first, ")
        return [b"then"]

    assert gateway.buffered_response(program, {}).body == b"first, then"


class Sender:
    """A client of the gateway: gives its pieces, then waits for word to end."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = list(pieces)
        self.may_end = asyncio.Event()
        self.status = 0

    def __aiter__(self) -> "Sender":
        return self

    async def __anext__(self) -> bytes:
        if self.pieces:
            return self.pieces.pop(0)
        await self.may_end.wait()
        raise StopAsyncIteration

    def response_bytes(self, status: int, headers: object, body: bytes) -> None:
        self.status = status


def test_the_oldest_half_sent_forms_make_room_for_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gateway, "WAITING_BYTES", 1_000)

    def program(environ: dict[str, int], start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response(f"{environ.get(bodies.REFUSED, 200)} x", [])
        return []

    async def attacked() -> list[int]:
        app: Any = gateway.Gateway(program, limit_of=lambda method, path: 900)
        app.__rsgi_init__(asyncio.get_running_loop())
        scope = SimpleNamespace(
            method="POST",
            path="/",
            query_string="",
            server="x:1",
            client="x:1",
            scheme="http",
            http_version="1.1",
            headers={"transfer-encoding": "chunked"},
        )
        held, late = [Sender(b"x" * 450) for _ in range(2)], Sender(b"y" * 600)
        tasks = [asyncio.ensure_future(app.__rsgi__(scope, sender)) for sender in held]
        await asyncio.sleep(0.05)
        late.may_end.set()
        await app.__rsgi__(scope, late)
        for sender in held:
            sender.may_end.set()
        await asyncio.gather(*tasks)
        return [sender.status for sender in (late, *held)]

    # a loop of its own: the tests' browser keeps one going in this thread
    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(lambda: asyncio.run(attacked())).result() == [200, 503, 503]


def test_a_large_answer_waits_in_a_file_for_its_reader() -> None:
    def program(environ: object, start_response: Callable[..., object]) -> Iterable[bytes]:
        start_response("200 OK", [])
        return (b"x" * 100_000 for _ in range(50))

    answer = gateway.buffered_response(program, {})

    assert not isinstance(answer.body, bytes)
    with answer.body as file:
        assert os.fstat(file.fileno()).st_size == 5_000_000


def test_a_large_answer_arrives_whole_at_a_late_reader(site: Site, settings: Settings, aino: Browser) -> None:
    with Session(create_engine(settings.database_url)) as session:
        writer = session.scalar(select(Person.id))
        session.add_all(
            DiaryEntry(
                person_id=writer,
                key=f"suuri-{number}",
                title="Suuri",
                body=secrets.token_hex(10_000),
                shared=False,
                version=1,
                created_at=NOW,
                updated_at=NOW,
            )
            for number in range(130)
        )
        session.commit()
    request = f"GET /diary/export.zip HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {aino.cookie}\r\nConnection: close\r\n\r\n"

    with socket.create_connection(("127.0.0.1", site.port)) as connection:
        connection.sendall(request.encode())
        time.sleep(1)
        received = bytearray()
        while piece := connection.recv(65_536):
            received += piece

    head, packed = received.split(b"\r\n\r\n", 1)
    assert len(packed) == int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
    assert len(packed) > gateway.RESPONSE_BYTES
    assert ZipFile(BytesIO(packed)).testzip() is None


def test_a_line_end_without_its_carriage_return_opens_no_second_request(site: Site) -> None:
    """RFC 9112, 2.2 lets a server take a bare line feed in a head; in the framing of a body it must not."""
    smuggled = (
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        "5\nhello\n0\n\nGET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    )

    answer = raw_answer(site.port, smuggled.encode())

    assert " 400 " in answer.splitlines()[0]
    assert answer.count("HTTP/1.1 ") == 1


def test_workers_end_with_their_server(settings: Settings) -> None:
    with served(settings, workers=2) as site:
        workers = site.workers()
        assert len(workers) == 2
        os.kill(site.server.pid, signal.SIGKILL)
        site.server.wait()

        end = time.monotonic() + 10
        while (left := [pid for pid in workers if Path(f"/proc/{pid}").exists()]) and time.monotonic() < end:
            time.sleep(0.2)

    assert left == []
