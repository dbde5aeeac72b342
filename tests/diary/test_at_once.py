"""Many at once: saves of one entry, one form from many tabs, one reader in many windows."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from threading import Barrier

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.audit import AuditLine
from lms.diary.models import DiaryComment, DiaryEntry, DiaryReading, DiaryRevision
from tests.client import Client
from tests.diary.conftest import Cast, write

THREADS = 20
# an instructor's page counts the waiting work on a second connection; the pool has sixteen
READERS = 8


def at_once(
    cast: Cast, name: str, act: Callable[[Client, int], TestResponse], *, threads: int = THREADS
) -> list[TestResponse]:
    """Let the person act in many browsers at the same moment."""
    first = cast.browser(name)
    first.get("/diary/new")
    together = Barrier(threads)

    def run(number: int) -> TestResponse:
        client = first.another_window()
        together.wait()
        return act(client, number)

    with ThreadPoolExecutor(threads) as pool:
        return [task.result() for task in [pool.submit(copy_context().run, run, n) for n in range(threads)]]


def total(session: Session, model: type[object]) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(model)) or 0


def test_of_twenty_saves_of_a_revision_one_wins_and_no_text_is_lost(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), shared="0")

    def save(client: Client, number: int) -> TestResponse:
        fields = {"title": "Päivä", "body": f"teksti {number}.", "shared": "0"}
        answer, revision = client.post(path, {**fields, "revision": 1}), 1
        while answer.status_code == 409:
            assert f"teksti {number}." in answer.text
            found = re.search(r'name="revision"[^>]*value="(\d+)"', answer.text)
            assert found
            assert int(found[1]) > revision
            revision = int(found[1])
            answer = client.post(path, {**fields, "revision": revision})
        return answer

    answers = at_once(cast, "aino", save)

    assert {answer.status_code for answer in answers} == {302}
    numbers = session.scalars(select(DiaryRevision.number).order_by(DiaryRevision.number)).all()
    assert numbers == list(range(1, THREADS + 2))
    bodies = set(session.scalars(select(DiaryRevision.body)))
    assert {f"teksti {number}." for number in range(THREADS)} < bodies
    saved = select(func.count()).select_from(AuditLine).where(AuditLine.action == "diary.saved")
    assert session.scalar(saved) == THREADS


def test_twenty_saves_without_a_second_try_leave_one_winner(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"))

    answers = at_once(
        cast,
        "aino",
        lambda client, number: client.post(
            path, {"title": "Päivä", "body": f"teksti {number}", "revision": 1}
        ),
    )

    assert sorted(answer.status_code for answer in answers) == [302] + [409] * (THREADS - 1)
    assert total(session, DiaryRevision) == 2


def test_one_form_sent_twenty_times_at_once_is_one_entry(cast: Cast, session: Session) -> None:
    answers = at_once(
        cast,
        "aino",
        lambda client, _: client.post("/diary/new", {"title": "Päivä", "body": "Sama", "key": "k1"}),
    )

    assert {answer.status_code for answer in answers} == {302}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert total(session, DiaryEntry) == total(session, DiaryRevision) == 1


def test_many_windows_of_one_reader_leave_one_record_of_reading(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), shared="1")

    answers = at_once(cast, "liisa", lambda client, _: client.get(path), threads=READERS)

    assert {answer.status_code for answer in answers} == {200}
    assert total(session, DiaryReading) == 1
    read = select(func.count()).select_from(AuditLine).where(AuditLine.action == "diary.read")
    assert session.scalar(read) == 1


def test_one_comment_pressed_twenty_times_at_once_is_one(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"))

    answers = at_once(cast, "aino", lambda client, _: client.post(f"{path}/comments", {"body": "Hei"}))

    assert {answer.status_code for answer in answers} == {302}
    assert total(session, DiaryComment) == 1
