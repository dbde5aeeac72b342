"""Writing, saving, deleting and commenting diary entries, and noting who has read them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, limits, quota, remains
from lms.diary import queries
from lms.diary.models import DiaryComment, DiaryEntry, DiaryReading, DiaryRevision
from lms.diary.queries import EntryView, Place
from lms.errors import Conflict, NotFound
from lms.i18n import _
from lms.login import SignedIn

OBJECT_TYPE = "diary_entry"


@dataclass(frozen=True)
class Content:
    """What a save may change."""

    title: str
    body: str
    shared: bool


@dataclass(frozen=True)
class Saved:
    """A save that is safe; `revision` is what the form must send with its next save."""

    entry: DiaryEntry
    revision: int


class Stale(Conflict):
    """The entry has been saved from elsewhere since the form was opened; nothing was overwritten."""

    def __init__(self, entry: DiaryEntry) -> None:
        super().__init__(_("This was changed elsewhere while you had it open. Nothing was overwritten."))
        self.entry = entry


def write(
    session: Session,
    content: Content,
    *,
    key: str,
    revision: int,
    place: Place | None,
    by: int,
    now: datetime,
) -> Saved:
    """Add an entry; a form (`key`) that has made its entry already saves that one instead. Raises Stale."""
    entry = queries.entry_by_key(session, by, key)
    if entry is None:
        try:
            with session.begin_nested():
                return Saved(_add(session, content, key=key, place=place, by=by, now=now), 1)
        except IntegrityError:
            # the same form, sent twice at once, was first on another connection
            entry = queries.entry_by_key(session, by, key)
            if entry is None:
                raise
    return save(session, entry, content, revision=revision, now=now)


def _add(
    session: Session, content: Content, *, key: str, place: Place | None, by: int, now: datetime
) -> DiaryEntry:
    limits.count(session, limits.NEW_ENTRIES, by, now=now)
    entry = DiaryEntry(
        person_id=by,
        key=key,
        title=content.title,
        body=content.body,
        run_id=place.run_id if place else None,
        lesson=place.lesson if place else None,
        prompt=place.prompt if place else None,
        shared=content.shared,
        shared_at=now if content.shared else None,
        revision=1,
        created_at=now,
        updated_at=now,
    )
    session.add(entry)
    session.flush()
    _keep_revision(session, entry, now=now)
    _tell(session, "diary.written", entry, now=now)
    if content.shared:
        _tell(session, "diary.shared", entry, now=now)
    session.flush()
    return entry


def save(session: Session, entry: DiaryEntry, content: Content, *, revision: int, now: datetime) -> Saved:
    """Save the writer's text as the next revision of a locked entry; the same content makes none.

    Raises Stale when the form was opened before the newest revision, but for a save that is sent again
    because its answer was lost on the way.
    """
    if _is_same(entry, content):
        return Saved(entry, entry.revision)
    if revision != entry.revision:
        following = queries.revision_of(session, entry.id, revision + 1)
        if following is not None and _is_same(following, content):
            return Saved(entry, following.number)
        raise Stale(entry)
    limits.count(session, limits.DIARY_SAVES, entry.person_id, now=now)
    if content.shared != entry.shared:
        entry.shared_at = now if content.shared else None
        _tell(session, "diary.shared" if content.shared else "diary.unshared", entry, now=now)
    is_taking_back = entry.shared and not content.shared and entry.body == content.body
    entry.title, entry.body, entry.shared = content.title, content.body, content.shared
    entry.revision += 1
    entry.updated_at = now
    _keep_revision(session, entry, now=now, even_when_full=is_taking_back)
    _tell(session, "diary.saved", entry, now=now)
    session.flush()
    return Saved(entry, entry.revision)


def _is_same(saved: DiaryEntry | DiaryRevision, content: Content) -> bool:
    return (saved.title, saved.body, saved.shared) == (content.title, content.body, content.shared)


def _keep_revision(
    session: Session, entry: DiaryEntry, *, now: datetime, even_when_full: bool = False
) -> None:
    size = quota.size_of(entry.title, entry.body)
    quota.take(session, entry.person_id, size, even_when_full=even_when_full)
    revision = DiaryRevision(
        entry_id=entry.id,
        number=entry.revision,
        title=entry.title,
        body=entry.body,
        shared=entry.shared,
        saved_at=now,
    )
    session.add(revision)


def _tell(session: Session, action: str, entry: DiaryEntry, *, now: datetime) -> None:
    """Write an audit line of the writer's own doing."""
    audit.record(session, action, by=entry.person_id, object_type=OBJECT_TYPE, object_id=entry.id, now=now)


def delete_entry(session: Session, entry: DiaryEntry, *, now: datetime) -> None:
    """Delete an entry with its revisions, comments and readings, for good."""
    _tell(session, "diary.deleted", entry, now=now)
    give_space_back(session, DiaryEntry.id == entry.id)
    session.execute(delete(DiaryEntry).where(DiaryEntry.id == entry.id))
    remains.expect(session)
    session.expunge(entry)
    session.flush()


def give_space_back(session: Session, which: ColumnElement[bool]) -> None:
    """Give their writers back the space of entries that are about to be deleted, with all that was said of them."""
    written = (
        select(
            DiaryEntry.person_id,
            quota.stored_size(session, DiaryRevision.title, DiaryRevision.body).label("size"),
        )
        .join(DiaryRevision, DiaryRevision.entry_id == DiaryEntry.id)
        .where(which)
        .group_by(DiaryEntry.person_id)
    )
    said = (
        select(
            DiaryComment.author_id.label("person_id"),
            quota.stored_size(session, DiaryComment.body).label("size"),
        )
        .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
        .where(which, DiaryComment.author_id.is_not(None))
        .group_by(DiaryComment.author_id)
    )
    sizes: Counter[int] = Counter()
    for row in (*session.execute(written), *session.execute(said)):
        sizes[row.person_id] += row.size
    for person_id in sorted(sizes):
        quota.give_back(session, person_id, sizes[person_id])


def comment(session: Session, entry: DiaryEntry, *, body: str, by: SignedIn, now: datetime) -> None:
    """Add a comment to a locked entry; the same words once more, with nothing between, are one comment."""
    newest = queries.newest_comment(session, entry.id)
    if newest is not None and (newest.author_id, newest.body) == (by.id, body):
        return
    limits.count(session, limits.COMMENTS, by.id, now=now)
    quota.take(session, by.id, quota.size_of(body))
    session.add(DiaryComment(entry_id=entry.id, author_id=by.id, author_name=by.name, body=body, at=now))
    audit.record(
        session,
        "diary.commented",
        by=by.id,
        object_type=OBJECT_TYPE,
        object_id=entry.id,
        about=entry.person_id if entry.person_id != by.id else None,
        now=now,
    )
    session.flush()


def note_reading(session: Session, entry: EntryView, *, by: int, now: datetime) -> None:
    """Leave the trace that the writer sees, once for each revision that a reader opens.

    Raises NotFound when the entry has been deleted meanwhile.
    """
    if queries.entry_to_change(session, entry.id) is None:
        raise NotFound
    reading = session.get(DiaryReading, (entry.id, by))
    if reading is not None and reading.revision >= entry.revision:
        return
    if reading is None:
        session.add(DiaryReading(entry_id=entry.id, reader_id=by, revision=entry.revision, read_at=now))
    else:
        reading.revision, reading.read_at = entry.revision, now
    audit.record(
        session,
        "diary.read",
        by=by,
        object_type=OBJECT_TYPE,
        object_id=entry.id,
        about=entry.person_id,
        now=now,
    )
    session.flush()
