"""The personal data of the diary: people's entries, their comments, and what they have read."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from lms.diary import deletion, export
from lms.diary.models import IS_PRESENT, DiaryComment, DiaryEntry, DiaryReading
from lms.i18n import lazy
from lms.personal_data import Column, ExportRecord, Holding, Retained, as_moment

ROWS_AT_ONCE = 100


def _export_entries(session: Session, person_id: int) -> Iterator[ExportRecord]:
    return (export.as_row(record) for record in export.entries_of(session, person_id))


def _erase_entries(session: Session, person_id: int, now: datetime) -> None:
    """Delete the entries, including those that could still be restored, with everything that belongs to them."""
    deletion.give_space_back(session, DiaryEntry.person_id == person_id)
    session.execute(delete(DiaryEntry).where(DiaryEntry.person_id == person_id))


def _export_comments(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield the comments that a person has written; those that they have received are with the entries."""
    statement = (
        select(DiaryComment)
        .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
        .where(DiaryComment.author_id == person_id, IS_PRESENT)
        .order_by(DiaryComment.id)
    )
    for comment in session.scalars(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield {"entry": comment.entry_id, "text": comment.body, "at": comment.at.isoformat()}


def _erase_comments(session: Session, person_id: int, now: datetime) -> None:
    """Remove the name from comments on others' entries; the comments are part of the others' diaries."""
    session.execute(
        update(DiaryComment).where(DiaryComment.author_id == person_id).values(author_id=None, author_name="")
    )


def _export_readings(session: Session, person_id: int) -> Iterator[ExportRecord]:
    statement = (
        select(DiaryReading)
        .join(DiaryEntry, DiaryEntry.id == DiaryReading.entry_id)
        .where(DiaryReading.reader_id == person_id, IS_PRESENT)
        .order_by(DiaryReading.entry_id)
    )
    for reading in session.scalars(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield {"entry": reading.entry_id, "revision": reading.revision, "at": reading.read_at.isoformat()}


def _erase_readings(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(DiaryReading).where(DiaryReading.reader_id == person_id))


def _has_commented(session: Session, person_id: int) -> bool:
    found = exists().where(
        DiaryComment.author_id == person_id,
        DiaryEntry.id == DiaryComment.entry_id,
        DiaryEntry.person_id != person_id,
        IS_PRESENT,
    )
    return bool(session.scalar(select(found)))


HOLDINGS = (
    Holding(
        name="diary",
        label=lazy("Your diary with its earlier versions and what was said of it"),
        tables=frozenset({"diary_entries", "diary_revisions"}),
        export=_export_entries,
        erase=_erase_entries,
        columns={
            "title": Column(lazy("Title")),
            "text": Column(lazy("Text")),
            "shared": Column(lazy("Shared")),
            "shared_at": Column(lazy("Shared at"), as_moment),
            "lesson": Column(lazy("Lesson")),
            "created_at": Column(lazy("Made"), as_moment),
            "updated_at": Column(lazy("Changed"), as_moment),
            "revisions": Column(lazy("Versions")),
            "number": Column(lazy("Number")),
            "saved_at": Column(lazy("Saved"), as_moment),
            "comments": Column(lazy("Comments")),
            "author": Column(lazy("Who")),
            "at": Column(lazy("When"), as_moment),
            "readings": Column(lazy("Read by")),
            "reader": Column(lazy("Who")),
            "revision": Column(lazy("Version")),
        },
        unshown=frozenset({"id", "run", "prompt"}),
    ),
    Holding(
        name="diary_comments",
        label=lazy("Comments you have written in diaries"),
        tables=frozenset({"diary_comments"}),
        export=_export_comments,
        erase=_erase_comments,
        columns={
            "text": Column(lazy("Text")),
            "at": Column(lazy("When"), as_moment),
        },
        unshown=frozenset({"entry"}),
        retained=(
            Retained(
                lazy("The comments you have written in the diaries of others stay there, without your name."),
                _has_commented,
            ),
        ),
        only_unlinked=True,
    ),
    Holding(
        name="diary_readings",
        label=lazy("The shared diary entries you have read"),
        tables=frozenset({"diary_readings"}),
        export=_export_readings,
        erase=_erase_readings,
        columns={
            "revision": Column(lazy("Version")),
            "at": Column(lazy("When"), as_moment),
        },
        unshown=frozenset({"entry"}),
        of_staff=True,
    ),
)
