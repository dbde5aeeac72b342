"""Who follows whose work: the single rule for which instructors see, and can answer, the work of a run's people."""

from typing import Any

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, Subquery, exists, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lms.access import Role
from lms.accounts.models import Person, PersonRole
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import RunState

# who may follow the work of others: people who have the role now, and whose account is enabled
IS_INSTRUCTOR = (
    PersonRole.person_id == Person.id,
    PersonRole.role == Role.INSTRUCTOR,
    Person.is_enabled,
)


def followers(*, of_open_runs: bool = False) -> Subquery:
    """Return who follows which run's people now, as `run_id`, `person_id`, `name`, `can_answer`.

    Being named in a run is not enough: the role and the account must be in force, too. An instructor who cannot
    sign in yet follows the run, but `can_answer` is false. Each call returns a separate subquery, to join by `run_id`.
    """
    statement = select(
        RunInstructor.run_id,
        RunInstructor.person_id,
        Person.name,
        Person.can_sign_in.label("can_answer"),
    ).where(Person.id == RunInstructor.person_id, *IS_INSTRUCTOR)
    if of_open_runs:
        statement = statement.where(Run.id == RunInstructor.run_id, Run.state == RunState.OPEN)
    return statement.subquery()


def is_followed_by(person_id: BindParameter[int]) -> ColumnElement[bool]:
    """Return an SQL condition: a person follows the work of a run's people."""
    follower = followers()
    return exists().where(follower.c.run_id == Run.id, follower.c.person_id == person_id).correlate(Run)


def has_reviewer(*, other_than: ColumnElement[int] | int = 0) -> ColumnElement[bool]:
    """Return an SQL condition: somebody other than the given person can answer the work of a run."""
    follower = followers()
    return (
        exists()
        .where(follower.c.run_id == Run.id, follower.c.person_id != other_than, follower.c.can_answer)
        .correlate(Run)
    )


def open_run_followed(
    writer_id: InstrumentedAttribute[int] | BindParameter[Any], *, by: BindParameter[Any]
) -> ScalarSelect[int | None]:
    """Select the first open run in which somebody follows the writer's work; NULL when there is none."""
    follower = followers(of_open_runs=True)
    return (
        select(func.min(follower.c.run_id))
        .join(Enrolment, Enrolment.run_id == follower.c.run_id)
        .where(Enrolment.person_id == writer_id, follower.c.person_id == by)
        .correlate_except(follower, Enrolment)
        .scalar_subquery()
    )
