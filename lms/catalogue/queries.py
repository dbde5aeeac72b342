"""Reading courses and their published versions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.catalogue.changes import Changes, changes_between
from lms.catalogue.models import Course, CourseVersion, LessonPage
from lms.catalogue.outline import Outline, outline_of, outlines_of


@dataclass(frozen=True)
class CurrentCourse:
    """A course with the version that new runs take."""

    id: int
    slug: str
    version_id: int
    number: int
    outline: Outline


_CURRENT = select(
    Course.id,
    Course.slug,
    CourseVersion.id.label("version_id"),
    CourseVersion.number,
    CourseVersion.content_hash,
).join(
    CourseVersion, and_(CourseVersion.course_id == Course.id, CourseVersion.number == Course.current_number)
)


def current_courses(session: Session) -> list[CurrentCourse]:
    """Return every course, easiest first, then by title."""
    rows = session.execute(_CURRENT).all()
    outlines = outlines_of(session, [row.content_hash for row in rows])
    courses = [
        CurrentCourse(row.id, row.slug, row.version_id, row.number, outlines[row.content_hash])
        for row in rows
    ]
    return sorted(
        courses, key=lambda course: (course.outline.level, course.outline.title.casefold(), course.slug)
    )


def current_course(session: Session, slug: str) -> CurrentCourse | None:
    """Return the course of an address, None when there is none."""
    row = session.execute(_CURRENT.where(Course.slug == slug)).one_or_none()
    if row is None:
        return None
    return CurrentCourse(row.id, row.slug, row.version_id, row.number, outline_of(session, row.content_hash))


def current_course_of_id(session: Session, course_id: int) -> CurrentCourse:
    """Return a course that is known to exist."""
    row = session.execute(_CURRENT.where(Course.id == course_id)).one()
    return CurrentCourse(row.id, row.slug, row.version_id, row.number, outline_of(session, row.content_hash))


def fingerprints(session: Session) -> dict[str, tuple[str | None, int]]:
    """Return each course's fingerprint and the number of its current version, by slug."""
    rows = session.execute(select(Course.slug, Course.fingerprint, Course.current_number))
    return {row.slug: (row.fingerprint, row.current_number) for row in rows}


def course_for_publishing(session: Session, slug: str) -> Course | None:
    """Return the course and hold it, so that two publishers do not draw the same number."""
    return session.scalar(select(Course).where(Course.slug == slug).with_for_update())


def version_of_hash(session: Session, course_id: int, content_hash: str) -> CourseVersion | None:
    return session.scalar(
        select(CourseVersion).where(
            CourseVersion.course_id == course_id, CourseVersion.content_hash == content_hash
        )
    )


def version_of_number(session: Session, course_id: int, number: int) -> CourseVersion | None:
    return session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course_id, CourseVersion.number == number)
    )


def highest_number(session: Session, course_id: int) -> int:
    statement = select(func.max(CourseVersion.number)).where(CourseVersion.course_id == course_id)
    return session.scalar(statement) or 0


def changes_of(session: Session, old_version_id: int, new_version_id: int) -> Changes:
    """Return what differs between two versions of a course."""
    ids = (old_version_id, new_version_id)
    statement = select(CourseVersion.id, CourseVersion.content_hash).where(CourseVersion.id.in_(ids))
    hashes = {row.id: row.content_hash for row in session.execute(statement)}
    outlines = outlines_of(session, list(hashes.values()))
    texts = _texts_of(session, ids)
    return changes_between(
        outlines[hashes[old_version_id]],
        outlines[hashes[new_version_id]],
        texts[old_version_id],
        texts[new_version_id],
    )


def _texts_of(session: Session, version_ids: Sequence[int]) -> dict[int, dict[str, list[Any]]]:
    """Return each version's pages by lesson, in one order so that they can be compared."""
    statement = (
        select(
            LessonPage.version_id, LessonPage.slug, LessonPage.language, LessonPage.plain, LessonPage.title
        )
        .add_columns(LessonPage.minutes, LessonPage.parts)
        .where(LessonPage.version_id.in_(version_ids))
        .order_by(LessonPage.language, LessonPage.plain)
    )
    texts: dict[int, dict[str, list[Any]]] = {version_id: defaultdict(list) for version_id in version_ids}
    for version_id, slug, *page in session.execute(statement):
        texts[version_id][slug].append(page)
    return texts
