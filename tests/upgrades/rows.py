"""A small database as readable text: its rows by table, taken out of one database and put into another.

A file beside this one is named by the migration whose shape it has; `tests/upgrades/make.py` makes one of today's.
"""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, func, select

FOLDER = Path(__file__).parent
# the migrations write it themselves
NUMBER_TABLE = "alembic_version"

Rows = dict[str, list[dict[str, Any]]]


def tables_of(connection: Connection) -> list[Table]:
    """Return the tables as the database has them, parents first; the models may be newer."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != NUMBER_TABLE]


def take_out(connection: Connection, tables: Iterable[Table]) -> Rows:
    """Return every row of the tables, in the order of the primary key, as JSON has it."""
    return {
        table.name: [
            {name: _as_json(value) for name, value in row._mapping.items()}
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in tables
    }


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def put_in(connection: Connection, tables: Sequence[Table], rows: Rows) -> None:
    """Let the tables hold these rows and no others, and let PostgreSQL count on from the highest number."""
    for table in reversed(tables):
        connection.execute(table.delete())
    for table in tables:
        found = rows.get(table.name)
        if found:
            readers = {name: _reader(column.type) for name, column in table.columns.items()}
            given = [
                {name: None if value is None else readers[name](value) for name, value in row.items()}
                for row in found
            ]
            connection.execute(table.insert(), given)
        if connection.dialect.name == "postgresql" and "id" in table.columns:
            last = func.coalesce(select(func.max(table.c.id)).scalar_subquery(), 0) + 1
            connection.execute(select(func.setval(f"{table.name}_id_seq", last, False)))


def _reader(kind: object) -> Callable[[Any], object]:
    if isinstance(kind, DateTime):
        return datetime.fromisoformat
    if isinstance(kind, Date):
        return date.fromisoformat
    return b64decode if isinstance(kind, LargeBinary) else lambda value: value


def path_of(number: str) -> Path:
    return FOLDER / f"{number}.json"


def browser_path_of(number: str) -> Path:
    return FOLDER / f"{number}-browser.json"


def media_of(number: str) -> Path:
    return FOLDER / f"{number}-media"


def stored(number: str) -> Rows:
    """Return the stored rows of the migration's time."""
    found: Rows = json.loads(path_of(number).read_text(encoding="utf-8"))
    return found


def stored_browser(number: str) -> dict[str, Any]:
    """Return what was in somebody's browser then: the session cookie's content, the device cookie, a form's token."""
    found: dict[str, Any] = json.loads(browser_path_of(number).read_text(encoding="utf-8"))
    return found


def as_text(rows: Rows) -> str:
    """Return the rows as JSON with a line for each."""
    tables = [
        f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in found) + "\n]"
        for name, found in rows.items()
    ]
    return "{\n" + ",\n".join(tables) + "\n}\n"
