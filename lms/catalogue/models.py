"""Courses, the guide, and their immutable published versions."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, UTCDateTime


class Course(Base):
    __tablename__ = "courses"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    # the number of the version that new runs get
    current_number: Mapped[int]
    # of the files that the current version was made from; see lms/coursefiles/fingerprint.py
    fingerprint: Mapped[str | None] = mapped_column(String(64))


class CourseVersion(Base):
    """What was published: never changed, found by the hash of its content."""

    __tablename__ = "course_versions"
    __table_args__ = (
        UniqueConstraint("course_id", "number"),
        UniqueConstraint("course_id", "content_hash"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id", ondelete="CASCADE"))
    number: Mapped[int]
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    # the checklist that the course uses: a file name in courses/_criteria, without its ending
    checklist: Mapped[str | None] = mapped_column(String(60))
    # title, lessons, tasks, quizzes and prompts; see lms/catalogue/outline.py
    outline: Mapped[dict[str, object]] = mapped_column(JSON)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)


class LessonPage(Base):
    """One lesson in one language and wording, rendered and sanitised at publishing."""

    __tablename__ = "lesson_pages"
    __table_args__ = (UniqueConstraint("version_id", "slug", "language", "plain"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_versions.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    plain: Mapped[bool]
    title: Mapped[str] = mapped_column(String(200))
    minutes: Mapped[int]
    parts: Mapped[list[dict[str, object]]] = mapped_column(JSON)


class GuideVersion(Base):
    """The site's help and statements as they were published together; the highest number is what people read."""

    __tablename__ = "guide_versions"
    __table_args__ = (UniqueConstraint("number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    # of the files that the version was made from; see lms/coursefiles/fingerprint.py
    fingerprint: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)


class GuidePage(Base):
    """One page of the guide in one language, rendered and sanitised at publishing."""

    __tablename__ = "guide_pages"
    __table_args__ = (UniqueConstraint("version_id", "slug", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("guide_versions.id", ondelete="CASCADE"))
    slug: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    # its position among the pages
    position: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(String(500))
    # the roles that it is written for; empty for the statements, which are for everybody
    roles: Mapped[list[str]] = mapped_column(JSON)
    # the day on which its content was last checked
    checked_on: Mapped[date | None] = mapped_column(Date)
    # as in lms/coursefiles/read/guide.py: GuidePart and GuideSection
    parts: Mapped[list[dict[str, str]]] = mapped_column(JSON)
    sections: Mapped[list[dict[str, str]]] = mapped_column(JSON)
