"""`/readyz` says ok only when people can work, and is answered to whoever watches the process."""

import logging
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from lms import db, schema
from lms.app import create_app
from lms.config import Settings, database_file
from lms.serving import readiness
from lms.serving.quick_check import FILE, QuickCheck
from lms.serving.readiness import Readiness, _try_to_write
from tests import factories
from tests.client import Client
from tests.databases import as_admin, settings_for
from tests.faults.site import served


@contextmanager
def opened(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings)
    yield app
    app.extensions["engine"].dispose()


def answer(settings: Settings) -> tuple[int, str]:
    """Return the status and the reason that a new process of the site gives, its quick check done."""
    with opened(settings) as app:
        client = app.test_client()
        first = client.get("/readyz")
        if first.status_code == 200 and app.extensions["readiness"].quick_check:
            app.extensions["readiness"].quick_check.wait()
            app.extensions["readiness"]._answered_at = float("-inf")
            first = client.get("/readyz")
        assert set(first.json or {}) <= {"status", "reason"}
        return first.status_code, (first.json or {}).get("reason", "")


@pytest.fixture
def migrated(fresh: Settings) -> Settings:
    schema.upgrade(fresh)
    return fresh


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite database with a person."""
    made = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    schema.upgrade(made)
    with opened(made) as app, Session(app.extensions["engine"].execution_options(writing=True)) as session:
        factories.make_person(session, "aino")
        session.commit()
    return tmp_path / "lms.db"


def on(file: Path, query: str = "", **more: str) -> Settings:
    return settings_for(f"sqlite:///{'file:' if query else ''}{file}{query}", file.parent, **more)


def test_a_site_that_works_is_ready_and_nothing_is_left_behind(migrated: Settings) -> None:
    before = {path.name for path in migrated.data_dir.iterdir()}

    assert answer(migrated) == (200, "")
    assert {path.name for path in migrated.data_dir.iterdir()} - before <= {FILE, "lms.db-wal", "lms.db-shm"}


def test_an_older_shape_is_not_ready(migrated: Settings) -> None:
    schema.downgrade(migrated, "0003")
    assert answer(migrated) == (503, "migrations")
    schema.downgrade(migrated)
    assert answer(migrated) == (503, "migrations")


def test_too_little_room_is_not_ready(migrated: Settings) -> None:
    settings = settings_for(migrated.database_url, migrated.data_dir, LMS_FREE_MB="9999999")
    assert answer(settings) == (503, "space")


def test_a_database_that_is_away_is_not_ready(migrated: Settings) -> None:
    assert answer(settings_for(f"{migrated.database_url}-away", migrated.data_dir)) == (503, "database")
    assert not (migrated.data_dir / "lms.db-away").exists()


def test_a_database_that_takes_no_writes_is_not_ready(migrated: Settings) -> None:
    path = database_file(migrated.database_url)
    if path is None:
        name = migrated.database_url.rsplit("/", 1)[1]
        as_admin(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
        read_only = migrated
    else:
        read_only = on(path, "?mode=ro&uri=true")

    assert answer(read_only) == (503, "read-only")


def test_a_folder_that_takes_no_files_is_not_ready() -> None:
    """Not even root makes a file in /sys; on a system without it the folder is not there."""
    assert _try_to_write(Path("/sys")) in ("read-only", "database")
    assert _try_to_write(Path("/sys/no-such-folder")) == "database"


@pytest.mark.parametrize("place", ["beginning", "middle"])
def test_a_damaged_file_is_not_ready(file: Path, place: str) -> None:
    size = file.stat().st_size
    with file.open("r+b") as damaged:
        damaged.seek(0 if place == "beginning" else 8_192)
        damaged.write(b"\xa5" * (4_096 if place == "beginning" else size - 8_192))

    assert answer(on(file)) == (503, "malformed")


def test_a_request_that_meets_damage_is_503_and_makes_the_site_not_ready(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(on(file)) as app:
        client = Client(app)
        client.get("/sign-in")
        with file.open("r+b") as damaged:
            damaged.seek(4_096)
            damaged.write(b"\xa5" * (file.stat().st_size - 4_096))
        refused = client.post("/sign-in", {"username": "aino", "password": "jokin salasana"})

        assert refused.status_code == 503
        assert "malformed" in caplog.text
        assert app.test_client().get("/readyz").status_code == 503
        app.extensions["readiness"].quick_check.wait()


def test_a_full_database_is_503_with_the_text_preserved_and_its_reason_in_the_log(
    file: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(on(file)) as app:
        client = Client(app).sign_in("aino")
        client.get("/diary/new")
        engine: Engine = app.extensions["engine"]
        engine.dispose()

        @event.listens_for(engine, "connect")
        def fill(connection: Any, record: object) -> None:
            connection.execute("PRAGMA max_page_count = 1")  # SQLite takes the size that it has

        text = "Pitkä ajatus. " * 1_000
        refused = client.post("/diary/new", {"title": "Päivä", "body": text, "key": "k"})

    assert refused.status_code == 503
    assert text.strip() in refused.text
    assert "Retry-After" in refused.headers
    assert "(full)" in caplog.text and "Pitkä ajatus" not in caplog.text


def test_a_busy_moment_is_ready_and_a_lock_that_stays_is_not(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness, "BUSY_SECONDS", 0.5)
    with opened(on(file)) as app:
        own = Readiness(app.extensions["settings"], app.extensions["engine"])
        with closing(db.sqlite_driver.connect(str(file), isolation_level=None)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            found = [own._database(), own._database()]
            took = time.monotonic() - began
            writer.execute("ROLLBACK")

        assert found == ["", "locked"]
        assert took < 4
        assert own._database() == ""


def test_many_who_ask_at_once_cost_one_look(file: Path) -> None:
    looks = []

    class Counting(Readiness):
        def _look(self) -> str:
            looks.append(threading.get_ident())
            time.sleep(0.05)
            return super()._look()

    with opened(on(file)) as app:
        own = Counting(app.extensions["settings"], app.extensions["engine"])
        with ThreadPoolExecutor(16) as pool:
            answers = set(pool.map(lambda _: own.why_not(), range(200)))
        assert own.quick_check
        own.quick_check.wait()

    assert answers == {""}
    assert len(looks) == 1


def test_processes_share_one_check(file: Path) -> None:
    def connect() -> Any:
        connected.append(1)
        return db.sqlite_driver.connect(str(file), isolation_level=None)

    connected: list[int] = []
    first, second = (QuickCheck(file.parent, connect) for _ in range(2))
    assert first.found() == ""
    first.wait()
    assert second.found() == ""
    second.wait()

    assert len(connected) == 1
    assert (file.parent / FILE).read_text() == "ok"
    (file.parent / FILE).write_text("malformed")
    assert (first.found(), second.found()) == ("malformed", "malformed")


def asked(port: int, head: str) -> str:
    """Return the first line of the answer to a request, unparsed."""
    with closing(socket.create_connection(("127.0.0.1", port), timeout=5)) as line:
        line.sendall(head.encode())
        return line.makefile("rb").readline().decode().strip()


def test_who_watches_the_process_needs_no_name_of_the_site(file: Path) -> None:
    hosts = [
        "",
        "Host:\r\n",
        "Host: 10.0.3.7\r\n",
        "Host: lms-7f9c:8080\r\n",
        "Host: web_1\r\n",
        "Host: [fe80::1]:9\r\n",
    ]
    with served(on(file), workers=1) as site:
        for path, status in (("/healthz", 200), ("/readyz", 200), ("/sign-in", 400)):
            for version in ("1.0", "1.1"):
                for host in hosts:
                    got = asked(site.port, f"GET {path} HTTP/{version}\r\n{host}Connection: close\r\n\r\n")
                    assert f" {status} " in got, (path, version, host, got)


def test_asking_is_no_line_of_the_log(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger="lms")
    assert answer(on(file)) == (200, "")
    assert caplog.text == ""
