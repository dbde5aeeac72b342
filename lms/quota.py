"""How much one person has written: a counter of bytes, updated in the transaction that stores or deletes text."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, LargeBinary, bindparam, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from lms.db import PERSON_QUOTA, Base
from lms.errors import Invalid
from lms.i18n import lazy

# what a row costs besides its text: the row itself, its index entries, its log entry
ROW_BYTES = 200
# the person is warned from this percentage of the quota on
WARN_FROM_PERCENT = 80


class Full(Invalid):
    """The person's space is full: nothing more is stored until something is deleted."""

    title = lazy("Your space is full")

    def __init__(self) -> None:
        super().__init__(
            lazy(
                "This could not be saved, because your space here is full. Copy your text and keep it safe. "
                "Then delete old texts from your diary, or ask the people who run this site for more space."
            )
        )


class PersonStorage(Base):
    """The bytes that a person has stored."""

    __tablename__ = "person_storage"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    bytes: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True)
class Space:
    """How much of their space a person has used."""

    used: int
    most: int

    @property
    def percent(self) -> int:
        return min(100, 100 * self.used // self.most)

    @property
    def is_short(self) -> bool:
        """Return whether the person should be warned."""
        return self.percent >= WARN_FROM_PERCENT


def size_of(*texts: str) -> int:
    """Return the bytes that a row with these texts counts as."""
    return ROW_BYTES + sum(len(text.encode()) for text in texts)


def stored_size(session: Session, *columns: InstrumentedAttribute[str]) -> ColumnElement[int]:
    """Return the total size of the selected rows with these texts, in SQL; the sum of `size_of` for each."""
    if session.get_bind().dialect.name == "postgresql":
        lengths = [func.octet_length(column) for column in columns]
    else:
        lengths = [func.length(cast(column, LargeBinary)) for column in columns]
    return func.coalesce(func.sum(ROW_BYTES + sum(lengths[1:], lengths[0])), 0)


def lock(session: Session, person_id: int) -> None:
    """Lock the person's counter until the transaction ends.

    Lock the thing that is changed first and the counter after it, always in this order, to avoid deadlocks.
    """
    _add(session, person_id, 0)


def take(session: Session, person_id: int, size: int, *, even_when_full: bool = False) -> None:
    """Add bytes that are being stored. Raises Full when there is no space for them.

    `even_when_full` lets through what only takes something back.
    """
    if _add(session, person_id, size) > most(session) and not even_when_full:
        raise Full


def give_back(session: Session, person_id: int, size: int) -> None:
    """Subtract bytes that are being deleted."""
    _add(session, person_id, -size)


def most(session: Session) -> int:
    """Return how many bytes each person may store; it is an engine option, because operations have no settings."""
    allowed: int = session.get_bind().get_execution_options()[PERSON_QUOTA]
    return allowed


def _adding(insert: Any, greatest: Any) -> Any:
    """Return a single statement that adds to a counter and returns its new value."""
    added = insert(PersonStorage.__table__).values(
        person_id=bindparam("person"), bytes=greatest(bindparam("size", type_=BigInteger), 0)
    )
    # never below zero, even if the counter was wrong before
    total = greatest(PersonStorage.bytes + bindparam("size", type_=BigInteger), 0)
    changed = added.on_conflict_do_update(index_elements=["person_id"], set_={"bytes": total})
    return changed.returning(PersonStorage.__table__.c.bytes)


# built once, because every save uses it
_ADDING = {
    "postgresql": _adding(postgresql.insert, func.greatest),
    "sqlite": _adding(sqlite.insert, func.max),
}


def _add(session: Session, person_id: int, size: int) -> int:
    connection = session.connection()
    given = {"person": person_id, "size": size}
    total: int = connection.execute(_ADDING[connection.dialect.name], given).scalar_one()
    return total
