"""Changing runs and enrolling people in them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, limits, versions
from lms.catalogue import queries as catalogue_queries
from lms.catalogue.queries import CurrentCourse
from lms.errors import Conflict, Invalid
from lms.i18n import _, ngettext
from lms.runs import queries, signals, staff_queries
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import MOVES, RunAction, RunState

MOVED = {RunAction.OPEN: "run.opened", RunAction.CLOSE: "run.closed"}


@dataclass(frozen=True)
class RunDetails:
    """The details of a run that staff decide."""

    name: str
    starts_on: date
    ends_on: date | None
    self_enrolment: bool
    instructor_ids: frozenset[int]


def create_run(
    session: Session, course: CurrentCourse, details: RunDetails, *, by: int | None, now: datetime
) -> Run:
    """Create a planned run, not open yet, of the course's current version."""
    _check(course, details)
    run = Run(
        course_id=course.id,
        version_id=course.version_id,
        name=details.name,
        starts_on=details.starts_on,
        ends_on=details.ends_on,
        state=RunState.PLANNED,
        self_enrolment=details.self_enrolment,
        created_at=now,
    )
    session.add(run)
    session.flush()
    _record(session, "run.created", run, by=by, now=now)
    _set_instructors(session, run, details.instructor_ids, by=by, now=now)
    return run


def change_run(session: Session, run: Run, details: RunDetails, *, by: int, now: datetime) -> None:
    """Give the run new details and exactly these instructors."""
    _check(catalogue_queries.current_course_of_id(session, run.course_id), details)
    run.name = details.name
    run.starts_on, run.ends_on = details.starts_on, details.ends_on
    run.self_enrolment = details.self_enrolment
    if session.is_modified(run):
        _record(session, "run.changed", run, by=by, now=now)
    _set_instructors(session, run, details.instructor_ids, by=by, now=now)
    session.flush()


def move_run(session: Session, run: Run, action: RunAction, *, by: int | None, now: datetime) -> None:
    """Open or close the run. Raises Conflict when its state does not allow that."""
    state = MOVES.get((run.state, action))
    if state is None:
        raise Conflict(_("The run had changed. Look at its state again."))
    run.state = state
    _record(session, MOVED[action], run, by=by, now=now)
    session.flush()


def close_run(session: Session, run: Run, *, waiting_shown: int | None, by: int, now: datetime) -> int:
    """Close the run and return how many works are left unanswered.

    `waiting_shown` is how many the page showed as waiting; None skips the check. Raises Conflict when more wait
    now, so that nobody closes a run without having seen the work in it, and as `move_run` does.
    """
    waiting = staff_queries.works_waiting(session, run)
    if waiting_shown is not None and waiting > waiting_shown:
        raise Conflict(
            ngettext(
                "One piece of work is waiting for an answer. Go back and look, before you close the run.",
                "%(num)d pieces of work are waiting for an answer. Go back and look, before you close the run.",
                waiting,
            )
        )
    move_run(session, run, RunAction.CLOSE, by=by, now=now)
    return waiting


def enrol(session: Session, run: Run, person_id: int, *, by: int | None, now: datetime) -> Enrolment:
    """Enrol a person, or return the existing enrolment. Raises Conflict when the run has ended."""
    existing = queries.enrolment_of(session, run.id, person_id)
    if existing:
        return existing
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run has ended. Nobody can join it any more."))
    enrolment = Enrolment(run_id=run.id, person_id=person_id, enrolled_at=now)
    try:
        with session.begin_nested():
            session.add(enrolment)
    except IntegrityError:
        # another request enrolled the same person at the same time
        return _enrolled_elsewhere(session, run, person_id)
    audit.record(
        session,
        "enrolment.added",
        by=by,
        object_type="enrolment",
        object_id=enrolment.id,
        about=person_id,
        now=now,
    )
    signals.enrolled.send(session=session, run=run, person_id=person_id, now=now)
    session.flush()
    return enrolment


