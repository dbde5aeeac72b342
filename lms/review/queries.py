"""The one queue of an instructor, over claims and answers of all runs, and how the people of a run are doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BindParameter,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.catalogue.models import CourseVersion
from lms.checklists import followed as followed_claims
from lms.checklists.models import Claim
from lms.criteria.models import Criterion
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks import followed as followed_answers
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.queries import SentAnswer
from lms.tasks.states import AnswerState

CLAIM, ANSWER = "claim", "answer"
LONGEST_QUEUE = 2_000


@dataclass(frozen=True)
class Item:
    """Something that waits; a claim has a `wording` and a `version`, an answer a `title`."""

    kind: str
    id: int
    person_id: int
    person_name: str
    run_id: int
    run_name: str
    since: datetime
    wording: Mapping[str, str] | None
    version: int | None
    title: str | None


@dataclass(frozen=True)
class AnswerOwner:
    """The writer of an answer, its run, and the run's course version."""

    id: int
    name: str
    run_id: int
    run_name: str
    run_state: RunState
    content_hash: str

    @property
    def may_revise(self) -> bool:
        """Return whether the writer can change an answer that is returned."""
        return self.run_state is RunState.OPEN


@dataclass(frozen=True)
class FollowedPerson:
    id: int
    name: str
    enrolment_id: int


def _waiting(run_id: BindParameter[int] | None) -> Subquery:
    """Select everything that waits for an instructor: kind, id, person_id, run_id, since."""
    instructor_id = bindparam("instructor_id", type_=Integer)
    answers = followed_answers.waiting_answers(instructor_id).with_only_columns(
        literal(ANSWER).label("kind"),
        TaskAnswer.id.label("id"),
        Enrolment.person_id.label("person_id"),
        Enrolment.run_id.label("run_id"),
        TaskAnswer.sent_at.label("since"),
        maintain_column_froms=True,
    )
    if run_id is not None:
        answers = answers.where(Enrolment.run_id == run_id)
    return union_all(followed_claims.waiting_claims(instructor_id, run_id), answers).subquery()


def _line(waiting: Subquery) -> Select[str, int]:
    return (
        select(waiting.c.kind, waiting.c.id)
        .order_by(waiting.c.since, waiting.c.kind, waiting.c.id)
        .limit(LONGEST_QUEUE)
    )


def _queue(waiting: Subquery) -> Select[*tuple[Any, ...]]:
    return (
        select(
            *(waiting.c.kind, waiting.c.id, waiting.c.person_id, Person.name.label("person_name")),
            *(waiting.c.run_id, Run.name.label("run_name"), waiting.c.since),
            *(Criterion.wording, Claim.version, TaskAnswer.title),
        )
        .join(Person, Person.id == waiting.c.person_id)
        .join(Run, Run.id == waiting.c.run_id)
        .outerjoin(Claim, and_(waiting.c.kind == CLAIM, Claim.id == waiting.c.id))
        .outerjoin(Criterion, Criterion.id == Claim.criterion_id)
        .outerjoin(TaskAnswer, and_(waiting.c.kind == ANSWER, TaskAnswer.id == waiting.c.id))
        .order_by(waiting.c.since, waiting.c.kind, waiting.c.id)
        .limit(bindparam("most"))
        .offset(bindparam("skipped"))
    )


# built once, for the whole queue and for that of one run: building them costs more than running them
_WAITING = {False: _waiting(None), True: _waiting(bindparam("run_id", type_=Integer))}
_COUNT = {
    of_one_run: select(func.count().label("works")).select_from(waiting)
    for of_one_run, waiting in _WAITING.items()
}
_LINE = {of_one_run: _line(waiting) for of_one_run, waiting in _WAITING.items()}
_QUEUE = {of_one_run: _queue(waiting) for of_one_run, waiting in _WAITING.items()}


def _given(instructor_id: int, run_id: int | None) -> dict[str, int]:
    return {"instructor_id": instructor_id} | ({} if run_id is None else {"run_id": run_id})


def waiting_count(session: Session, instructor_id: int, run_id: int | None = None) -> int:
    """Return how many claims and answers wait for an instructor, in one query."""
    return session.scalar(_COUNT[run_id is not None], _given(instructor_id, run_id)) or 0


def queue_order(session: Session, instructor_id: int, run_id: int | None = None) -> list[tuple[str, int]]:
    """Return kind and id of what waits, in the order in which it is opened: oldest first."""
    rows = session.execute(_LINE[run_id is not None], _given(instructor_id, run_id))
    return [(row.kind, row.id) for row in rows]


def queue(
    session: Session, instructor_id: int, run_id: int | None = None, *, limit: int, offset: int = 0
) -> list[Item]:
    """Return what waits for an instructor, oldest first, in one query."""
    given = _given(instructor_id, run_id) | {"most": limit, "skipped": offset}
    return db.read(session, Item, _QUEUE[run_id is not None], given)


def owner_of_answer(session: Session, answer: SentAnswer) -> AnswerOwner:
    statement = (
        select(
            *(Person.id, Person.name, Run.id.label("run_id"), Run.name.label("run_name")),
            *(Run.state.label("run_state"), CourseVersion.content_hash),
        )
        .select_from(Enrolment)
        .join(Person, Person.id == Enrolment.person_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(Enrolment.id == answer.enrolment_id)
    )
    return db.read(session, AnswerOwner, statement)[0]


def answers_waiting_in_run(session: Session, run_id: int) -> dict[int, int]:
    """Return how many sent answers of each person in a run wait for its instructors."""
    statement = (
        select(Enrolment.person_id, func.count().label("answers"))
        .join(TaskAnswer, TaskAnswer.enrolment_id == Enrolment.id)
        .where(
            Enrolment.run_id == run_id,
            TaskAnswer.state == AnswerState.SENT,
            TaskAnswer.reviewer == Reviewer.INSTRUCTOR,
        )
        .group_by(Enrolment.person_id)
    )
    return {row.person_id: row.answers for row in session.execute(statement)}


def person_in_run(session: Session, run_id: int, person_id: int) -> FollowedPerson | None:
    statement = (
        select(Person.id, Person.name, Enrolment.id.label("enrolment_id"))
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.run_id == run_id, Person.id == person_id)
    )
    found = db.read(session, FollowedPerson, statement)
    return found[0] if found else None
