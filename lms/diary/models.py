"""Diary entries, every revision of them, and comments."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, UTCDateTime

# what an entry is called in audit lines
OBJECT_TYPE = "diary_entry"


class DiaryEntry(Base):
    __tablename__ = "diary_entries"
    __table_args__ = (
        UniqueConstraint("person_id", "key"),
        Index("ix_diary_entries_person", "person_id", "created_at"),
        Index("ix_diary_entries_shared", "person_id", "shared", "shared_at"),
        Index(
            "ix_diary_entries_deleted_at",
            "deleted_at",
            sqlite_where=text("deleted_at IS NOT NULL"),
            postgresql_where=text("deleted_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    # a random key made with the empty form: the same form sent twice is one entry
    key: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    # the lesson or prompt that the entry was started from, if any
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), index=True)
    lesson: Mapped[str | None] = mapped_column(String(60))
    prompt: Mapped[str | None] = mapped_column(String(40))
    shared: Mapped[bool]
    shared_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # the number of the newest revision; compared with the version that a form was shown
    version: Mapped[int] = mapped_column("revision")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # a deleted entry is hidden, and retained for the minutes in which its writer can restore it
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# for every query of entries except those of deleting
IS_PRESENT = DiaryEntry.deleted_at.is_(None)


class DiaryRevision(Base):
    """An entry as it was saved; never changed."""

    __tablename__ = "diary_revisions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("diary_entries.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    shared: Mapped[bool]
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)


class DiaryComment(Base):
    __tablename__ = "diary_comments"
    __table_args__ = (Index("ix_diary_comments_entry", "entry_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("diary_entries.id", ondelete="CASCADE"))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    # the name as it was then
    author_name: Mapped[str] = mapped_column(String(100))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class DiaryReading(Base):
    """The newest revision of a shared entry that an instructor has opened."""

    __tablename__ = "diary_readings"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("diary_entries.id", ondelete="CASCADE"), primary_key=True
    )
    reader_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    revision: Mapped[int]
    read_at: Mapped[datetime] = mapped_column(UTCDateTime)
