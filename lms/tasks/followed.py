"""Reading the answers that wait for the instructors who follow their writers."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BindParameter, Select, func, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.runs.following import followers
from lms.runs.models import Enrolment, Run
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.states import AnswerState


@dataclass(frozen=True)
class WaitingAnswer:
    id: int
    person_id: int
    person_name: str
    run_id: int
    run_name: str
    task: str
    title: str
    sent_at: datetime


def waiting_answers(instructor_id: int | BindParameter[int]) -> Select[int]:
    """Select the ids of the answers that wait in the runs that an instructor follows."""
    follower = followers()
    return (
        select(TaskAnswer.id)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .join(follower, follower.c.run_id == Enrolment.run_id)
        .where(
            follower.c.person_id == instructor_id,
            Enrolment.person_id != instructor_id,
            TaskAnswer.state == AnswerState.SENT,
            TaskAnswer.reviewer == Reviewer.INSTRUCTOR,
        )
    )


def answers_waiting_for(session: Session, instructor_id: int, limit: int) -> list[WaitingAnswer]:
    """Return the answers that wait for an instructor, oldest first."""
    statement = (
        waiting_answers(instructor_id)
        .with_only_columns(
            TaskAnswer.id,
            Person.id.label("person_id"),
            Person.name.label("person_name"),
            Run.id.label("run_id"),
            Run.name.label("run_name"),
            TaskAnswer.task,
            TaskAnswer.title,
            TaskAnswer.sent_at,
            maintain_column_froms=True,
        )
        .join(Person, Person.id == Enrolment.person_id)
        .join(Run, Run.id == Enrolment.run_id)
        .order_by(TaskAnswer.sent_at, TaskAnswer.id)
        .limit(limit)
    )
    return db.read(session, WaitingAnswer, statement)


def waiting_count(session: Session, instructor_id: int) -> int:
    """Return how many answers wait for an instructor."""
    return session.scalar(select(func.count()).select_from(waiting_answers(instructor_id).subquery())) or 0
