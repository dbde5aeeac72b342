"""The one queue of an instructor, over claims and answers of all runs, and how the people of a run are doing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import CompoundSelect, and_, func, literal, select, union_all
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.catalogue.models import CourseVersion
from lms.checklists import followed
from lms.checklists.models import Claim
from lms.criteria.models import Criterion
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks import queries as answer_queries
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.queries import SentAnswer
from lms.tasks.states import AnswerState

CLAIM, ANSWER = "claim", "answer"
LONGEST_LINE = 2_000


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
    """Whose an answer is, in which run, and the version of the course that asks for it."""

    id: int
    name: str
    run_id: int
    run_name: str
    run_state: RunState
    content_hash: str

    @property
    def may_mend(self) -> bool:
        """Tell whether the writer can change an answer that comes back."""
        return self.run_state is RunState.OPEN


@dataclass(frozen=True)
class FollowedPerson:
    id: int
    name: str
    enrolment_id: int


def _waiting(instructor_id: int, run_id: int | None = None) -> CompoundSelect[str, int, int, int, datetime]:
    """Select everything that waits for an instructor: kind, id, person_id, run_id, since."""
    answers = answer_queries.waiting_answers(instructor_id).with_only_columns(
        literal(ANSWER).label("kind"),
        TaskAnswer.id.label("id"),
        Enrolment.person_id.label("person_id"),
        Enrolment.run_id.label("run_id"),
        TaskAnswer.sent_at.label("since"),
        maintain_column_froms=True,
    )
    if run_id is not None:
        answers = answers.where(Enrolment.run_id == run_id)
    return union_all(followed.waiting_claims(instructor_id, run_id), answers)


def waiting_count(session: Session, instructor_id: int, run_id: int | None = None) -> int:
    """Return how many claims and answers wait for an instructor, in one query."""
    waiting = _waiting(instructor_id, run_id).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def line(session: Session, instructor_id: int, run_id: int | None = None) -> list[tuple[str, int]]:
    """Return kind and id of what waits, in the order in which it is opened: oldest first."""
    waiting = _waiting(instructor_id, run_id).subquery()
    statement = (
        select(waiting.c.kind, waiting.c.id)
        .order_by(waiting.c.since, waiting.c.kind, waiting.c.id)
        .limit(LONGEST_LINE)
    )
    return [(row.kind, row.id) for row in session.execute(statement)]


def queue(
    session: Session, instructor_id: int, run_id: int | None = None, *, limit: int, offset: int = 0
) -> list[Item]:
    """Return what waits for an instructor, oldest first, in one query."""
    waiting = _waiting(instructor_id, run_id).subquery()
    statement = (
        select(
            *(waiting.c.kind, waiting.c.id, waiting.c.person_id, Person.name.label("person_name")),
            waiting.c.run_id,
            *(
                Run.name.label("run_name"),
                waiting.c.since,
                Criterion.wording,
                Claim.version,
                TaskAnswer.title,
            ),
        )
        .join(Person, Person.id == waiting.c.person_id)
        .join(Run, Run.id == waiting.c.run_id)
        .outerjoin(Claim, and_(waiting.c.kind == CLAIM, Claim.id == waiting.c.id))
        .outerjoin(Criterion, Criterion.id == Claim.criterion_id)
        .outerjoin(TaskAnswer, and_(waiting.c.kind == ANSWER, TaskAnswer.id == waiting.c.id))
        .order_by(waiting.c.since, waiting.c.kind, waiting.c.id)
        .limit(limit)
        .offset(offset)
    )
    return db.read(session, Item, statement)


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
