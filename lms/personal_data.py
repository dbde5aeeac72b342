"""The registry of personal data: each feature names what it holds, how it is exported and how it is erased."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

Row = dict[str, object]


@dataclass(frozen=True)
class Kept:
    """What stays after erasure, and why: an untranslated msgid.

    `is_there` tells whether the person has anything of the kind; without it everybody has.
    """

    text: str
    is_there: Callable[[Session, int], bool] | None = None


@dataclass(frozen=True)
class Holding:
    """What one feature holds about people.

    `export` returns the person's rows, readable as they are (texts, ISO times, numbers); where they may be
    many and long, it reads them little by little.
    `erase` removes or unlinks them; `files` returns whole files (name, bytes) beside the rows.
    """

    name: str
    tables: frozenset[str]
    export: Callable[[Session, int], Iterable[Row]]
    erase: Callable[[Session, int, datetime], None]
    files: Callable[[Session, int], Iterable[tuple[str, bytes]]] | None = None
    kept: tuple[Kept, ...] = ()
    # erasure only takes the person off the rows; the rows themselves stay
    only_unlinked: bool = False


def init_app(app: Flask) -> None:
    app.extensions["holdings"] = {}


def register(app: Flask, holdings: Iterable[Holding]) -> None:
    """Add a feature's holdings. Raises RuntimeError when a name or a table is another holding's already."""
    known: dict[str, Holding] = app.extensions["holdings"]
    for holding in holdings:
        tables = {table for other in known.values() for table in other.tables}
        if holding.name in known or holding.tables & tables:
            raise RuntimeError(f"two holdings are named {holding.name} or have one of its tables")
        known[holding.name] = holding


def all_holdings() -> tuple[Holding, ...]:
    """Return the holdings of every feature of the current app, the lowest feature's first."""
    return tuple(current_app.extensions["holdings"].values())


def kept_of(session: Session, person_id: int) -> list[str]:
    """Return the msgids of all that would stay if this person erased their account."""
    return [
        kept.text
        for holding in all_holdings()
        for kept in holding.kept
        if kept.is_there is None or kept.is_there(session, person_id)
    ]
