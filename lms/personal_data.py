"""The registry of personal data: each feature names what it holds, how it is exported, read and erased."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

from lms.wording import day, moment

ExportRecord = dict[str, object]


@dataclass(frozen=True)
class Retained:
    """What stays after erasure, and why, in words.

    `is_there` tells whether the person has anything of the kind; without it everybody has.
    """

    text: object
    is_there: Callable[[Session, int], bool] | None = None


@dataclass(frozen=True)
class Column:
    """What a column of exported rows is called, and how its values are said when they are not words themselves."""

    label: object
    words: Callable[[str], object] = str


def one_of(words: Mapping[str, object]) -> Callable[[str], object]:
    """Return what says the values of a closed set; another value is said as it is."""
    return lambda value: words.get(value, value)


def as_moment(value: str) -> str:
    """Say an exported time as people read it."""
    return moment(datetime.fromisoformat(value), with_year=True)


def as_day(value: str) -> str:
    """Say an exported day as people read it."""
    return day(date.fromisoformat(value))


@dataclass(frozen=True, kw_only=True)
class Holding:
    """What one feature holds about people.

    `export` returns the person's rows as JSON takes them (texts, ISO times, numbers); where they may be many and
    long, it reads them little by little.
    `erase` removes or unlinks them; `files` returns whole files (name, bytes) beside the rows.
    """

    name: str
    # what the person it is about calls it
    label: object
    tables: frozenset[str]
    export: Callable[[Session, int], Iterable[ExportRecord]]
    erase: Callable[[Session, int, datetime], None]
    # of the exported rows, nested ones too
    columns: Mapping[str, Column]
    # columns for programs only: the file of data has them, the readable page leaves them out
    unshown: frozenset[str] = frozenset()
    files: Callable[[Session, int], Iterable[tuple[str, bytes]]] | None = None
    retained: tuple[Retained, ...] = field(default=())
    # erasure only takes the person off the rows; the rows themselves stay
    only_unlinked: bool = False
    # only those who work here have it
    of_staff: bool = False


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


def retained_about(session: Session, person_id: int) -> list[str]:
    """Return the words of all that would stay if this person erased their account."""
    return [
        str(retained.text)
        for holding in all_holdings()
        for retained in holding.retained
        if retained.is_there is None or retained.is_there(session, person_id)
    ]
