"""Marking lessons done and not done."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, limits
from lms.lessons import queries
from lms.lessons.models import LessonMark


def mark_done(session: Session, enrolment_id: int, lesson: str, *, by: int, now: datetime) -> None:
    """Mark a lesson done; a second time changes nothing."""
    if queries.mark_of(session, enrolment_id, lesson):
        return
    limits.count(session, limits.LESSON_MARKS, by, now=now)
    try:
        with session.begin_nested():
            session.add(LessonMark(enrolment_id=enrolment_id, lesson=lesson, done_at=now))
    except IntegrityError:  # the same button was pressed twice at once, and the other request has marked it
        return
    _record(session, "lesson.done", enrolment_id, lesson, by=by, now=now)


def mark_not_done(session: Session, enrolment_id: int, lesson: str, *, by: int, now: datetime) -> None:
    """Remove the mark; a second time changes nothing."""
    if queries.mark_of(session, enrolment_id, lesson) is None:
        return
    limits.count(session, limits.LESSON_MARKS, by, now=now)
    session.execute(
        delete(LessonMark).where(LessonMark.enrolment_id == enrolment_id, LessonMark.lesson == lesson)
    )
    _record(session, "lesson.not-done", enrolment_id, lesson, by=by, now=now)


def _record(session: Session, action: str, enrolment_id: int, lesson: str, *, by: int, now: datetime) -> None:
    # cut, because a lesson's slug may be too long for the column; the enrolment's id shows whose progress this is
    object_id = f"{enrolment_id}/{lesson}"[:40]
    audit.record(session, action, by=by, object_type="lesson", object_id=object_id, now=now)
    session.flush()
