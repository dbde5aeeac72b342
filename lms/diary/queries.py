"""Reading diary entries, their earlier texts, and the comments on them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.diary.models import IS_PRESENT, DiaryComment, DiaryEntry, DiaryReading, DiaryRevision
from lms.runs import queries as run_queries
from lms.runs.following import open_run_followed

START_LENGTH = 220


@dataclass(frozen=True)
class EntryRow:
    """An entry as the card of a lesson's prompt edits it."""

    id: int
    title: str
    body: str
    shared: bool
    version: int
    updated_at: datetime


@dataclass(frozen=True)
class EntryLine:
    """An entry in a list, with the beginning of its text, possibly cut within a word."""

    id: int
    title: str
    beginning: str
    shared: bool
    created_at: datetime
    updated_at: datetime
    comment_count: int

    @property
    def start(self) -> str:
        """Return the first words of the text on one line, cut between words."""
        line = " ".join(self.beginning.split())
        if len(self.beginning) <= START_LENGTH:
            return line
        return line[:START_LENGTH].rsplit(" ", 1)[0].rstrip(".,;:–-") + " …"


@dataclass(frozen=True)
class EntryView:
    """An entry as one person sees it."""

    id: int
    person_id: int
    person_name: str
    title: str
    body: str
    run_id: int | None
    lesson: str | None
    prompt: str | None
    shared: bool
    version: int
    created_at: datetime
    updated_at: datetime
    # the newest revision that this person is recorded to have read
    read_revision: int | None
    # the open run in which this person is the writer's instructor
    followed_run_id: int | None
    comment_count: int


@dataclass(frozen=True)
class RevisionRow:
    number: int
    title: str
    body: str
    shared: bool
    saved_at: datetime


@dataclass(frozen=True)
class CommentRow:
    author_id: int | None
    # empty when the author's account has been erased
    author_name: str
    body: str
    at: datetime


@dataclass(frozen=True)
class Origin:
    """Where an entry was started: in a lesson of a run, from a prompt if it answers one."""

    run_id: int
    lesson: str | None
    lesson_title: str
    prompt: str | None
    prompt_title: str
    # whether the reader may open the lesson
    may_open: bool


# the open run in which this person follows the writer
FOLLOWED_RUN = open_run_followed(DiaryEntry.person_id, by=bindparam("reader_id"))

_COMMENT_COUNT = (
    select(func.count())
    .select_from(DiaryComment)
    .where(DiaryComment.entry_id == DiaryEntry.id)
    .correlate(DiaryEntry)
    .scalar_subquery()
)

_ENTRY_FOR = (
    select(
        DiaryEntry.id,
        DiaryEntry.person_id,
        Person.name.label("person_name"),
        DiaryEntry.title,
        DiaryEntry.body,
        DiaryEntry.run_id,
        DiaryEntry.lesson,
        DiaryEntry.prompt,
        DiaryEntry.shared,
        DiaryEntry.version.label("version"),
        DiaryEntry.created_at,
        DiaryEntry.updated_at,
        DiaryReading.revision.label("read_revision"),
        FOLLOWED_RUN.label("followed_run_id"),
        _COMMENT_COUNT.label("comment_count"),
    )
    .join(Person, Person.id == DiaryEntry.person_id)
    .outerjoin(
        DiaryReading,
        and_(DiaryReading.entry_id == DiaryEntry.id, DiaryReading.reader_id == bindparam("reader_id")),
    )
    .where(DiaryEntry.id == bindparam("entry_id"), IS_PRESENT)
)

_ENTRIES_OF = (
    select(
        DiaryEntry.id,
        DiaryEntry.title,
        func.substr(DiaryEntry.body, 1, START_LENGTH + 1).label("beginning"),
        DiaryEntry.shared,
        DiaryEntry.created_at,
        DiaryEntry.updated_at,
        _COMMENT_COUNT.label("comment_count"),
    )
    .where(DiaryEntry.person_id == bindparam("person_id"), IS_PRESENT)
    .order_by(DiaryEntry.id.desc())
)

_NEWEST_OF_PROMPTS = (
    select(func.max(DiaryEntry.id))
    .where(
        DiaryEntry.person_id == bindparam("person_id"),
        DiaryEntry.run_id == bindparam("run_id"),
        DiaryEntry.lesson == bindparam("lesson"),
        DiaryEntry.prompt.is_not(None),
        IS_PRESENT,
    )
    .group_by(DiaryEntry.prompt)
)

_PROMPT_ENTRIES = (
    select(
        DiaryEntry.prompt,
        DiaryEntry.id,
        DiaryEntry.title,
        DiaryEntry.body,
        DiaryEntry.shared,
        DiaryEntry.version.label("version"),
        DiaryEntry.updated_at,
    )
    .where(DiaryEntry.id.in_(_NEWEST_OF_PROMPTS))
    .order_by(DiaryEntry.id)
)


