"""Publishing courses and the guide: each content once, as a version that never changes."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit
from lms.catalogue import queries
from lms.catalogue.changes import Changes
from lms.catalogue.models import Course, CourseVersion, GuidePage, GuideVersion, LessonPage
from lms.coursefiles import course_json
from lms.coursefiles.course import CourseSource
from lms.coursefiles.read.guide import GuideText
from lms.errors import Conflict


@dataclass(frozen=True)
class PublishedVersion:
    """The version that is current now; `changes` against the one before, None when there was none."""

    version: CourseVersion
    is_new: bool
    is_changed: bool
    changes: Changes | None = None


def publish_course(
    session: Session, course: CourseSource, now: datetime, *, fingerprint: str | None = None
) -> PublishedVersion:
    """Make the course's content its current version; content that was published before is not stored again.

    The media files must be stored already: a row never names a file that is not there.
    """
    row = _course_row(session, course.slug)
    row.fingerprint = fingerprint
    content_hash = course_json.content_hash(course)
    before = queries.version_of_number(session, row.id, row.current_number)
    if before and before.content_hash == content_hash:
        return PublishedVersion(before, is_new=False, is_changed=False)
    known = queries.version_of_hash(session, row.id, content_hash)
    version = known or _add_version(session, row, course, content_hash=content_hash, now=now)
    row.current_number = version.number
    session.flush()
    audit.record(
        session, "course.published", by=None, object_type="course_version", object_id=version.id, now=now
    )
    changes = queries.changes_of(session, before.id, version.id) if before else None
    return PublishedVersion(version, is_new=known is None, is_changed=True, changes=changes)


def _course_row(session: Session, slug: str) -> Course:
    row = queries.course_for_publishing(session, slug)
    if row is None:
        row = Course(slug=slug, current_number=0)
        session.add(row)
        _flush_first(session, slug)
    return row


def _flush_first(session: Session, slug: str) -> None:
    """Raises Conflict when somebody publishes the same for the first time at the same time."""
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(f"{slug} is being published elsewhere; publish again") from None


def _add_version(
    session: Session, row: Course, course: CourseSource, *, content_hash: str, now: datetime
) -> CourseVersion:
    version = CourseVersion(
        course_id=row.id,
        number=queries.highest_number(session, row.id) + 1,
        content_hash=content_hash,
        checklist=course.checklist,
        outline=course_json.outline(course),
        published_at=now,
    )
    session.add(version)
    session.flush()
    session.add_all(
        LessonPage(
            version_id=version.id,
            slug=page.slug,
            language=page.language,
            plain=page.plain,
            title=page.content["title"],
            minutes=page.content["minutes"],
            parts=page.content["parts"],
        )
        for page in course_json.pages(course)
    )
    session.flush()
    return version


@dataclass(frozen=True)
class PublishedGuide:
    """The number of the guide's current version, and the pages that differ from the version before."""

    number: int
    is_changed: bool
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()


def publish_guide(
    session: Session, pages: Sequence[GuideText], now: datetime, *, fingerprint: str
) -> PublishedGuide:
    """Make the pages the guide that people read; earlier versions stay, so that one can see what a statement said.

    Raises Conflict when somebody publishes the guide at the same time.
    """
    before = queries.guide_for_publishing(session)
    old = queries.guide_contents(session, before.id) if before else {}
    new = {(page.slug, page.language): _guide_content(page) for page in pages}
    if before and old == new:
        before.fingerprint = fingerprint
        return PublishedGuide(before.number, is_changed=False)
    version = GuideVersion(
        number=before.number + 1 if before else 1, fingerprint=fingerprint, published_at=now
    )
    session.add(version)
    _flush_first(session, "The guide")
    session.add_all(
        GuidePage(version_id=version.id, slug=slug, language=language, **content)
        for (slug, language), content in new.items()
    )
    session.flush()
    audit.record(
        session, "guide.published", by=None, object_type="guide_version", object_id=version.id, now=now
    )
    return PublishedGuide(
        version.number,
        is_changed=True,
        added=_names(new.keys() - old.keys()),
        removed=_names(old.keys() - new.keys()),
        changed=_names(key for key in new.keys() & old.keys() if new[key] != old[key]),
    )


def _guide_content(page: GuideText) -> dict[str, Any]:
    """The columns of a page but its version, slug and language."""
    return {
        "position": page.position,
        "title": page.title,
        "summary": page.summary,
        "roles": list(page.roles),
        "checked_on": page.checked_on,
        "parts": [asdict(part) for part in page.parts],
        "sections": [asdict(section) for section in page.sections],
    }


def _names(keys: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(f"{slug} ({language})" for slug, language in sorted(keys))
