"""The registry of personal data: each feature declares what it stores and how it is exported, shown and erased."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

from lms.wording import day, moment

ExportRecord = dict[str, object]


@dataclass(frozen=True)
class Retained:
    """What is retained after erasure, and why, in words.

    `is_there` returns whether the person has such data; without it everybody is taken to have some.
    """

    text: object
    is_there: Callable[[Session, int], bool] | None = None


@dataclass(frozen=True)
class Column:
    """The label of an exported column, and how its values are put into words."""

    label: object
    words: Callable[[str], object] = str


def one_of(words: Mapping[str, object]) -> Callable[[str], object]:
    """Return a function that puts the values of a closed set into words; it returns other values unchanged."""
    return lambda value: words.get(value, value)


def as_moment(value: str) -> str:
    """Format an exported time for people."""
    return moment(datetime.fromisoformat(value), with_year=True)


def as_day(value: str) -> str:
    """Format an exported day for people."""
    return day(date.fromisoformat(value))


@dataclass(frozen=True, kw_only=True)
class Holding:
    """A kind of personal data that a feature stores.

    `export` returns the person's records in JSON types (texts, ISO times, numbers); where they may be many or
    long, it reads them in small portions.
    `erase` removes or unlinks them; `files` returns files (name, bytes) to add to them.
    """

    name: str
    # its name for the person whom it is about
    label: object
    tables: frozenset[str]
    export: Callable[[Session, int], Iterable[ExportRecord]]
    erase: Callable[[Session, int, datetime], None]
    # the columns of the exported records, nested ones included
    columns: Mapping[str, Column]
    # columns for programs only: the data file has them, the readable page leaves them out
    unshown: frozenset[str] = frozenset()
    files: Callable[[Session, int], Iterable[tuple[str, bytes]]] | None = None
    retained: tuple[Retained, ...] = field(default=())
    # erasure only unlinks the person; the rows themselves are retained
    only_unlinked: bool = False
    # only staff and instructors have such data
    of_staff: bool = False


def init_app(app: Flask) -> None:
    app.extensions["holdings"] = {}


def register(app: Flask, holdings: Iterable[Holding]) -> None:
    """Add a feature's holdings. Raises RuntimeError when another holding has the name or one of the tables already."""
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
    """Return the words for all that would be retained if this person erased their account."""
    return [
        str(retained.text)
        for holding in all_holdings()
        for retained in holding.retained
        if retained.is_there is None or retained.is_there(session, person_id)
    ]
