"""The database is busy or gone for a while: nobody loses text, nothing is half-written, and the site comes back."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import psycopg
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock, db
from lms.app import create_app
from lms.config import Settings
from lms.diary.models import DiaryEntry
from lms.serving.readiness import CACHE_SECONDS
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.databases import postgresql_url

TEXT = "Tänään <opin> sanomaan & ehdottamaan."
ESCAPED = "Tänään &lt;opin&gt; sanomaan &amp; ehdottamaan."
HOLD_THE_LOCK = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Let another process hold the write lock of an SQLite file inside the block."""
    command = [sys.executable, "-c", HOLD_THE_LOCK, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdin
        assert other.stdout.readline() == "held\n"
        yield
        other.stdin.close()


@contextmanager
def closed(database: str) -> Iterator[None]:
    """Let a PostgreSQL database drop all its connections and take no new ones inside the block."""
    with psycopg.connect(postgresql_url(), autocommit=True) as admin:
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS false")
        admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [database])
        yield
        admin.execute(f"ALTER DATABASE {database} ALLOW_CONNECTIONS true")


@contextmanager
def out_of_order(settings: Settings) -> Iterator[None]:
    """Let the database take no writes inside the block; PostgreSQL takes no reads either."""
    name = settings.database_url.rsplit("/", 1)[1]
    path = settings.database_url.removeprefix("sqlite:///")
    with locked(path) if settings.database_url.startswith("sqlite") else closed(name):
        yield


@pytest.fixture
def impatient(empty: Flask, database: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app with a busy timeout that a test can wait for."""
    monkeypatch.setattr(db, "BUSY_TIMEOUT_MS", 200)
    app = create_app(database)
    yield app
    app.extensions["engine"].dispose()


@pytest.fixture
def aino(impatient: Flask, session: Session) -> Client:
    factories.make_person(session, "aino")
    session.commit()
    session.close()
    return Client(impatient).sign_in("aino")


def entry_count(session: Session) -> int:
    found = session.scalar(select(func.count()).select_from(DiaryEntry)) or 0
    session.rollback()
    return found


def test_a_save_that_cannot_be_made_gives_the_text_back(
    aino: Client, session: Session, database: Settings
) -> None:
    aino.get("/diary/new")
    before = factories.row_counts(session)
    session.close()

    with out_of_order(database):
        refused = aino.post("/diary/new", {"body": TEXT, "page": "/diary/new"})

    assert refused.status_code == 503
    assert int(refused.headers["Retry-After"]) > 0
    assert ESCAPED in refused.text
    assert factories.row_counts(session) == before
    session.rollback()
    assert aino.post("/diary/new", {"body": TEXT}).status_code == 302
    assert entry_count(session) == 1


def test_pages_can_be_read_while_another_writes(aino: Client, database: Settings) -> None:
    if not database.database_url.startswith("sqlite"):
        return  # readers of PostgreSQL wait for no writer
    address = str(aino.post("/diary/new", {"body": TEXT}).headers["Location"])

    # so much later that the sign-in would be marked as seen
    with out_of_order(database), clock.fixed(NOW + timedelta(minutes=10)):
        answers = [
            aino.get(path).status_code for path in ("/", "/diary", address, "/courses", "/me", "/readyz")
        ]

    assert set(answers) == {200}


def test_a_database_that_was_away_is_found_again(aino: Client, database: Settings) -> None:
    """Every page says 503 meanwhile, the one for machines too; nothing has to be started again."""
    if database.database_url.startswith("sqlite"):
        return  # its file is never away
    with out_of_order(database):
        away = [aino.get(path) for path in ("/", "/diary", "/courses", "/readyz")]
        alive = aino.get("/healthz")

    assert {answer.status_code for answer in away} == {503}
    assert all(answer.headers.get("Retry-After") for answer in away[:3])
    assert alive.status_code == 200
    time.sleep(CACHE_SECONDS)  # so long the answer for machines is cached
    assert [aino.get(path).status_code for path in ("/", "/diary", "/readyz")] == [200, 200, 200]


def test_connections_that_died_in_the_pool_are_replaced_unseen(aino: Client, database: Settings) -> None:
    if database.database_url.startswith("sqlite"):
        return  # it has no server that could end them
    assert aino.get("/diary").status_code == 200
    with closed(database.database_url.rsplit("/", 1)[1]):
        pass

    assert aino.get("/diary").status_code == 200
    assert aino.post("/diary/new", {"body": TEXT}).status_code == 302
