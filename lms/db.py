"""The database: engine, session, shared column types, and one commit at the request boundary."""

import logging
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache, partial
from traceback import format_tb
from typing import Any, TypeVar, TypeVarTuple

from flask import Flask, Response, current_app, g, request
from sqlalchemy import (
    Connection,
    DateTime,
    Dialect,
    Engine,
    Enum,
    MetaData,
    Row,
    Select,
    create_engine,
    event,
    inspect,
    text,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InvalidRequestError
from sqlalchemy.orm import DeclarativeBase, Session
from sqlalchemy.types import TypeDecorator

from lms import database_errors, scrubbing
from lms.config import ROOT, ConfigurationError, Settings

try:
    from pysqlite3 import dbapi2
except ImportError:  # no wheel for this platform: use the standard library's SQLite
    dbapi2 = sqlite3

# both follow PEP 249, but each has its own error classes
sqlite_driver: Any = dbapi2

Columns = TypeVarTuple("Columns")
Record = TypeVar("Record")

log = logging.getLogger(__name__)

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BUSY_TIMEOUT_MS = 5000
MEGABYTE = 1_000_000
# the engine option with the number of bytes that a person may store
PERSON_QUOTA = "person_quota"
MIGRATIONS = ROOT / "migrations" / "versions"

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The base of every model; constraint names are the same on both databases."""

    metadata = MetaData(naming_convention=NAMING)


class UTCDateTime(TypeDecorator[datetime]):
    """An aware datetime, stored as UTC; naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored; use clock.now()")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def one_of(closed_set: type[StrEnum]) -> Enum:
    """Return the column type for an enum: its value as text, with a check constraint."""
    return Enum(
        closed_set,
        native_enum=False,
        create_constraint=True,
        length=20,
        values_callable=lambda members: [member.value for member in members],
        name=closed_set.__name__.lower(),
    )


def make_engine(settings: Settings, *, foreign_keys: bool = True) -> Engine:
    """Return an engine for the settings' database; SQLite is configured and checked on each connection.

    Only a migration runs without foreign keys: rebuilding a table with them on would delete its children.
    """
    url = make_url(settings.database_url)
    carried = {PERSON_QUOTA: settings.person_quota_mb * MEGABYTE}
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=8,
            max_overflow=8,
            execution_options=carried,
        )
    engine = create_engine(
        url,
        hide_parameters=True,
        module=sqlite_driver,
        pool_size=8,
        max_overflow=8,
        execution_options=carried,
    )
    event.listen(engine, "connect", partial(_set_up_sqlite, foreign_keys=foreign_keys))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def has_fixed_wal(version: tuple[int, ...]) -> bool:
    """Return whether this SQLite has the WAL-reset fix (3.51.3, 3.50.7, 3.44.6 and later releases)."""
    if version[:2] == (3, 44):
        return version >= (3, 44, 6)
    if version[:2] == (3, 50):
        return version >= (3, 50, 7)
    return version >= (3, 51, 3)


def _set_up_sqlite(connection: Any, record: object, *, foreign_keys: bool) -> None:
    journal = "wal" if has_fixed_wal(sqlite_driver.sqlite_version_info) else "delete"
    connection.isolation_level = None
    # SQLite's own lower() folds only ASCII, but a search for "äijälä" must find "Äijälä"
    connection.create_function("lower", 1, _lower, deterministic=True)
    wanted = {
        "busy_timeout": BUSY_TIMEOUT_MS,
        "foreign_keys": int(foreign_keys),
        "journal_mode": journal,
        "synchronous": 2,
        # SQLite overwrites what is deleted with zeros; lms/scrubbing.py empties its log
        "secure_delete": 1,
    }
    for pragma, value in wanted.items():
        connection.execute(f"PRAGMA {pragma}={value}")
        found = connection.execute(f"PRAGMA {pragma}").fetchone()[0]
        if found != value:
            raise ConfigurationError(
                f"SQLite refuses {pragma}={value} (it says {found}); move the database to a local disk"
            )


def _lower(text: str | None) -> str | None:
    return text.lower() if isinstance(text, str) else text


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def engine() -> Engine:
    """Return the engine of the current app."""
    found: Engine = current_app.extensions["engine"]
    return found


