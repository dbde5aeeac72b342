"""What was deleted is nowhere in the files of the database either."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.app import create_app
from lms.config import Settings
from lms.diary import deletion
from lms.diary.models import DiaryEntry, DiaryRevision
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.upgrades import rows

CANARY = "kanarialintu"
BESIDE = ("", "-wal", "-shm", "-journal")
AINO = 5
PRIVATE_TABLES = (
    "diary_entries",
    "diary_revisions",
    "diary_comments",
    "task_answers",
    "claims",
    "claim_events",
)


@pytest.fixture
def app(fresh: Settings) -> Iterator[Flask]:
    """A site where Aino has something in every table, and much of it on pages of its own."""
    schema.upgrade(fresh, "0004")
    made = create_app(fresh)
    engine = made.extensions["engine"]
    with engine.execution_options(writing=True).begin() as connection:
        rows.put_in(connection, rows.tables_of(connection), rows.stored("0004"))
    schema.upgrade(fresh)
    for place in range(40):
        with Session(engine.execution_options(writing=True)) as session:
            write(session, place)
            session.commit()
    yield made
    engine.dispose()


def write(session: Session, place: int) -> None:
    """Write an entry and two versions of it, from one word to many pages."""
    body = f"{CANARY} {place} " * (1, 30, 400, 3_000)[place % 4]
    entry = DiaryEntry(
        person_id=AINO, key=f"{CANARY}{place}", title=f"{CANARY} {place}", body=body, shared=False,
        version=2, created_at=NOW, updated_at=NOW,
    )  # fmt: skip
    session.add(entry)
    session.flush()
    for number in (1, 2):
        session.add(
            DiaryRevision(
                entry_id=entry.id, number=number, title=CANARY, body=body, shared=False, saved_at=NOW
            )
        )


def file_of(app: Flask) -> Path | None:
    """Return the database's file, None for PostgreSQL."""
    url = make_url(app.extensions["settings"].database_url)
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def bytes_of(path: Path) -> bytes:
    """Return all that is in the files; another process reads them, for ours would lose SQLite's locks by it."""
    found = [f"{path}{ending}" for ending in BESIDE if Path(f"{path}{ending}").exists()]
    return subprocess.run(["cat", *found], capture_output=True, check=True).stdout


def private_texts() -> set[bytes]:
    """Return what Aino wrote and was answered, as it is in the files."""
    stored = rows.stored("0004")
    written = {
        row.get(name)
        for table in PRIVATE_TABLES
        for row in stored[table]
        for name in ("body", "text", "comment")
    }
    of_eero = {"Eero aloitti tänään.", "Nyökkään ja sanon hei.", "Osaan kertoa pajan kaupasta."}
    return {line.encode() for line in written - of_eero if line} | {CANARY.encode()}


def found_in(path: Path) -> list[bytes]:
    held = bytes_of(path)
    return [line for line in private_texts() if line in held]


def erase(app: Flask) -> None:
    aino = Client(app).sign_in("aino")
    aino.get("/me/erase")
    assert aino.post("/me/erase", {"understood": "y", "password": PASSWORD}).location == "/goodbye"


def test_after_erasure_the_files_hold_no_word_of_it(app: Flask) -> None:
    path = file_of(app)
    if path is None:
        erase(app)
        assert vacuums(app) > 0
        return
    assert len(found_in(path)) == len(private_texts())

    erase(app)

    assert found_in(path) == []


def vacuums(app: Flask) -> int:
    """Return how often the diary has been vacuumed; the server counts with a delay."""
    statement = text("SELECT vacuum_count FROM pg_stat_user_tables WHERE relname = 'diary_entries'")
    end = time.monotonic() + 2
    while True:
        with app.extensions["engine"].connect() as connection:
            found: int = connection.execute(statement).scalar_one()
        if found or time.monotonic() > end:
            return found
        time.sleep(0.1)


def test_a_deleted_entry_goes_from_the_files_too(app: Flask) -> None:
    path = file_of(app)
    if path is None:
        return
    text_of_entry = "Jännitti avata sivu.".encode()
    aino = Client(app).sign_in("aino")
    aino.get("/diary/1/delete")
    assert text_of_entry in bytes_of(path)

    assert aino.post("/diary/1/delete").status_code == 302
    with clock.fixed(NOW + deletion.UNDO_WITHIN + timedelta(seconds=1)):
        Client(app).sign_in("aino")

    assert text_of_entry not in bytes_of(path)


def test_while_somebody_reads_the_erasure_is_not_delayed_and_the_rest_goes_later(app: Flask) -> None:
    path = file_of(app)
    if path is None:
        return
    with closing(db.sqlite_driver.connect(str(path), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM people").fetchone()
        erase(app)
        assert found_in(path) != []
        reader.execute("ROLLBACK")

    Client(app).sign_in("eero")

    assert found_in(path) == []
