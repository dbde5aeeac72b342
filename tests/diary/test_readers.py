"""Who reads a diary, how reading is recorded, and what is said of an entry."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.diary import privacy, readers
from lms.diary.models import DiaryComment, DiaryReading
from lms.runs.models import Run
from lms.runs.states import RunState
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.diary.conftest import Cast, write
from tests.queries import count_queries

BODY = "Salainen aamupala"

EVERYBODY = ("aino", "liisa", "matti", "saara", "ari", "tea", "pekka")
READERS = {"0": {"aino"}, "1": {"aino", "liisa"}}


def readings(session: Session) -> list[DiaryReading]:
    session.rollback()
    return list(session.scalars(select(DiaryReading)))


def audit_count(session: Session) -> int:
    session.rollback()
    return (
        session.scalar(select(func.count()).select_from(AuditLine).where(AuditLine.action == "diary.read"))
        or 0
    )


@pytest.mark.parametrize("who", EVERYBODY)
@pytest.mark.parametrize("shared", ["0", "1"])
def test_only_the_writer_and_of_a_shared_text_her_instructor_get_in(
    cast: Cast, shared: str, who: str
) -> None:
    path = write(cast.browser("aino"), BODY, shared=shared)
    client = cast.browser(who)
    may_read, may_write = who in READERS[shared], who == "aino"

    page = client.get(path)
    answers = {
        "read": page.status_code,
        "comment": client.post(f"{path}/comments", {"body": "Hei"}).status_code,
        "empty comment": client.post(f"{path}/comments", {"body": ""}).status_code,
        "earlier": client.get(f"{path}/earlier").status_code,
        "ask to delete": client.get(f"{path}/delete").status_code,
        "save": client.post(
            path, {"body": BODY, "title": "Päivä", "revision": 1, "shared": shared}
        ).status_code,
        "delete": client.post(f"{path}/delete").status_code,
    }

    assert answers == {
        "read": 200 if may_read else 404,
        "comment": 302 if may_read else 404,
        "empty comment": 422 if may_read else 404,
        "earlier": 200 if may_write else 404,
        "ask to delete": 200 if may_write else 404,
        "save": 302 if may_write else 404,
        "delete": 302 if may_write else 404,
    }
    assert (BODY in page.text) == may_read
    if not may_write:
        assert BODY not in client.get("/diary").text


def test_a_guest_is_sent_to_sign_in(cast: Cast) -> None:
    path = write(cast.browser("aino"))
    for address in (path, "/diary", "/diary/new", f"{path}/earlier", "/diary/export.zip"):
        assert Client(cast.app).get(address).headers["Location"].startswith("/sign-in?next=")


@pytest.mark.parametrize("state", [RunState.CLOSED, RunState.PLANNED])
def test_an_instructor_reads_only_while_the_run_is_open(
    cast: Cast, session: Session, state: RunState
) -> None:
    path = write(cast.browser("aino"), shared="1")
    run = session.get_one(Run, cast.run.id)
    run.state = state
    session.commit()

    assert cast.browser("liisa").get(path).status_code == 404
    assert readers.unread_shared_for(session, cast.id_of("liisa"), 10) == []


def test_unsharing_takes_the_right_away_at_once(cast: Cast) -> None:
    writer, reader = cast.browser("aino"), cast.browser("liisa")
    path = write(writer, shared="1")
    assert reader.get(path).status_code == 200

    writer.post(path, {"body": "Tänään opin paljon.", "title": "Päivä", "revision": 1, "shared": "0"})

    assert reader.get(path).status_code == 404
    assert reader.post(f"{path}/comments", {"body": "Hei"}).status_code == 404


def test_reading_is_recorded_once_for_each_revision(cast: Cast, session: Session) -> None:
    writer, reader = cast.browser("aino"), cast.browser("liisa")
    path = write(writer, shared="1")

    reader.get(path)
    reader.get(path)
    assert [(row.reader_id, row.revision, row.read_at) for row in readings(session)] == [
        (cast.id_of("liisa"), 1, NOW)
    ]
    assert audit_count(session) == 1

    writer.post(path, {"body": "Lisää", "title": "Päivä", "revision": 1, "shared": "1"})
    assert "before your latest changes" in writer.get(path).text
    reader.get(path)
    assert [row.revision for row in readings(session)] == [2]
    assert audit_count(session) == 2
    line = session.scalars(select(AuditLine).where(AuditLine.action == "diary.read")).first()
    assert line is not None
    assert (line.actor_id, line.about_id) == (cast.id_of("liisa"), cast.id_of("aino"))


def test_the_writer_sees_who_has_read(cast: Cast) -> None:
    writer = cast.browser("aino")
    path = write(writer, shared="1")
    assert "Nobody has read this yet." in writer.get(path).text

    cast.browser("liisa").get(path)

    page = writer.get(path).text
    assert "Liisa read this." in page
    assert "before your latest changes" not in page


def test_what_was_read_stays_read_when_the_reader_erases_their_account(cast: Cast) -> None:
    writer, reader = cast.browser("aino"), cast.browser("liisa")
    path = write(writer, shared="1")
    reader.get(path)
    reader.get("/me/erase")
    reader.post("/me/erase", {"understood": "y", "password": PASSWORD})

    page = writer.get(path).text
    assert "Somebody who no longer works here read this." in page
    assert "Nobody has read this yet." not in page and "before your latest changes" not in page


def test_a_refused_comment_shows_the_text_only_with_a_record_of_reading(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), BODY, shared="1")

    answer = cast.browser("liisa").post(f"{path}/comments", {"body": " "})

    assert answer.status_code == 422
    assert BODY in answer.text
    assert len(readings(session)) == audit_count(session) == 1


def test_the_writers_own_reading_writes_nothing(cast: Cast) -> None:
    client = cast.browser("aino")
    path = write(client, shared="1")

    with count_queries(cast.app) as seen:
        answers = [client.get(address) for address in (path, "/diary", "/diary/export.zip")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert len(seen) > 3
    writes = [statement for statement in seen if not statement.lstrip().startswith("SELECT")]
    assert [statement for statement in writes if "hour_counts" not in statement] == []


@contextmanager
def refused(app: Flask, table: str) -> Iterator[None]:
    """Let every insert into a table fail inside the block, as on a full disk."""
    engine = app.extensions["engine"]

    def fail(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith(f"INSERT INTO {table}"):
            raise OperationalError(statement, {}, Exception("the disk is full"))

    event.listen(engine, "before_cursor_execute", fail)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("table", ["audit_lines", "diary_readings"])
def test_without_a_record_of_reading_there_is_no_text(cast: Cast, session: Session, table: str) -> None:
    path = write(cast.browser("aino"), BODY, shared="1")
    reader = cast.browser("liisa")

    with refused(cast.app, table):
        answer = reader.get(path)

    assert answer.status_code == 503
    assert BODY not in answer.text
    assert readings(session) == []


def test_a_comment_is_saved_by_itself_and_reported_by_name(cast: Cast, session: Session) -> None:
    path = write(cast.browser("aino"), shared="1")
    reader = cast.browser("liisa")

    answer = reader.post(f"{path}/comments", {"body": "Hienoa työtä!"})

    assert answer.headers["Location"] == f"{path}#comments"
    page = cast.browser("aino").get(path).text
    assert "Hienoa työtä!" in page
    assert "Liisa" in page
    assert "one comment" in cast.browser("aino").get("/diary").text


def test_the_same_comment_pressed_twice_is_one(cast: Cast, session: Session) -> None:
    client = cast.browser("aino")
    path = write(client)

    for _ in range(3):
        client.post(f"{path}/comments", {"body": "Muistiin"})

    assert session.scalar(select(func.count()).select_from(DiaryComment)) == 1


def test_a_too_long_comment_comes_back(cast: Cast) -> None:
    client = cast.browser("aino")
    path = write(client)
    long = "pitkä " * 700

    answer = client.post(f"{path}/comments", {"body": long})

    assert answer.status_code == 422
    assert long.strip() in answer.text


def test_unread_shared_entries_are_listed_for_the_instructor_alone(cast: Cast, session: Session) -> None:
    writer = cast.browser("aino")
    path = write(writer, shared="1")
    write(writer, title="Vain minulle", shared="0")

    unread = readers.unread_shared_for(session, cast.id_of("liisa"), 10)
    assert [(row.title, row.person_name, row.shared_at) for row in unread] == [("Päivä", "Aino", NOW)]
    for name in ("aino", "matti", "saara", "pekka"):
        session.rollback()
        assert readers.unread_shared_for(session, cast.id_of(name), 10) == []

    cast.browser("liisa").get(path)
    session.rollback()
    assert readers.unread_shared_for(session, cast.id_of("liisa"), 10) == []

    writer.post(path, {"body": "Lisää", "title": "Päivä", "revision": 1, "shared": "1"})
    session.rollback()
    assert len(readers.unread_shared_for(session, cast.id_of("liisa"), 10)) == 1


def test_two_common_runs_list_an_entry_once(cast: Cast, session: Session) -> None:
    factories.make_run(
        session,
        factories.make_version(session, factories.outline_json("toinen")),
        instructors=[cast.people["liisa"]],
        people=[cast.people["aino"]],
    )
    session.commit()
    write(cast.browser("aino"), shared="1")

    assert len(readers.unread_shared_for(session, cast.id_of("liisa"), 10)) == 1
    assert (
        len(readers.shared_entries_of(session, cast.id_of("aino"), reader_id=cast.id_of("liisa"), limit=9))
        == 1
    )


def test_shared_entries_are_loaded_for_those_who_follow_and_for_nobody_else(
    cast: Cast, session: Session
) -> None:
    write(cast.browser("aino"), shared="1")
    writer = cast.id_of("aino")

    found = {
        name: (
            readers.shared_count(session, writer, reader_id=cast.id_of(name)),
            len(readers.shared_entries_of(session, writer, reader_id=cast.id_of(name), limit=9)),
        )
        for name in EVERYBODY
    }

    assert found.pop("liisa") == (1, 1)
    assert set(found.values()) == {(0, 0)}


def test_one_reading_is_of_one_entry_and_of_one_reader(cast: Cast, session: Session) -> None:
    read, unread = (
        write(cast.browser("aino"), BODY, title=title, shared="1") for title in ("Luettu", "Uusi")
    )
    of_pekka = write(cast.browser("pekka"), BODY, title="Muu", shared="1")
    cast.browser("liisa").get(read)
    cast.browser("matti").get(of_pekka)
    session.rollback()

    aino, liisa = cast.id_of("aino"), cast.id_of("liisa")
    shared = readers.shared_entries_of(session, aino, reader_id=liisa, limit=10)
    [holding] = [one for one in privacy.HOLDINGS if "diary_readings" in one.tables]
    exported = list(holding.export(session, liisa))

    assert {entry.title: entry.is_unread for entry in shared} == {"Luettu": False, "Uusi": True}
    assert len(shared) == 2
    assert [f"/diary/{row['entry']}" for row in exported] == [read]
    assert unread != read
