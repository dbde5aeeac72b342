"""Reading runs for the staff who manage them: all runs, and the people who may be added to one."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import db
from lms.access import Role
from lms.accounts.models import Person, PersonRole
from lms.accounts.queries import name_holds
from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.outline import Outline, outlines_of
from lms.runs.following import IS_INSTRUCTOR, has_reviewer
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.providers import waiting_counters
from lms.runs.queries import by_name
from lms.runs.states import RunState

MOST_FOUND = 50
_STATE_ORDER = (RunState.OPEN, RunState.PLANNED, RunState.CLOSED)


@dataclass(frozen=True)
class StaffRun:
    """A run in the staff's table."""

    id: int
    course_id: int
    name: str
    state: RunState
    starts_on: date
    ends_on: date | None
    # the run's own setting; a course by invitation allows nobody to join regardless of it
    self_enrolment: bool
    outline: Outline
    people: int
    instructors: tuple[str, ...]
    has_newer_version: bool
    # whether any of them can answer; otherwise people would wait in vain
    has_reviewer: bool


@dataclass(frozen=True)
class FoundPerson:
    id: int
    name: str
    username: str


_PEOPLE = (
    select(Enrolment.run_id, func.count().label("people"))
    .group_by(Enrolment.run_id)
    .subquery("people_counts")
)
_RUNS = (
    select(Run.id, Run.course_id, Run.name, Run.state, Run.starts_on, Run.ends_on, Run.self_enrolment)
    .add_columns(CourseVersion.content_hash, func.coalesce(_PEOPLE.c.people, 0).label("people"))
    .add_columns((CourseVersion.number != Course.current_number).label("has_newer_version"))
    .add_columns(has_reviewer().label("has_reviewer"))
    .join(Course, Course.id == Run.course_id)
    .join(CourseVersion, CourseVersion.id == Run.version_id)
    .outerjoin(_PEOPLE, _PEOPLE.c.run_id == Run.id)
)


def runs_for_staff(session: Session) -> list[StaffRun]:
    """Return every run: the open ones first, the newest of each state first."""
    rows = session.execute(_RUNS).all()
    outlines = outlines_of(session, {row.content_hash for row in rows})
    instructors = _instructor_names(session)
    runs = [
        StaffRun(
            id=row.id,
            course_id=row.course_id,
            name=row.name,
            state=row.state,
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            self_enrolment=row.self_enrolment,
            outline=outlines[row.content_hash],
            people=row.people,
            instructors=instructors.get(row.id, ()),
            has_newer_version=row.has_newer_version,
            has_reviewer=row.has_reviewer,
        )
        for row in rows
    ]
    return sorted(runs, key=lambda run: (_STATE_ORDER.index(run.state), -run.starts_on.toordinal(), -run.id))


def run_has_reviewer(session: Session, run_id: int) -> bool:
    """Return whether anybody can answer the work of a run."""
    return bool(session.scalar(select(has_reviewer()).select_from(Run).where(Run.id == run_id)))


def works_waiting(session: Session, run: Run) -> int:
    """Return how many works of an open run's people wait for an answer; the features that own the works count them."""
    if run.state is not RunState.OPEN:
        return 0
    return sum(count(session, run.id) for count in waiting_counters)


def _instructor_names(session: Session) -> dict[int, tuple[str, ...]]:
    statement = select(RunInstructor.run_id, Person.id, Person.name).join(
        Person, Person.id == RunInstructor.person_id
    )
    names: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for row in session.execute(statement):
        names[row.run_id].append((row.id, row.name))
    return {run_id: tuple(name for _id, name in by_name(pairs)) for run_id, pairs in names.items()}


def possible_instructors(session: Session) -> list[tuple[int, str]]:
    """Return the instructors who can sign in, as (id, name), by name."""
    rows = session.execute(select(Person.id, Person.name).where(*IS_INSTRUCTOR, Person.can_sign_in))
    return by_name((row.id, row.name) for row in rows)


def people_to_enrol(session: Session, run_id: int, search: str) -> list[FoundPerson]:
    """Return participants, by name, who can sign in, are not in the run, and match the words by name or user name."""
    enrolled = select(Enrolment.person_id).where(Enrolment.run_id == run_id)
    statement = (
        select(Person.id, Person.name, Person.username)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.PARTICIPANT, Person.can_sign_in)
        .where(Person.id.not_in(enrolled), name_holds(search))
        .order_by(Person.name, Person.id)
        .limit(MOST_FOUND)
    )
    return db.read(session, FoundPerson, statement)


def people_who_can_sign_in(session: Session, *, ids: Collection[int]) -> frozenset[int]:
    """Return those of the ids that belong to people who can sign in."""
    return frozenset(session.scalars(select(Person.id).where(Person.id.in_(ids), Person.can_sign_in)))


def ids_of_usernames(session: Session, usernames: Collection[str]) -> dict[str, int]:
    """Return the ids of the people behind user names; those who cannot sign in are left out."""
    statement = select(Person.username, Person.id)
    rows = session.execute(statement.where(Person.username.in_(usernames), Person.can_sign_in))
    return {row.username: row.id for row in rows}
