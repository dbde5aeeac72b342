"""A person's whole diary, read in small portions for a file."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Generic, TypeVar

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.diary.models import IS_PRESENT, DiaryComment, DiaryEntry, DiaryReading, DiaryRevision

Record = TypeVar("Record")

ROWS_AT_ONCE = 20
# few, because each may contain the longest text
REVISIONS_IN_A_RECORD = 20


@dataclass(frozen=True)
class RevisionRecord:
    number: int
    title: str
    text: str
    shared: bool
    saved_at: datetime


@dataclass(frozen=True)
class CommentRecord:
    author: str
    text: str
    at: datetime


@dataclass(frozen=True)
class ReadingRecord:
    reader: str
    revision: int
    at: datetime


@dataclass(frozen=True)
class EntryRecord:
    id: int
    title: str
    text: str
    shared: bool
    shared_at: datetime | None
    run: int | None
    lesson: str | None
    prompt: str | None
    created_at: datetime
    updated_at: datetime
    revisions: Sequence[RevisionRecord]
    comments: Sequence[CommentRecord]
    readings: Sequence[ReadingRecord]


# the order of an index; for any other, SQLite would sort the texts in memory
_IN_ORDER = (DiaryEntry.created_at, DiaryEntry.id)

_ENTRIES = select(
    DiaryEntry.id,
    DiaryEntry.title,
    DiaryEntry.body.label("text"),
    DiaryEntry.shared,
    DiaryEntry.shared_at,
    DiaryEntry.run_id.label("run"),
    DiaryEntry.lesson,
    DiaryEntry.prompt,
    DiaryEntry.created_at,
    DiaryEntry.updated_at,
).order_by(*_IN_ORDER)

_REVISIONS = (
    select(
        DiaryRevision.entry_id,
        DiaryEntry.created_at.label("entry_made_at"),
        DiaryRevision.number,
        DiaryRevision.title,
        DiaryRevision.body.label("text"),
        DiaryRevision.shared,
        DiaryRevision.saved_at,
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryRevision.entry_id)
    .order_by(*_IN_ORDER, DiaryRevision.number)
)

_COMMENTS = (
    select(
        DiaryComment.entry_id,
        DiaryEntry.created_at.label("entry_made_at"),
        DiaryComment.author_name.label("author"),
        DiaryComment.body.label("text"),
        DiaryComment.at,
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
    .order_by(*_IN_ORDER, DiaryComment.at, DiaryComment.id)
)

_READINGS = (
    select(
        DiaryReading.entry_id,
        DiaryEntry.created_at.label("entry_made_at"),
        Person.name.label("reader"),
        DiaryReading.revision,
        DiaryReading.read_at.label("at"),
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryReading.entry_id)
    .join(Person, Person.id == DiaryReading.reader_id)
    .order_by(*_IN_ORDER, DiaryReading.read_at)
)


class _Beside(Generic[Record]):
    """Records that belong to the entries, read in parallel with them and in the same order."""

    def __init__(
        self,
        session: Session,
        statement: Select[*tuple[object, ...]],
        person_id: int,
        record: Callable[..., Record],
    ) -> None:
        self._rows = _streamed(session, statement, person_id)
        self._next = next(self._rows, None)
        self._record = record

    def of(self, entry: EntryRecord) -> Iterator[Record]:
        place = (entry.created_at, entry.id)
        while self._next is not None:
            fields = dict(self._next._mapping)
            entry_id = fields.pop("entry_id")
            if (fields.pop("entry_made_at"), entry_id) > place:
                return
            self._next = next(self._rows, None)
            if entry_id == entry.id:
                yield self._record(**fields)


def entries_of(session: Session, person_id: int) -> Iterator[EntryRecord]:
    """Yield a person's whole diary, the oldest entry first, with everything that belongs to it; four queries.

    A long history continues in further records of the same entry, without its text, so that no record is large.
    """
    revisions = _Beside(session, _REVISIONS, person_id, RevisionRecord)
    readings = _Beside(session, _READINGS, person_id, ReadingRecord)
    for entry in entries_with_comments(session, person_id):
        history = revisions.of(entry)
        first = list(islice(history, REVISIONS_IN_A_RECORD))
        yield replace(entry, revisions=first, readings=list(readings.of(entry)))
        while further := list(islice(history, REVISIONS_IN_A_RECORD)):
            yield replace(entry, text="", comments=(), revisions=further)


def entries_with_comments(session: Session, person_id: int) -> Iterator[EntryRecord]:
    """Yield a person's diary as it is now, with the comments; two queries."""
    comments = _Beside(session, _COMMENTS, person_id, CommentRecord)
    for row in _streamed(session, _ENTRIES, person_id):
        entry = EntryRecord(**row._mapping, revisions=(), comments=(), readings=())
        yield replace(entry, comments=list(comments.of(entry)))


def _streamed(
    session: Session, statement: Select[*tuple[object, ...]], person_id: int
) -> Iterator[Row[*tuple[object, ...]]]:
    own = statement.where(DiaryEntry.person_id == person_id, IS_PRESENT)
    return iter(session.execute(own, execution_options={"yield_per": ROWS_AT_ONCE}))


def as_row(record: EntryRecord) -> dict[str, object]:
    """Return a record in JSON types, with ISO times."""
    plain: dict[str, object] = json.loads(json.dumps(asdict(record), default=datetime.isoformat))
    return plain
