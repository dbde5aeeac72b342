"""The whole diary of a person as one file to keep: a readable page and JSON."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from io import BytesIO
from typing import TypeVar
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.clock import HELSINKI
from lms.diary.models import DiaryComment, DiaryEntry, DiaryReading, DiaryRevision

Record = TypeVar("Record")


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
).order_by(DiaryEntry.id)

_REVISIONS = (
    select(
        DiaryRevision.entry_id,
        DiaryRevision.number,
        DiaryRevision.title,
        DiaryRevision.body.label("text"),
        DiaryRevision.shared,
        DiaryRevision.saved_at,
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryRevision.entry_id)
    .order_by(DiaryRevision.number)
)

_COMMENTS = (
    select(
        DiaryComment.entry_id,
        DiaryComment.author_name.label("author"),
        DiaryComment.body.label("text"),
        DiaryComment.at,
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
    .order_by(DiaryComment.id)
)

_READINGS = (
    select(
        DiaryReading.entry_id,
        Person.name.label("reader"),
        DiaryReading.revision,
        DiaryReading.read_at.label("at"),
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryReading.entry_id)
    .join(Person, Person.id == DiaryReading.reader_id)
    .order_by(DiaryReading.read_at)
)


def entries_of(session: Session, person_id: int) -> list[EntryRecord]:
    """Return a person's whole diary, the oldest entry first, with all that hangs on it; four queries."""
    revisions = _by_entry(session, _REVISIONS, person_id, RevisionRecord)
    comments = _by_entry(session, _COMMENTS, person_id, CommentRecord)
    readings = _by_entry(session, _READINGS, person_id, ReadingRecord)
    return [
        EntryRecord(
            **row._mapping,
            revisions=revisions[row.id],
            comments=comments[row.id],
            readings=readings[row.id],
        )
        for row in session.execute(_ENTRIES.where(DiaryEntry.person_id == person_id))
    ]


def _by_entry(
    session: Session,
    statement: Select[*tuple[object, ...]],
    person_id: int,
    record: Callable[..., Record],
) -> dict[int, list[Record]]:
    found: dict[int, list[Record]] = defaultdict(list)
    for row in session.execute(statement.where(DiaryEntry.person_id == person_id)):
        fields = dict(row._mapping)
        found[fields.pop("entry_id")].append(record(**fields))
    return found


def as_row(record: EntryRecord) -> dict[str, object]:
    """Return a record as JSON takes it, with ISO times."""
    plain: dict[str, object] = json.loads(json.dumps(asdict(record), default=datetime.isoformat))
    return plain


def archive(page: str, records: Iterable[EntryRecord], *, stem: str, now: datetime) -> bytes:
    """Return a ZIP with the page and the same as JSON."""
    data = json.dumps([as_row(record) for record in records], ensure_ascii=False, indent=2)
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name, text in ((f"{stem}.html", page), (f"{stem}.json", data)):
            info = ZipInfo(name, now.astimezone(HELSINKI).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, text.encode())
    return packed.getvalue()
