"""Whether people can work: the database takes writes, is migrated and undamaged, and the disk has free space.

Anybody may ask, any number of times, so the answer is cached for a moment and is only one word.
"""

import errno
import os
import shutil
import time
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryFile
from threading import Lock
from typing import Any

from sqlalchemy import Engine, NullPool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError

from lms import config, db
from lms.config import Settings
from lms.database_errors import Reason, reason_of
from lms.serving.quick_check import QuickCheck

READY = ""
MIGRATIONS = "migrations"
SPACE = "space"
DATABASE = "database"

CACHE_SECONDS = 2.0
# a check that takes longer than this means that the database is in trouble
WAITED_SECONDS = 10.0
LOCK_SECONDS = 1
# PostgreSQL's client accepts no shorter timeout
CONNECT_SECONDS = 2
# a lock held this long is not just a busy moment: saves wait half as long and are then refused
BUSY_SECONDS = 10.0
MB = 1_000_000
# the size of a database page, for a trial write
TRIED = bytes(4_096)

# a read-only database allows a transaction to begin and refuses only a write
WRITE_NOTHING_NEW = "UPDATE alembic_version SET version_num = version_num RETURNING version_num"

# the health page's words for these reasons; monitoring may depend on them
WORDS = {Reason.AWAY: DATABASE, Reason.OTHER: MIGRATIONS}


class Readiness:
    """One process's answer; while one thread checks, the others get the newest known answer."""

    def __init__(self, settings: Settings, engine: Engine) -> None:
        self.settings = settings
        self.database = config.database_file(settings.database_url)
        self.engine = engine if engine.dialect.name == "sqlite" else _quick_to_give_up(settings)
        self.quick_check = QuickCheck(settings.data_dir, self._connect_to_sqlite) if self.database else None
        self._asking = Lock()
        self._answer = READY
        self._answered_at = float("-inf")
        self._busy_since: float | None = None

    def why_not(self) -> str:
        """Return why people cannot work now, in one word; empty when they can."""
        if time.monotonic() - self._answered_at < CACHE_SECONDS:
            return self._answer
        is_first = self._answered_at == float("-inf")
        if not self._asking.acquire(timeout=WAITED_SECONDS if is_first else 0):
            is_old = time.monotonic() - self._answered_at > WAITED_SECONDS
            return DATABASE if is_old else self._answer
        try:
            if time.monotonic() - self._answered_at >= CACHE_SECONDS:
                self._answer = self._look()
                self._answered_at = time.monotonic()
            return self._answer
        finally:
            self._asking.release()

    def suspect(self) -> None:
        """Assume that the database is damaged until it has been checked, because a request met damage."""
        if self.quick_check:
            self.quick_check.suspect()
            self._answered_at = float("-inf")

    def _look(self) -> str:
        return self._room() or self._database() or (self.quick_check.found() if self.quick_check else READY)

    def _room(self) -> str:
        """Check the disks of the data folder and of SQLite's file."""
        if self.database and (refused := _try_to_write(self.database.parent)):
            return refused
        folders = {self.settings.data_dir, *((self.database.parent,) if self.database else ())}
        for folder in folders:
            if folder.is_dir() and shutil.disk_usage(folder).free < self.settings.free_mb * MB:
                return SPACE
        return READY

    def _database(self) -> str:
        if self.database and not self.database.exists():
            return DATABASE  # connecting would create an empty one
        try:
            found = self._version_by_sqlite() if self.database else self._version_by_postgresql()
        except (DBAPIError, self.engine.dialect.loaded_dbapi.Error) as error:
            reason = reason_of(error)
            if reason is Reason.LOCKED and not self._is_locked_for_long():
                return READY
            return WORDS.get(reason, reason)
        self._busy_since = None
        return READY if found == db.newest_migration() else MIGRATIONS

    def _is_locked_for_long(self) -> bool:
        now = time.monotonic()
        self._busy_since = self._busy_since or now
        return now - self._busy_since > BUSY_SECONDS

    def _connect_to_sqlite(self) -> Any:
        """Open a separate connection, which waits at most a second for the lock."""
        driver: Any = self.engine.dialect.loaded_dbapi
        positional, named = self.engine.dialect.create_connect_args(self.engine.url)
        return driver.connect(*positional, **{**named, "timeout": LOCK_SECONDS, "isolation_level": None})

    def _version_by_sqlite(self) -> str | None:
        """Overwrite the migration's number with itself, as a trial of saving, roll back, and return it."""
        with closing(self._connect_to_sqlite()) as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                found = connection.execute(WRITE_NOTHING_NEW).fetchone()
            finally:
                connection.execute("ROLLBACK")
        return found[0] if found else None

    def _version_by_postgresql(self) -> str | None:
        """Lock the row of the migration's number, which only a writable database allows, and return the number."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql(f"SET LOCAL statement_timeout = {LOCK_SECONDS * 1_000}")
            found: str | None = connection.exec_driver_sql(
                "SELECT version_num FROM alembic_version FOR SHARE"
            ).scalar()
            connection.rollback()
        return found


def _quick_to_give_up(settings: Settings) -> Engine:
    """Return an engine without a connection pool that does not wait long for the server."""
    url = make_url(settings.database_url)
    return create_engine(
        url, hide_parameters=True, poolclass=NullPool, connect_args={"connect_timeout": CONNECT_SECONDS}
    )


def _try_to_write(folder: Path) -> str:
    """Write a page into an unnamed file, of which nothing can be left behind; return what went wrong."""
    try:
        with TemporaryFile(dir=folder) as file:
            file.write(TRIED)
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return DATABASE
    except OSError as fault:
        if fault.errno in (errno.ENOSPC, errno.EDQUOT):
            return Reason.FULL
        return Reason.READ_ONLY if fault.errno in (errno.EROFS, errno.EACCES, errno.EPERM) else Reason.DISK
    return READY