def enrol_people(session: Session, run: Run, person_ids: Collection[int], *, by: int, now: datetime) -> int:
    """Enrol several people and return how many were new. Raises Invalid when one of them cannot sign in."""
    if set(person_ids) - staff_queries.people_who_can_sign_in(session, ids=person_ids):
        raise Invalid(_("Somebody you chose cannot sign in any more. Look at the list again."))
    before = {person.person_id for person in queries.people_of_run(session, run.id)}
    new = sorted(set(person_ids) - before)
    for person_id in new:
        enrol(session, run, person_id, by=by, now=now)
    return len(new)


def join_open_run(session: Session, course: CurrentCourse, person_id: int, *, now: datetime) -> Enrolment:
    """Enrol a person in the course's open run. Raises Conflict when there is none."""
    found = queries.open_run_of(session, course)
    run = queries.run_to_change(session, found.id) if found else None
    if run is None or run.state is not RunState.OPEN or not run.self_enrolment:
        raise Conflict(
            _("This course has no open group just now. Ask your instructor when the next one starts.")
        )
    limits.count(session, limits.ENROLMENTS, person_id, now=now)
    return enrol(session, run, person_id, by=person_id, now=now)


def take_version(session: Session, run: Run, *, version: int | None = None, by: int, now: datetime) -> None:
    """Switch the run to the course's current version; people's work stays linked to its parts by their ids.

    `version` is the number of the version on the page. Raises Conflict when that is no longer the current
    one, when the run has it already, and when the run has ended.
    """
    course = catalogue_queries.current_course_of_id(session, run.course_id)
    if run.state is RunState.CLOSED:
        raise Conflict(_("This run has ended. Its course stays as it was."))
    if run.version_id == course.version_id:
        raise Conflict(_("This run already has the newest version."))
    if not versions.is_current(version, course.number):
        raise Conflict(_("A still newer version came meanwhile. Go back and look at what changes now."))
    run.version_id = course.version_id
    _record(session, "run.version-taken", run, by=by, now=now)
    session.flush()
    signals.version_taken.send(session=session, run=run, now=now)


def _enrolled_elsewhere(session: Session, run: Run, person_id: int) -> Enrolment:
    enrolment = queries.enrolment_of(session, run.id, person_id)
    if enrolment is None:
        raise Conflict(_("The enrolment did not work. Try again."))
    return enrolment


def _check(course: CurrentCourse, details: RunDetails) -> None:
    if details.ends_on and details.ends_on < details.starts_on:
        raise Invalid(_("The run cannot end before it starts."))
    if details.self_enrolment and not course.outline.is_open_to_all:
        raise Invalid(
            _("Staff enrol the people of this course. Take the tick off: nobody joins it by themselves.")
        )


def _set_instructors(
    session: Session, run: Run, person_ids: frozenset[int], *, by: int | None, now: datetime
) -> None:
    """Replace the run's instructors; this decides who sees the run's work, so each change is recorded by person."""
    before = {person_id for person_id, _name in queries.instructors_of_run(session, run.id)}
    possible = {person_id for person_id, _name in staff_queries.possible_instructors(session)}
    added, removed = person_ids - before, before - person_ids
    if added - possible:
        raise Invalid(_("Somebody you chose is not an instructor any more. Look at the list again."))
    session.add_all(RunInstructor(run_id=run.id, person_id=person_id) for person_id in sorted(added))
    session.flush()
    session.execute(
        delete(RunInstructor).where(RunInstructor.run_id == run.id, RunInstructor.person_id.in_(removed))
    )
    for person_id in sorted(added):
        _record(session, "run.instructor-added", run, by=by, now=now, about=person_id)
    for person_id in sorted(removed):
        _record(session, "run.instructor-removed", run, by=by, now=now, about=person_id)


def _record(
    session: Session, action: str, run: Run, *, by: int | None, now: datetime, about: int | None = None
) -> None:
    audit.record(session, action, by=by, object_type="run", object_id=run.id, about=about, now=now)
