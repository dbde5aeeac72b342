"""How much one person has written: a counter of bytes, changed in the transaction of what is stored or deleted."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, ForeignKey, LargeBinary, bindparam, cast, func
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import InstrumentedAttribute, Mapped, Session, mapped_column

from lms.db import PERSON_QUOTA, Base
from lms.errors import Invalid
from lms.i18n import lazy

# what a row costs beside its text: the row itself, its places in the indexes, its line in the log
ROW_BYTES = 200
# from here on the person is warned, in hundredths of the space
WARN_FROM_PERCENT = 80


class Full(Invalid):
    """The person's space is full: nothing more is stored before something is deleted."""

    title = lazy("Your space is full")

    def __init__(self) -> None:
        super().__init__(
            lazy(
                "This could not be saved, because your space here is full. Copy your text and keep it safe. "
                "Then delete old texts from your diary, or ask the people who run this site for more space."
            )
        )


class PersonStorage(Base):
    """The bytes that a person has stored by their own hand."""

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
        """Return whether the person should hear of it."""
        return self.percent >= WARN_FROM_PERCENT


def size_of(*texts: str) -> int:
    """Return what a row with these texts counts."""
    return ROW_BYTES + sum(len(text.encode()) for text in texts)


def stored_size(session: Session, *columns: InstrumentedAttribute[str]) -> ColumnElement[int]:
    """Return the sum of what the selected rows with these texts count, in SQL; the same as `size_of` says of each."""
    if session.get_bind().dialect.name == "postgresql":
        lengths = [func.octet_length(column) for column in columns]
    else:
        lengths = [func.length(cast(column, LargeBinary)) for column in columns]
    return func.coalesce(func.sum(ROW_BYTES + sum(lengths[1:], lengths[0])), 0)


def lock(session: Session, person_id: int) -> None:
    """Keep others from storing or deleting for this person until the transaction ends.

    It comes after the thing that is changed has been locked, never before, so that two never wait for each other.
    """
    _add(session, person_id, 0)


def take(session: Session, person_id: int, size: int, *, even_when_full: bool = False) -> None:
    """Count bytes that are being stored. Raises Full when there is no space for them.

    What only takes something back is let through `even_when_full`.
    """
    if _add(session, person_id, size) > most(session) and not even_when_full:
        raise Full


def give_back(session: Session, person_id: int, size: int) -> None:
    """Count bytes that are being deleted."""
    _add(session, person_id, -size)


def most(session: Session) -> int:
    """Return how many bytes each person may store; the engine carries it, for operations know no settings."""
    allowed: int = session.get_bind().get_execution_options()[PERSON_QUOTA]
    return allowed


def _adding(insert: Any, greatest: Any) -> Any:
    """Return the statement that adds to a counter, in one go, and tells what it has become."""
    added = insert(PersonStorage.__table__).values(
        person_id=bindparam("person"), bytes=greatest(bindparam("size", type_=BigInteger), 0)
    )
    # a counter that was wrong once never goes below nothing
    total = greatest(PersonStorage.bytes + bindparam("size", type_=BigInteger), 0)
    changed = added.on_conflict_do_update(index_elements=["person_id"], set_={"bytes": total})
    return changed.returning(PersonStorage.__table__.c.bytes)


# made once, for it is used in every save
_ADDING = {
    "postgresql": _adding(postgresql.insert, func.greatest),
    "sqlite": _adding(sqlite.insert, func.max),
}


def _add(session: Session, person_id: int, size: int) -> int:
    connection = session.connection()
    given = {"person": person_id, "size": size}
    total: int = connection.execute(_ADDING[connection.dialect.name], given).scalar_one()
    return total
