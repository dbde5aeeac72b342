"""Deleting an entry: hidden from everybody at once, removed for good after ten minutes; until then it can be restored."""

import secrets
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.orm import Session

from lms import audit, db, limits, quota, scrubbing
from lms.diary.models import IS_PRESENT, OBJECT_TYPE, DiaryComment, DiaryEntry, DiaryRevision
from lms.errors import Conflict, NotFound
from lms.i18n import _

UNDO_WITHIN = timedelta(minutes=10)
# when more were deleted in ten minutes, the older ones appear once these have been restored
MOST_SHOWN = 10

DELETED, BROUGHT_BACK = "diary.deleted", "diary.undeleted"


@dataclass(frozen=True)
class DeletedEntry:
    """A deleted entry that its writer can still restore."""

    id: int
    title: str
    deleted_at: datetime

    @property
    def until(self) -> datetime:
        return self.deleted_at + UNDO_WITHIN


_DELETED_LATELY = (
    select(DiaryEntry.id, DiaryEntry.title, DiaryEntry.deleted_at)
    .where(DiaryEntry.person_id == bindparam("person_id"), DiaryEntry.deleted_at > bindparam("since"))
    .order_by(DiaryEntry.deleted_at.desc(), DiaryEntry.id.desc())
    .limit(MOST_SHOWN)
)


def deleted_lately(session: Session, person_id: int, *, now: datetime) -> list[DeletedEntry]:
    """Return the entries that a person can still restore, the newest first."""
    given = {"person_id": person_id, "since": now - UNDO_WITHIN}
    return db.read(session, DeletedEntry, _DELETED_LATELY, given)


def delete_entry(session: Session, entry: DiaryEntry, *, now: datetime) -> None:
    """Delete a locked entry; its writer can restore it for ten minutes, but its space is free at once."""
    limits.count(session, limits.DELETIONS, entry.person_id, now=now)
    give_space_back(session, DiaryEntry.id == entry.id)
    entry.deleted_at = now
    # with a new key, a form that is still open elsewhere saves a new entry and its text is not lost
    entry.key = secrets.token_urlsafe(16)
    audit.record(session, DELETED, by=entry.person_id, object_type=OBJECT_TYPE, object_id=entry.id, now=now)
    session.flush()
    remove_for_good(session, now=now)


def undelete_entry(session: Session, entry_id: int, *, by: int, now: datetime) -> None:
    """Undo a deletion; a second call changes nothing. Raises NotFound for all but the writer, Conflict when too late."""
    entry = session.scalar(select(DiaryEntry).where(DiaryEntry.id == entry_id).with_for_update())
    too_late = Conflict(_("A deleted text can be brought back for ten minutes. They have passed."))
    if entry is None or entry.person_id != by:
        raise too_late if _has_done(session, DELETED, entry_id, by=by) else NotFound
    if entry.deleted_at is None and _has_done(session, BROUGHT_BACK, entry_id, by=by):
        return
    # not deleted: SQLite may have given the id of a removed entry to a new one
    if entry.deleted_at is None or now - entry.deleted_at > UNDO_WITHIN:
        raise too_late
    entry.deleted_at = None
    session.flush()
    for writer_id, size in _sizes(session, DiaryEntry.id == entry.id):
        quota.take(session, writer_id, size, even_when_full=True)
    audit.record(session, BROUGHT_BACK, by=by, object_type=OBJECT_TYPE, object_id=entry.id, now=now)
    session.flush()


def _has_done(session: Session, action: str, entry_id: int, *, by: int) -> bool:
    return audit.was_done(session, action, by=by, object_type=OBJECT_TYPE, object_id=entry_id)


def remove_for_good(session: Session, *, now: datetime) -> None:
    """Remove every entry whose ten minutes have passed, with everything that belongs to it.

    Entries that another transaction has locked are left for the next time, so that nobody waits.
    """
    late = select(DiaryEntry.id).where(DiaryEntry.deleted_at < now - UNDO_WITHIN)
    if not (found := session.scalars(late.with_for_update(skip_locked=True)).all()):
        return
    gone = delete(DiaryEntry).where(DiaryEntry.id.in_(found))
    session.execute(gone.execution_options(synchronize_session=False))
    scrubbing.schedule(session)


def give_space_back(session: Session, which: ColumnElement[bool]) -> None:
    """Free the space of entries that are about to be deleted, for their writers and for those who commented on them."""
    for person_id, size in _sizes(session, which):
        quota.give_back(session, person_id, size)


def _sizes(session: Session, which: ColumnElement[bool]) -> list[tuple[int, int]]:
    """Return how many bytes each person has in those of these entries that are not deleted, in a fixed order."""
    written = (
        select(
            DiaryEntry.person_id,
            quota.stored_size(session, DiaryRevision.title, DiaryRevision.body).label("size"),
        )
        .join(DiaryRevision, DiaryRevision.entry_id == DiaryEntry.id)
        .where(which, IS_PRESENT)
        .group_by(DiaryEntry.person_id)
    )
    said = (
        select(
            DiaryComment.author_id.label("person_id"),
            quota.stored_size(session, DiaryComment.body).label("size"),
        )
        .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
        .where(which, IS_PRESENT, DiaryComment.author_id.is_not(None))
        .group_by(DiaryComment.author_id)
    )
    sizes: Counter[int] = Counter()
    for row in (*session.execute(written), *session.execute(said)):
        sizes[row.person_id] += row.size
    return sorted(sizes.items())
