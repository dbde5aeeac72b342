"""Reading courses, the guide, and their published versions."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, bindparam, func, select
from sqlalchemy.orm import Session

from lms.catalogue.changes import Changes, changes_between
from lms.catalogue.models import Course, CourseVersion, GuidePage, GuideVersion, LessonPage
from lms.catalogue.outline import Outline, outline_of, outlines_of
from lms.coursefiles.read.guide import GUIDE_FOLDER


@dataclass(frozen=True)
class CurrentCourse:
    """A course with one of its versions: the one that new runs get, unless another is asked for."""

    id: int
    slug: str
    version_id: int
    number: int
    outline: Outline


_VERSIONS = select(
    Course.id,
    Course.slug,
    CourseVersion.id.label("version_id"),
    CourseVersion.number,
    CourseVersion.content_hash,
).join(CourseVersion, CourseVersion.course_id == Course.id)
_CURRENT = _VERSIONS.where(CourseVersion.number == Course.current_number)


def _course(session: Session, row: Row[int, str, int, int, str]) -> CurrentCourse:
    outline = outline_of(session, row.content_hash)
    return CurrentCourse(row.id, row.slug, row.version_id, row.number, outline)


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
    """Return the course with a slug, None when there is none."""
    row = session.execute(_CURRENT.where(Course.slug == slug)).one_or_none()
    if row is None:
        return None
    return _course(session, row)


def current_course_of_id(session: Session, course_id: int) -> CurrentCourse:
    """Return a course that is known to exist."""
    row = session.execute(_CURRENT.where(Course.id == course_id)).one()
    return _course(session, row)


def course_of_version(session: Session, version_id: int) -> CurrentCourse:
    """Return a course with a version that is known to exist."""
    row = session.execute(_VERSIONS.where(CourseVersion.id == version_id)).one()
    return _course(session, row)


def course_of_number(session: Session, slug: str, number: int) -> CurrentCourse | None:
    """Return the course with a slug, in the version with a number; None when there is none."""
    statement = _VERSIONS.where(Course.slug == slug, CourseVersion.number == number)
    row = session.execute(statement).one_or_none()
    if row is None:
        return None
    return _course(session, row)


def fingerprints(session: Session) -> dict[str, tuple[str | None, int]]:
    """Return the fingerprint and the number of each course's and the guide's current version, by folder."""
    rows = session.execute(select(Course.slug, Course.fingerprint, Course.current_number))
    found: dict[str, tuple[str | None, int]] = {
        row.slug: (row.fingerprint, row.current_number) for row in rows
    }
    guide = guide_for_publishing(session)
    return {**found, GUIDE_FOLDER: (guide.fingerprint, guide.number)} if guide else found


def course_for_publishing(session: Session, slug: str) -> Course | None:
    """Return the course, locked, so that two publishers do not use the same version number."""
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


@dataclass(frozen=True)
class GuideEntry:
    """A page of the guide as listed among the pages."""

    slug: str
    title: str
    summary: str
    roles: frozenset[str]


_CURRENT_GUIDE = select(func.max(GuideVersion.number)).scalar_subquery()
_GUIDE_ENTRIES = (
    select(GuidePage.slug, GuidePage.title, GuidePage.summary, GuidePage.roles)
    .join(GuideVersion, GuideVersion.id == GuidePage.version_id)
    .where(GuideVersion.number == _CURRENT_GUIDE, GuidePage.language == bindparam("language"))
    .order_by(GuidePage.position)
)


def guide_entries(session: Session, language: str) -> list[GuideEntry]:
    """Return the pages of the current guide in their order; none before the guide is published."""
    rows = session.execute(_GUIDE_ENTRIES, {"language": language})
    return [GuideEntry(row.slug, row.title, row.summary, frozenset(row.roles)) for row in rows]


def guide_page(session: Session, slug: str, language: str) -> GuidePage | None:
    """Return a page of the current guide, None when there is none."""
    statement = (
        select(GuidePage)
        .join(GuideVersion, GuideVersion.id == GuidePage.version_id)
        .where(GuideVersion.number == _CURRENT_GUIDE, GuidePage.slug == slug, GuidePage.language == language)
    )
    return session.scalar(statement)


def guide_for_publishing(session: Session) -> GuideVersion | None:
    """Return the current guide, None before the first."""
    return session.scalar(select(GuideVersion).where(GuideVersion.number == _CURRENT_GUIDE))


def guide_contents(session: Session, version_id: int) -> dict[tuple[str, str], dict[str, Any]]:
    """Return the content of a version's pages, by slug and language."""
    columns = [column for column in GuidePage.__table__.columns if column.name not in ("id", "version_id")]
    found = {}
    for row in session.execute(select(*columns).where(GuidePage.version_id == version_id)).mappings():
        content = dict(row)
        found[(content.pop("slug"), content.pop("language"))] = content
    return found
