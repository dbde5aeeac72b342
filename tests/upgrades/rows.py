"""A small database as readable text: its rows by table, taken out of one database and put into another.

A file beside this one is named by the migration whose shape it has. To keep a newer shape, fill an installation
so that every table has something, and take it out: `python -m tests.upgrades.rows > tests/upgrades/NNNN.json`.
"""

import json
import sys
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Date, DateTime, LargeBinary, MetaData, Table, func, select

from lms import config, db

FOLDER = Path(__file__).parent
# the migrations write it themselves
NUMBER_TABLE = "alembic_version"

Rows = dict[str, list[dict[str, Any]]]


def _tables(connection: Connection) -> list[Table]:
    """Return the tables as the database has them, parents first; the models may be newer."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != NUMBER_TABLE]


def take_out(connection: Connection) -> Rows:
    """Return every row of every table, in the order of the primary key, as JSON has it."""
    return {
        table.name: [
            {name: _as_json(value) for name, value in row._mapping.items()}
            for row in connection.execute(select(table).order_by(*table.primary_key.columns))
        ]
        for table in _tables(connection)
    }


def _as_json(value: object) -> object:
    if isinstance(value, datetime):
        aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
        return aware.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return b64encode(value).decode() if isinstance(value, bytes) else value


def put_in(connection: Connection, rows: Rows) -> None:
    """Put rows into empty tables, and let PostgreSQL count on from the highest number."""
    for table in _tables(connection):
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


def stored(number: str) -> Rows:
    """Return the rows that are kept of the migration's time."""
    found: Rows = json.loads((FOLDER / f"{number}.json").read_text(encoding="utf-8"))
    return found


def as_text(rows: Rows) -> str:
    """Return the rows as JSON with a line for each."""
    tables = [
        f'"{name}": [\n' + ",\n".join(json.dumps(row, ensure_ascii=False) for row in found) + "\n]"
        for name, found in rows.items()
    ]
    return "{\n" + ",\n".join(tables) + "\n}\n"


if __name__ == "__main__":
    engine = db.make_engine(config.load())
    with engine.connect() as opened:
        sys.stdout.write(as_text(take_out(opened)))