_ENTRY_TO_CHANGE = (
    select(DiaryEntry).where(DiaryEntry.id == bindparam("entry_id"), IS_PRESENT).with_for_update()
)

_ENTRY_BY_KEY = (
    select(DiaryEntry)
    .where(DiaryEntry.person_id == bindparam("person_id"), DiaryEntry.key == bindparam("key"), IS_PRESENT)
    .with_for_update()
)


def entries_of(session: Session, person_id: int, limit: int, offset: int = 0) -> list[EntryLine]:
    """Return a person's entries, the newest first."""
    return db.read(session, EntryLine, _ENTRIES_OF.limit(limit).offset(offset), {"person_id": person_id})


def entry_count(session: Session, person_id: int) -> int:
    own = select(func.count()).select_from(DiaryEntry).where(DiaryEntry.person_id == person_id, IS_PRESENT)
    return session.scalar(own) or 0


def prompt_entries(session: Session, person_id: int, run_id: int, lesson: str) -> dict[str, EntryRow]:
    """Return a person's newest answer to each prompt of a lesson, by prompt."""
    given = {"person_id": person_id, "run_id": run_id, "lesson": lesson}
    rows = db.rows(session, _PROMPT_ENTRIES, given)
    return {
        row.prompt: EntryRow(row.id, row.title, row.body, row.shared, row.version, row.updated_at)
        for row in rows
    }


def entry_for(session: Session, entry_id: int, reader_id: int) -> EntryView | None:
    """Return an entry as this person sees it, in one query; the policy decides what they may do with it."""
    found = db.read(session, EntryView, _ENTRY_FOR, {"entry_id": entry_id, "reader_id": reader_id})
    return found[0] if found else None


def entry_to_change(session: Session, entry_id: int) -> DiaryEntry | None:
    """Return an entry with its row locked until the transaction ends."""
    return session.scalar(_ENTRY_TO_CHANGE, {"entry_id": entry_id})


def entry_by_key(session: Session, person_id: int, key: str) -> DiaryEntry | None:
    """Return the entry that a form has created already, with its row locked until the transaction ends."""
    return session.scalar(_ENTRY_BY_KEY, {"person_id": person_id, "key": key})


def revision_of(session: Session, entry_id: int, number: int) -> DiaryRevision | None:
    of_entry = select(DiaryRevision).where(DiaryRevision.entry_id == entry_id)
    return session.scalar(of_entry.where(DiaryRevision.number == number))


def revisions_of(session: Session, entry_id: int, *, below: int, limit: int) -> list[RevisionRow]:
    """Return the saved texts of an entry whose number is under `below`, the newest first."""
    columns = (
        DiaryRevision.number,
        DiaryRevision.title,
        DiaryRevision.body,
        DiaryRevision.shared,
        DiaryRevision.saved_at,
    )
    statement = (
        select(*columns)
        .where(DiaryRevision.entry_id == entry_id, DiaryRevision.number < below)
        .order_by(DiaryRevision.number.desc())
        .limit(limit)
    )
    return db.read(session, RevisionRow, statement)


def comments_of(session: Session, entry_id: int, *, limit: int, offset: int = 0) -> list[CommentRow]:
    """Return the newest comments of an entry but `offset`, the oldest of them first."""
    statement = (
        select(DiaryComment.author_id, DiaryComment.author_name, DiaryComment.body, DiaryComment.at)
        .where(DiaryComment.entry_id == entry_id)
        .order_by(DiaryComment.at.desc(), DiaryComment.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return db.read(session, CommentRow, statement)[::-1]


def newest_comment(session: Session, entry_id: int) -> DiaryComment | None:
    statement = select(DiaryComment).where(DiaryComment.entry_id == entry_id)
    return session.scalar(statement.order_by(DiaryComment.id.desc()).limit(1))


def origin_of(
    session: Session, entry: EntryView | DiaryEntry, reader_id: int, language: str
) -> Origin | None:
    """Return where an entry was started, None when that was in the diary or the lesson no longer exists."""
    if entry.run_id is None:
        return None
    run = run_queries.run_for(session, entry.run_id, reader_id)
    lesson = run.outline.lessons_by_slug.get(entry.lesson or "") if run else None
    if run is None or lesson is None:
        return None
    prompts = {prompt.id: prompt.title for prompt in lesson.prompts}
    return Origin(
        run_id=run.id,
        lesson=lesson.slug,
        lesson_title=lesson.title_in(language),
        prompt=entry.prompt,
        prompt_title=prompts.get(entry.prompt or "", ""),
        may_open=run.enrolment_id is not None or run.is_instructor,
    )
