"""Counts the statements that a page sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident

from flask import Flask
from sqlalchemy import Connection, event

NOT_COUNTED = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK", "COMMIT")


@contextmanager
def count_queries(app: Flask) -> Iterator[list[str]]:
    """Give a list that fills with the statements sent inside the block; `len()` of it is their number.

    What begins or ends a transaction is left out: it is there on one database and not on the other. So is what
    another thread sends: one that an earlier test left behind may still be ending its work.
    """
    own_thread = get_ident()
    engine = app.extensions["engine"]
    seen: list[str] = []

    def note(_connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        if get_ident() == own_thread and not statement.startswith(NOT_COUNTED):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
