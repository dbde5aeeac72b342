"""The registry of personal data: each feature names what it holds, how it is exported and how it is erased."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

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


HOLDINGS: list[Holding] = []


def kept_of(session: Session, person_id: int) -> list[str]:
    """Return the msgids of all that would stay if this person erased their account."""
    return [
        kept.text
        for holding in HOLDINGS
        for kept in holding.kept
        if kept.is_there is None or kept.is_there(session, person_id)
    ]


def register(holdings: Iterable[Holding]) -> None:
    """Add a feature's holdings; a name that is there already is left out."""
    for holding in holdings:
        if all(known.name != holding.name for known in HOLDINGS):
            HOLDINGS.append(holding)
