"""Writing, saving, restoring and commenting on diary entries, and recording who has read them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms import audit, limits, quota, versions
from lms.diary import queries
from lms.diary.models import OBJECT_TYPE, DiaryComment, DiaryEntry, DiaryReading, DiaryRevision
from lms.diary.queries import EntryView, Origin
from lms.errors import ChangedElsewhere, Conflict, NotFound
from lms.i18n import _
from lms.login import Actor


@dataclass(frozen=True)
class EntryContent:
    """What a save may change; `shared` is None when the save does not change it."""

    title: str
    body: str
    shared: bool | None


@dataclass(frozen=True)
class Saved:
    """A successful save; `version` is what the form must send with its next save."""

    entry: DiaryEntry
    version: int
    # whether this save changed who may read the entry
    changed_readers: bool = False


class Stale(ChangedElsewhere):
    """The entry was saved from elsewhere since the form was opened; nothing was overwritten."""

    def __init__(self, entry: DiaryEntry) -> None:
        super().__init__(_("This was changed elsewhere while you had it open. Nothing was overwritten."))
        self.entry = entry


def write(
    session: Session,
    content: EntryContent,
    *,
    key: str,
    version: int,
    origin: Origin | None,
    by: int,
    now: datetime,
) -> Saved:
    """Add an entry, or save the one that the same form (`key`) has created already. Raises Stale."""
    added = _add(session, content, key=key, origin=origin, by=by, now=now)
    if added is not None:
        return Saved(added, 1, changed_readers=added.shared)
    entry = queries.entry_by_key(session, by, key)
    if entry is None:
        raise Conflict(_("This changed while you had it open. Look at it again."))
    return save(session, entry, content, version=version, now=now)


def _adding(insert: Any) -> Any:
    """Return the statement that adds an entry unless the same form has done so already."""
    added = insert(DiaryEntry).on_conflict_do_nothing(index_elements=["person_id", "key"])
    return added.returning(DiaryEntry)


# built once, because every save of a new text uses it
_ADDING = {"postgresql": _adding(postgresql.insert), "sqlite": _adding(sqlite.insert)}


def _add(
    session: Session, content: EntryContent, *, key: str, origin: Origin | None, by: int, now: datetime
) -> DiaryEntry | None:
    """Return a new entry, None when the form has created its entry already."""
    row = {
        "person_id": by,
        "key": key,
        "title": content.title,
        "body": content.body,
        "run_id": origin.run_id if origin else None,
        "lesson": origin.lesson if origin else None,
        "prompt": origin.prompt if origin else None,
        "shared": bool(content.shared),
        "shared_at": now if content.shared else None,
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    entry: DiaryEntry | None = session.scalars(_ADDING[session.get_bind().dialect.name], [row]).one_or_none()
    if entry is None:
        return None
    limits.count(session, limits.NEW_ENTRIES, by, now=now)
    _add_revision(session, entry, now=now)
    _audit(session, "diary.written", entry, now=now)
    if content.shared:
        _audit(session, "diary.shared", entry, now=now)
    session.flush()
    return entry


def save(session: Session, entry: DiaryEntry, content: EntryContent, *, version: int, now: datetime) -> Saved:
    """Save the writer's text as the next revision of a locked entry; unchanged content adds none.

    Raises Stale when the form was opened before the newest revision, except for a save that is sent again
    because the response was lost.
    """
    if _is_same(entry, content):
        return Saved(entry, entry.version)
    if not versions.is_current(version, entry.version):
        following = queries.revision_of(session, entry.id, version + 1)
        if following is not None and _is_same(following, content):
            return Saved(entry, following.number)
        raise Stale(entry)
    limits.count(session, limits.DIARY_SAVES, entry.person_id, now=now)
    changed_readers = content.shared not in (None, entry.shared)
    is_taking_back = entry.shared and content.shared is False and entry.body == content.body
    if changed_readers:
        entry.shared, entry.shared_at = bool(content.shared), now if content.shared else None
        _audit(session, "diary.shared" if content.shared else "diary.unshared", entry, now=now)
    entry.title, entry.body = content.title, content.body
    entry.version += 1
    entry.updated_at = now
    _add_revision(session, entry, now=now, even_when_full=is_taking_back)
    _audit(session, "diary.saved", entry, now=now)
    session.flush()
    return Saved(entry, entry.version, changed_readers=changed_readers)


def restore(session: Session, entry: DiaryEntry, number: int, *, now: datetime) -> Saved:
    """Make an earlier text of a locked entry its newest one; the replaced text remains among the earlier ones.

    Restoring a text that was saved unshared leaves the entry unshared. Raises NotFound for
    a number that the entry does not have.
    """
    earlier = queries.revision_of(session, entry.id, number)
    if earlier is None:
        raise NotFound
    content = EntryContent(earlier.title, earlier.body, shared=entry.shared and earlier.shared)
    replaced = entry.version
    saved = save(session, entry, content, version=replaced, now=now)
    if saved.version > replaced:
        _audit(session, "diary.restored", entry, now=now)
        session.flush()
    return saved


def _is_same(saved: DiaryEntry | DiaryRevision, content: EntryContent) -> bool:
    is_same_text = (saved.title, saved.body) == (content.title, content.body)
    return is_same_text and content.shared in (None, saved.shared)


def _add_revision(
    session: Session, entry: DiaryEntry, *, now: datetime, even_when_full: bool = False
) -> None:
    size = quota.size_of(entry.title, entry.body)
    quota.take(session, entry.person_id, size, even_when_full=even_when_full)
    revision = DiaryRevision(
        entry_id=entry.id,
        number=entry.version,
        title=entry.title,
        body=entry.body,
        shared=entry.shared,
        saved_at=now,
    )
    session.add(revision)


def _audit(session: Session, action: str, entry: DiaryEntry, *, now: datetime) -> None:
    """Add an audit line for the writer's own action."""
    audit.record(session, action, by=entry.person_id, object_type=OBJECT_TYPE, object_id=entry.id, now=now)


def comment(session: Session, entry: DiaryEntry, *, body: str, by: Actor, now: datetime) -> None:
    """Add a comment to a locked entry, unless it repeats the author's newest comment there."""
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
    """Record, once per revision, that a reader opened it; the writer can see this.

    Raises NotFound when the entry has been deleted meanwhile.
    """
    if queries.entry_to_change(session, entry.id) is None:
        raise NotFound
    reading = session.get(DiaryReading, (entry.id, by))
    if reading is not None and reading.revision >= entry.version:
        return
    if reading is None:
        session.add(DiaryReading(entry_id=entry.id, reader_id=by, revision=entry.version, read_at=now))
    else:
        reading.revision, reading.read_at = entry.version, now
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
