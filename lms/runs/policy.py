"""Who may see a run, and who may work in it."""

import re

from sqlalchemy.orm import Session

from lms.access import Permission
from lms.catalogue import queries as catalogue_queries
from lms.catalogue.queries import CurrentCourse
from lms.errors import NotAllowed, NotFound
from lms.i18n import _
from lms.login import SignedIn
from lms.runs import queries
from lms.runs.models import Run
from lms.runs.queries import RunView

_COURSE = re.compile(r"[a-z0-9-]{1,60}")


def course_for_reader(session: Session, slug: str) -> CurrentCourse:
    """Return the course for everybody signed in. Raises NotFound when there is none."""
    course = catalogue_queries.current_course(session, slug) if _COURSE.fullmatch(slug) else None
    if course is None:
        raise NotFound
    return course


def run_for_staff(session: Session, run_id: int) -> Run:
    """Return the run for staff to look at. Raises NotFound when there is none."""
    run = queries.run_by_id(session, run_id)
    if run is None:
        raise NotFound
    return run


def run_to_change(session: Session, run_id: int) -> Run:
    """Return the run, locked until the transaction ends. Raises NotFound when there is none.

    The caller has checked who may change it, by the view's permission or another loader.
    """
    run = queries.run_to_change(session, run_id)
    if run is None:
        raise NotFound
    return run


def run_for_reader(session: Session, run_id: int, person: SignedIn) -> RunView:
    """Return the run for its enrolled people and its instructors. Raises NotFound for everybody else."""
    run = queries.run_for(session, run_id, person.id)
    if run is None or (run.enrolment_id is None and not run.is_instructor):
        raise NotFound
    return run


def may_read_texts(run: RunView, person_id: int, reader: SignedIn) -> bool:
    """Return whether the reader may read what a person writes in the run: as its instructor, while it is open."""
    return run.is_instructor and run.is_open and person_id != reader.id


def run_for_learner(session: Session, run_id: int, person: SignedIn) -> tuple[RunView, int]:
    """Return the run and the person's enrolment in it, for own work.

    Raises NotFound for strangers; NotAllowed for an instructor who only follows, and when the run is not open.
    """
    run = run_for_reader(session, run_id, person)
    if run.enrolment_id is None:
        raise NotAllowed(_("You follow this group. Only the people in it do its tasks."))
    if not run.has_begun:
        raise NotAllowed(_("This course has not begun yet. You can read it already."))
    if not run.is_open:
        raise NotAllowed(_("This course has ended. Everything you did is safe, and you can still read it."))
    return run, run.enrolment_id


def run_for_instructor(session: Session, run_id: int, person: SignedIn) -> RunView:
    """Return the run for its own instructors. Raises NotFound for everybody else."""
    run = queries.run_for(session, run_id, person.id)
    if run is None or not run.is_instructor:
        raise NotFound
    return run


def run_for_follower(session: Session, run_id: int, person: SignedIn) -> RunView:
    """Return the run for its own instructors and for staff. Raises NotFound for everybody else."""
    run = queries.run_for(session, run_id, person.id)
    if run is None or not (run.is_instructor or person.may(Permission.RUN_MANAGE)):
        raise NotFound
    return run
