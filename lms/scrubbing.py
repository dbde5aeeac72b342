"""Removes, after the commit, what deleting leaves in the files of the database.

SQLite overwrites what is deleted with zeros (`secure_delete`), but its write-ahead log retains old pages until it is
emptied. PostgreSQL retains dead rows until their table is vacuumed; new text may then overwrite them.
"""

import logging
from collections.abc import Collection
from contextlib import closing
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

log = logging.getLogger(__name__)

MARK = "remains"
# short, because somebody is waiting for the response; what is not removed in time is removed after a later commit
WAIT_MS = 500
VACUUM_MS = 5_000

# the URLs of databases whose log could not be emptied yet
_pending: set[str] = set()


def schedule(session: Session, tables: Collection[str] = ()) -> None:
    """Note that this transaction deletes what people wrote; PostgreSQL vacuums `tables` after it."""
    session.info[MARK] = session.info.get(MARK, frozenset()) | frozenset(tables)


def run_after_commit(session: Session, engine: Engine) -> None:
    """After a commit, remove what it left in the files; if the database is busy, try again after the next one.

    Never raises: the requested change has been committed already.
    """
    tables: frozenset[str] | None = session.info.pop(MARK, None)
    driver: Any = engine.dialect.loaded_dbapi
    try:
        if engine.dialect.name == "postgresql":
            if tables:
                _vacuum(engine, tables)
        elif tables is not None or (_pending and str(engine.url) in _pending):
            _empty_log(engine, wait_ms=0 if tables is None else WAIT_MS)
    except (SQLAlchemyError, driver.Error) as error:
        log.warning("deleted text could not be cleared from the files yet: %s", type(error).__name__)


def _empty_log(engine: Engine, *, wait_ms: int) -> None:
    _pending.add(str(engine.url))
    with closing(engine.raw_connection()) as pooled:
        connection: Any = pooled.driver_connection
        usual = connection.execute("PRAGMA busy_timeout").fetchone()[0]
        connection.execute(f"PRAGMA busy_timeout={wait_ms}")
        try:
            busy, _pages, _moved = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.execute(f"PRAGMA busy_timeout={usual}")
    if not busy:
        _pending.discard(str(engine.url))


def _vacuum(engine: Engine, tables: Collection[str]) -> None:
    quoted = ", ".join(engine.dialect.identifier_preparer.quote(name) for name in sorted(tables))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"SET statement_timeout = {VACUUM_MS}")
        try:
            connection.exec_driver_sql(f"VACUUM (INDEX_CLEANUP ON, SKIP_LOCKED) {quoted}")
        finally:
            connection.exec_driver_sql("RESET statement_timeout")
