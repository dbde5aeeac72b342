"""Who reads a diary: what is shared with an instructor, who can read what a person shares, and who has read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.diary.models import IS_PRESENT, DiaryEntry, DiaryReading
from lms.diary.queries import FOLLOWED_RUN
from lms.runs.following import followers, open_run_followed
from lms.runs.models import Enrolment


@dataclass(frozen=True)
class SharedEntry:
    """A shared entry without its text: reading the text is recorded, seeing this is not."""

    id: int
    person_id: int
    person_name: str
    title: str
    shared_at: datetime
    version: int
    # whether the reader has not opened the newest text
    is_unread: bool


@dataclass(frozen=True)
class ReadingRow:
    name: str
    revision: int
    read_at: datetime


_IS_UNREAD = func.coalesce(DiaryReading.revision, 0) < DiaryEntry.version


_SHARED = (
    select(
        DiaryEntry.id,
        DiaryEntry.person_id,
        Person.name.label("person_name"),
        DiaryEntry.title,
        DiaryEntry.shared_at,
        DiaryEntry.version.label("version"),
        _IS_UNREAD.label("is_unread"),
    )
    .join(Person, Person.id == DiaryEntry.person_id)
    .outerjoin(
        DiaryReading,
        and_(DiaryReading.entry_id == DiaryEntry.id, DiaryReading.reader_id == bindparam("reader_id")),
    )
    .where(DiaryEntry.shared, IS_PRESENT)
    .order_by(DiaryEntry.shared_at.desc(), DiaryEntry.id.desc())
)


_UNREAD_SHARED = _SHARED.where(
    DiaryEntry.person_id != bindparam("reader_id"),
    _IS_UNREAD,
    FOLLOWED_RUN.is_not(None),
).limit(bindparam("most"))

_IS_SHARED_BY = (
    DiaryEntry.person_id == bindparam("person_id"),
    DiaryEntry.person_id != bindparam("reader_id"),
    open_run_followed(bindparam("person_id"), by=bindparam("reader_id")).is_not(None),
)
_SHARED_BY = _SHARED.where(*_IS_SHARED_BY)
_SHARED_COUNT = select(func.count(DiaryEntry.id)).where(DiaryEntry.shared, IS_PRESENT, *_IS_SHARED_BY)

_FOLLOWERS = followers(of_open_runs=True)


_INSTRUCTORS_OF = (
    select(_FOLLOWERS.c.name)
    .join(Enrolment, Enrolment.run_id == _FOLLOWERS.c.run_id)
    .where(
        Enrolment.person_id == bindparam("person_id"),
        _FOLLOWERS.c.person_id != bindparam("person_id"),
        _FOLLOWERS.c.can_answer,
    )
    .distinct()
    .order_by(_FOLLOWERS.c.name)
)


def shared_count(session: Session, person_id: int, *, reader_id: int) -> int:
    """Return how many entries a person shares with a reader, as `shared_entries_of` does."""
    return session.scalar(_SHARED_COUNT, {"person_id": person_id, "reader_id": reader_id}) or 0


def shared_entries_of(
    session: Session, person_id: int, *, reader_id: int, limit: int, offset: int = 0
) -> list[SharedEntry]:
    """Return the entries that a person shares with a reader, newest first; none for a reader who no longer follows."""
    given = {"person_id": person_id, "reader_id": reader_id}
    return db.read(session, SharedEntry, _SHARED_BY.limit(limit).offset(offset), given)


def unread_shared_for(session: Session, instructor_id: int, limit: int) -> list[SharedEntry]:
    """Return the shared entries in the instructor's open runs whose newest text the instructor has not read."""
    return db.read(session, SharedEntry, _UNREAD_SHARED, {"reader_id": instructor_id, "most": limit})


def readings_of(session: Session, entry_id: int) -> list[ReadingRow]:
    """Return who has read an entry and when they last did, the latest first."""
    statement = (
        select(Person.name, DiaryReading.revision, DiaryReading.read_at)
        .join(Person, Person.id == DiaryReading.reader_id)
        .where(DiaryReading.entry_id == entry_id)
        .order_by(DiaryReading.read_at.desc(), DiaryReading.reader_id)
    )
    return db.read(session, ReadingRow, statement)


def instructors_of(session: Session, person_id: int) -> list[str]:
    """Return the names of those who can read what this person shares, without those who cannot sign in."""
    return [row.name for row in db.rows(session, _INSTRUCTORS_OF, {"person_id": person_id})]
