"""Reading runs, their people, and a run from one person's point of view."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, bindparam, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.outline import Outline, outline_of, outlines_of
from lms.catalogue.queries import CurrentCourse
from lms.runs.following import followers, has_reviewer, is_followed_by
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import RunState


@dataclass(frozen=True)
class RunView:
    """A run from one person's point of view: the run, its course version, and the person's relation to it."""

    id: int
    name: str
    state: RunState
    starts_on: date
    ends_on: date | None
    course: str
    version_id: int
    content_hash: str
    outline: Outline
    enrolment_id: int | None
    # whether this person follows the work of the run's people
    is_instructor: bool
    # whether the course's current version is not the run's
    has_newer_version: bool
    # whether somebody other than this person can answer work that is sent in the run
    has_reviewer: bool

    @property
    def is_open(self) -> bool:
        return self.state is RunState.OPEN

    @property
    def takes_newer_version(self) -> bool:
        """Return whether the run can switch to a newer version: there is one, and the run has not ended."""
        return self.has_newer_version and self.state is not RunState.CLOSED

    @property
    def has_begun(self) -> bool:
        return self.state is not RunState.PLANNED

    def full_name_in(self, language: str) -> str:
        """Return the name with the course's title."""
        return self.outline.group_in(language, self.name)


@dataclass(frozen=True)
class EnrolledPerson:
    person_id: int
    name: str
    username: str
    enrolment_id: int


_RUN_COLUMNS = (
    Run.id,
    Run.name,
    Run.state,
    Run.starts_on,
    Run.ends_on,
    Run.version_id,
    Course.slug,
    CourseVersion.content_hash,
    (CourseVersion.number != Course.current_number).label("has_newer_version"),
    has_reviewer(other_than=bindparam("person_id")).label("has_reviewer"),
    is_followed_by(bindparam("person_id")).label("is_instructor"),
)

_RUNS_FOR = (
    select(*_RUN_COLUMNS, Enrolment.id.label("enrolment_id"))
    .join(Course, Course.id == Run.course_id)
    .join(CourseVersion, CourseVersion.id == Run.version_id)
    .outerjoin(Enrolment, and_(Enrolment.run_id == Run.id, Enrolment.person_id == bindparam("person_id")))
)
_FOLLOWERS = followers()
_RUN_FOR = _RUNS_FOR.where(Run.id == bindparam("run_id"))
_NEWEST_FIRST = (Run.starts_on.desc(), Run.id.desc())
_RUNS_OF_PERSON = _RUNS_FOR.where(Enrolment.id.is_not(None)).order_by(*_NEWEST_FIRST)
_RUNS_OF_INSTRUCTOR = _RUNS_FOR.where(
    Run.id.in_(select(_FOLLOWERS.c.run_id).where(_FOLLOWERS.c.person_id == bindparam("person_id")))
).order_by(*_NEWEST_FIRST)


def run_for(session: Session, run_id: int, person_id: int) -> RunView | None:
    """Return the run from this person's point of view, in one query; None when there is no such run."""
    found = db.rows(session, _RUN_FOR, {"run_id": run_id, "person_id": person_id})
    return _view(found[0], outline_of(session, found[0].content_hash)) if found else None


def runs_of_person(session: Session, person_id: int) -> list[RunView]:
    """Return the runs that a person is enrolled in, newest first."""
    return _views(session, db.rows(session, _RUNS_OF_PERSON, {"person_id": person_id}))


def runs_of_instructor(session: Session, person_id: int) -> list[RunView]:
    """Return the runs whose people a person follows, newest first."""
    return _views(session, db.rows(session, _RUNS_OF_INSTRUCTOR, {"person_id": person_id}))


def _views(session: Session, rows: Sequence[Row[*tuple[Any, ...]]]) -> list[RunView]:
    outlines = outlines_of(session, {row.content_hash for row in rows})
    return [_view(row, outlines[row.content_hash]) for row in rows]


def _view(row: Row[*tuple[Any, ...]], outline: Outline) -> RunView:
    return RunView(
        id=row.id,
        name=row.name,
        state=row.state,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        course=row.slug,
        version_id=row.version_id,
        content_hash=row.content_hash,
        outline=outline,
        enrolment_id=row.enrolment_id,
        is_instructor=row.is_instructor,
        has_newer_version=row.has_newer_version,
        has_reviewer=row.has_reviewer,
    )


def run_by_id(session: Session, run_id: int) -> Run | None:
    return session.get(Run, run_id)


def run_to_change(session: Session, run_id: int) -> Run | None:
    """Return the run, locked until the transaction ends, so that changes to it come one after another."""
    statement = select(Run).where(Run.id == run_id).with_for_update()
    return session.scalar(statement, execution_options={"populate_existing": True})


def open_run_of(session: Session, course: CurrentCourse) -> Run | None:
    """Return the newest open run of a course that anyone signed in may join; None when there is none.

    A course by invitation has none, even if its runs allowed self-enrolment before.
    """
    if not course.outline.is_open_to_all:
        return None
    return session.scalar(
        select(Run)
        .where(Run.course_id == course.id, Run.state == RunState.OPEN, Run.self_enrolment.is_(True))
        .order_by(Run.id.desc())
        .limit(1)
    )


def courses_to_join(session: Session, courses: Iterable[CurrentCourse]) -> frozenset[str]:
    """Return those of the courses that have a run which anyone signed in may join."""
    statement = (
        select(Run.course_id).where(Run.state == RunState.OPEN, Run.self_enrolment.is_(True)).distinct()
    )
    with_runs = set(session.scalars(statement))
    return frozenset(
        course.slug for course in courses if course.outline.is_open_to_all and course.id in with_runs
    )


def people_of_run(session: Session, run_id: int) -> list[EnrolledPerson]:
    """Return the people enrolled in a run, by name."""
    statement = (
        select(Person.id.label("person_id"), Person.name, Person.username, Enrolment.id.label("enrolment_id"))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.run_id == run_id)
    )
    people = db.read(session, EnrolledPerson, statement)
    return sorted(people, key=lambda person: (person.name.casefold(), person.person_id))


def instructors_of_run(session: Session, run_id: int) -> list[tuple[int, str]]:
    """Return the people named as a run's instructors, as (id, name), by name; `following` decides who follows it."""
    statement = (
        select(Person.id, Person.name)
        .join(RunInstructor, RunInstructor.person_id == Person.id)
        .where(RunInstructor.run_id == run_id)
    )
    return by_name((row.id, row.name) for row in session.execute(statement))


def by_name(people: Iterable[tuple[int, str]]) -> list[tuple[int, str]]:
    """Sort (id, name) pairs by name, the same way for both databases."""
    return sorted(people, key=lambda pair: (pair[1].casefold(), pair[0]))


def enrolment_of(session: Session, run_id: int, person_id: int) -> Enrolment | None:
    return session.scalar(
        select(Enrolment).where(Enrolment.run_id == run_id, Enrolment.person_id == person_id)
    )
