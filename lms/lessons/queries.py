"""Reading progress: which lessons a person or a group has done, and where to continue."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms import db
from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.outline import LessonOutline, Outline, outlines_of
from lms.lessons.models import LessonMark
from lms.quizzes.models import QuizTry
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks.models import TaskAnswer


@dataclass(frozen=True)
class OwnCourse:
    """A run that a person is enrolled in, with their progress."""

    run_id: int
    run_name: str
    state: RunState
    course: str
    outline: Outline
    enrolment_id: int
    done: frozenset[str]
    last_activity: datetime

    @property
    def done_count(self) -> int:
        return count_done(self.outline, self.done)


_DONE = select(LessonMark.lesson, LessonMark.done_at).where(
    LessonMark.enrolment_id == bindparam("enrolment_id")
)

_DONE_IN_RUN = (
    select(Enrolment.person_id, LessonMark.lesson)
    .outerjoin(LessonMark, LessonMark.enrolment_id == Enrolment.id)
    .where(Enrolment.run_id == bindparam("run_id"))
)

_LAST_ANSWER = (
    select(func.max(TaskAnswer.saved_at))
    .where(TaskAnswer.enrolment_id == Enrolment.id)
    .correlate(Enrolment)
    .scalar_subquery()
)

_LAST_TRY = (
    select(func.max(QuizTry.tried_at))
    .where(QuizTry.enrolment_id == Enrolment.id)
    .correlate(Enrolment)
    .scalar_subquery()
)

_OWN_RUNS = (
    select(
        Run.id,
        Run.name,
        Run.state,
        Course.slug,
        CourseVersion.content_hash,
        Enrolment.id.label("enrolment_id"),
        Enrolment.enrolled_at,
        _LAST_ANSWER.label("answered_at"),
        _LAST_TRY.label("tried_at"),
    )
    .join(Run, Run.id == Enrolment.run_id)
    .join(Course, Course.id == Run.course_id)
    .join(CourseVersion, CourseVersion.id == Run.version_id)
    .where(Enrolment.person_id == bindparam("person_id"))
)

_OWN_MARKS = (
    select(LessonMark.enrolment_id, LessonMark.lesson, LessonMark.done_at)
    .join(Enrolment, Enrolment.id == LessonMark.enrolment_id)
    .where(Enrolment.person_id == bindparam("person_id"))
)


def done_lessons(session: Session, enrolment_id: int) -> dict[str, datetime]:
    """Return the lessons that an enrolled person has marked done, and when."""
    return {row.lesson: row.done_at for row in db.rows(session, _DONE, {"enrolment_id": enrolment_id})}


def count_done(outline: Outline, done: Iterable[str]) -> int:
    """Count the lessons marked done that the course still has: a newer version may have left some out."""
    return len(outline.lessons_by_slug.keys() & set(done))


def done_in_run(session: Session, run_id: int) -> dict[int, frozenset[str]]:
    """Return the done lessons of everybody enrolled in a run, by person."""
    found: dict[int, set[str]] = {}
    for row in db.rows(session, _DONE_IN_RUN, {"run_id": run_id}):
        lessons = found.setdefault(row.person_id, set())
        if row.lesson is not None:
            lessons.add(row.lesson)
    return {person_id: frozenset(lessons) for person_id, lessons in found.items()}


def next_lesson(outline: Outline, done: Collection[str]) -> LessonOutline | None:
    """Return the lesson to continue with: the first not done after the last one done, else the first not done."""
    places = [place for place, lesson in enumerate(outline.lessons) if lesson.slug in done]
    after = places[-1] + 1 if places else 0
    ahead = (*outline.lessons[after:], *outline.lessons[:after])
    return next((lesson for lesson in ahead if lesson.slug not in done), None)


def courses_of(session: Session, person_id: int) -> list[OwnCourse]:
    """Return a person's own runs, the one they last worked in first; three queries at most, however many there are."""
    marks: dict[int, dict[str, datetime]] = {}
    for mark in db.rows(session, _OWN_MARKS, {"person_id": person_id}):
        marks.setdefault(mark.enrolment_id, {})[mark.lesson] = mark.done_at
    rows = db.rows(session, _OWN_RUNS, {"person_id": person_id})
    outlines = outlines_of(session, {row.content_hash for row in rows})
    courses = []
    for row in rows:
        done = marks.get(row.enrolment_id, {})
        moments = [row.enrolled_at, row.answered_at, row.tried_at, *done.values()]
        courses.append(
            OwnCourse(
                run_id=row.id,
                run_name=row.name,
                state=row.state,
                course=row.slug,
                outline=outlines[row.content_hash],
                enrolment_id=row.enrolment_id,
                done=frozenset(done),
                last_activity=max(moment for moment in moments if moment is not None),
            )
        )
    return sorted(courses, key=lambda course: (course.last_activity, course.run_id), reverse=True)


def mark_of(session: Session, enrolment_id: int, lesson: str) -> LessonMark | None:
    return session.get(LessonMark, (enrolment_id, lesson))