def _open_session(*, writing: bool) -> Session:
    bind = engine().execution_options(writing=True) if writing else engine()
    return Session(bind, expire_on_commit=False)


def session() -> Session:
    """Return the session of the current request; in a request that may write, its first query takes the write lock."""
    if "session" not in g:
        g.session = _open_session(writing=request.method not in READING_METHODS)
    found: Session = g.session
    return found


def release() -> None:
    """Roll the request's session back and release its connection; the next query begins a new transaction."""
    own: Session | None = g.get("session")
    if own is not None:
        own.rollback()


@contextmanager
def transaction() -> Iterator[Session]:
    """Open a short, separate writing transaction, committed at the end of the block."""
    with _open_session(writing=True) as own:
        with own.begin():
            yield own
        scrubbing.run_after_commit(own, engine())


@contextmanager
def reading() -> Iterator[Session]:
    """Open a separate reading session, closed at the end of the block."""
    with _open_session(writing=False) as own:
        yield own


def lock(session: Session, row: Base) -> bool:
    """Reload a row and lock it until the transaction ends; False when it has been deleted meanwhile."""
    try:
        session.refresh(row, with_for_update=True)
    except InvalidRequestError:
        return False
    return True


def rows(
    session: Session, statement: Select[*Columns], given: Mapping[str, object]
) -> Sequence[Row[*Columns]]:
    """Read columns in the session's transaction without the ORM, which on a busy page costs more than the query.

    The session is not flushed first.
    """
    return session.connection().execute(statement, given).all()


def read(
    session: Session,
    record: type[Record],
    statement: Select[*Columns],
    given: Mapping[str, object] | None = None,
) -> list[Record]:
    """Return the statement's rows as records of a dataclass, each column in the field of the same name.

    Raises TypeError, even without rows, when the columns do not match the fields.
    """
    session.flush()
    result = session.connection().execute(statement, given or {})
    order = _columns_in_order(record, tuple(result.keys()))  # type: ignore[arg-type]  # a class is hashable
    return [record(*(row[place] for place in order)) for row in result]


@cache
def _columns_in_order(record: type[Any], columns: tuple[str, ...]) -> tuple[int, ...]:
    """Return the index of each field's column. Raises TypeError when the columns do not match the fields."""
    names = [field.name for field in fields(record)]
    if sorted(names) != sorted(columns):
        raise TypeError(f"{record.__name__} has the fields {sorted(names)}, the statement {sorted(columns)}")
    return tuple(columns.index(name) for name in names)


def init_app(app: Flask, settings: Settings) -> None:
    app.extensions["engine"] = make_engine(settings)
    app.after_request(_finish)
    app.teardown_request(_close)


def _finish(response: Response) -> Response:
    """Commit when the status is below 400 and the request may write; roll back otherwise."""
    own: Session | None = g.get("session")
    if own is None or request.method in READING_METHODS:
        return response
    if response.status_code >= 400:
        own.rollback()
        return response
    try:
        own.commit()
    except DBAPIError as error:
        own.rollback()
        log.error("the commit failed (%s): %s", database_errors.reason_of(error), without_values(error))
        return current_app.make_response(current_app.extensions["unavailable"]())
    scrubbing.run_after_commit(own, engine())
    return response


def without_values(error: DBAPIError) -> str:
    """Return what went wrong and where, for the log; the database's own message may contain a person's text."""
    where = "".join(format_tb(error.__traceback__))
    return f"{type(error).__name__} ({type(error.orig).__name__})\n{where}"


def _close(error: BaseException | None) -> None:
    own: Session | None = g.pop("session", None)
    if own is not None:
        own.close()


def newest_migration() -> str:
    """Return the number of the program's newest migration, such as "0001"."""
    return max(path.name[:4] for path in MIGRATIONS.glob("[0-9]*.py"))


def migration_of(bind: Engine) -> str | None:
    """Return the number of the database's migration, None when it has none.

    Read without Alembic, so that a serving process need not load it.
    """
    with bind.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        found: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return found


def is_current(bind: Engine) -> bool:
    """Return whether the database is at exactly the newest migration."""
    return migration_of(bind) == newest_migration()
