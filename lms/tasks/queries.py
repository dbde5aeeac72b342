"""Reading answers to tasks: one's own, a group's, and those sent to an instructor."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from lms import db
from lms.runs.following import followers, has_reviewer
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState


@dataclass(frozen=True)
class AnswerRow:
    id: int
    task: str
    lesson: str
    title: str
    reviewer: Reviewer
    text: str
    state: AnswerState
    version: int
    saved_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True)
class AnswerStatus:
    """The status of an answer, without its text."""

    id: int
    task: str
    reviewer: Reviewer
    state: AnswerState
    sent_at: datetime | None

    @property
    def is_for_instructors(self) -> bool:
        """Return whether the answer has been sent to the run's instructors."""
        return self.sent_at is not None and self.reviewer is Reviewer.INSTRUCTOR


@dataclass(frozen=True)
class SentAnswer:
    """An answer as it was handed in, without what its writer has written since or has taken back."""

    id: int
    enrolment_id: int
    task: str
    lesson: str
    title: str
    text: str
    state: AnswerState
    version: int
    sent_at: datetime


@dataclass(frozen=True)
class EventRow:
    """A step in an answer's life; `text` is the answer as it was then, in queries that include it."""

    answer_id: int
    number: int
    action: AnswerAction
    at: datetime
    by_id: int | None
    by_name: str
    comment: str
    text: str


_ANSWER_COLUMNS = (
    TaskAnswer.id,
    TaskAnswer.task,
    TaskAnswer.lesson,
    TaskAnswer.title,
    TaskAnswer.reviewer,
    TaskAnswer.text,
    TaskAnswer.state,
    TaskAnswer.version,
    TaskAnswer.saved_at,
    TaskAnswer.sent_at,
)

_EVENT_COLUMNS = (
    TaskAnswerEvent.answer_id,
    TaskAnswerEvent.number,
    TaskAnswerEvent.action,
    TaskAnswerEvent.at,
    TaskAnswerEvent.by_id,
    TaskAnswerEvent.by_name,
    TaskAnswerEvent.comment,
)

_ANSWERS_OF = select(*_ANSWER_COLUMNS).where(TaskAnswer.enrolment_id == bindparam("enrolment_id"))

_ANSWERS_TO = _ANSWERS_OF.where(TaskAnswer.task.in_(bindparam("tasks", expanding=True)))

_STATUSES_OF = select(
    TaskAnswer.id, TaskAnswer.task, TaskAnswer.reviewer, TaskAnswer.state, TaskAnswer.sent_at
).where(TaskAnswer.enrolment_id == bindparam("enrolment_id"))

_STATES_OF = select(TaskAnswer.task, TaskAnswer.state, TaskAnswer.reviewer).where(
    TaskAnswer.enrolment_id == bindparam("enrolment_id")
)

_NUMBERED = (
    select(
        *_EVENT_COLUMNS,
        func.row_number()
        .over(partition_by=TaskAnswerEvent.answer_id, order_by=TaskAnswerEvent.number.desc())
        .label("place"),
    )
    .where(TaskAnswerEvent.answer_id.in_(bindparam("answer_ids", expanding=True)))
    .subquery()
)

_NEWEST_EVENTS_OF = (
    select(*(column for column in _NUMBERED.columns if column.name != "place"), literal("").label("text"))
    .where(_NUMBERED.c.place <= bindparam("newest"))
    .order_by(_NUMBERED.c.answer_id, _NUMBERED.c.number)
)

_FOLLOWING_EVENT, _LAST_EVENT = aliased(TaskAnswerEvent), aliased(TaskAnswerEvent)

_IS_TAKEN_BACK = exists().where(
    _FOLLOWING_EVENT.answer_id == TaskAnswerEvent.answer_id,
    _FOLLOWING_EVENT.number == TaskAnswerEvent.number + 1,
    _FOLLOWING_EVENT.action == AnswerAction.WITHDRAW,
)

_WORDS_THEN = TaskAnswerEvent.text.expression
_WORDS_NOT_TAKEN_BACK = case((_IS_TAKEN_BACK, ""), else_=_WORDS_THEN)

_TEXT_OF_LAST_EVENT = (
    select(_LAST_EVENT.text)
    .where(_LAST_EVENT.answer_id == TaskAnswer.id)
    .order_by(_LAST_EVENT.number.desc())
    .limit(1)
    .correlate(TaskAnswer)
    .scalar_subquery()
)
_TEXT_HANDED_IN = case(
    (TaskAnswer.state == AnswerState.DRAFT, ""), else_=func.coalesce(_TEXT_OF_LAST_EVENT, TaskAnswer.text)
)

IS_FINISHED = or_(
    TaskAnswer.state == AnswerState.PASSED,
    and_(TaskAnswer.state == AnswerState.SENT, TaskAnswer.reviewer == Reviewer.SELF),
)

_FINISHED_IN_RUN = (
    select(Enrolment.person_id, TaskAnswer.task)
    .outerjoin(TaskAnswer, and_(TaskAnswer.enrolment_id == Enrolment.id, IS_FINISHED))
    .where(Enrolment.run_id == bindparam("run_id"))
)


def is_finished(state: AnswerState, reviewer: Reviewer) -> bool:
    """Return whether an answer is finished: passed, or marked done where only the writer checks it."""
    return state is AnswerState.PASSED or (state is AnswerState.SENT and reviewer is Reviewer.SELF)


def answers_of(session: Session, enrolment_id: int) -> dict[str, AnswerRow]:
    """Return the answers of one enrolment by task."""
    found = db.read(session, AnswerRow, _ANSWERS_OF, {"enrolment_id": enrolment_id})
    return {answer.task: answer for answer in found}


def answers_to(session: Session, enrolment_id: int, tasks: Collection[str]) -> dict[str, AnswerRow]:
    """Return the answers of one enrolment to some tasks; without tasks there is no query."""
    if not tasks:
        return {}
    given = {"enrolment_id": enrolment_id, "tasks": list(tasks)}
    return {answer.task: answer for answer in db.read(session, AnswerRow, _ANSWERS_TO, given)}


def states_of(session: Session, enrolment_id: int) -> dict[str, tuple[AnswerState, Reviewer]]:
    """Return the state and reviewer of each answer of one enrolment, by task."""
    rows = db.rows(session, _STATES_OF, {"enrolment_id": enrolment_id})
    return {row.task: (row.state, row.reviewer) for row in rows}


def statuses_of(session: Session, enrolment_id: int) -> dict[str, AnswerStatus]:
    """Return the status of each answer of one enrolment, by task, for readers who do not see the texts."""
    found = db.read(session, AnswerStatus, _STATUSES_OF, {"enrolment_id": enrolment_id})
    return {answer.task: answer for answer in found}


def events_of(session: Session, answer_ids: Collection[int], *, newest: int) -> dict[int, list[EventRow]]:
    """Return the newest events of each answer, the oldest of them first, without the answers' texts."""
    found: dict[int, list[EventRow]] = {answer_id: [] for answer_id in answer_ids}
    if found:
        given = {"answer_ids": list(found), "newest": newest}
        for event in db.read(session, EventRow, _NEWEST_EVENTS_OF, given):
            found[event.answer_id].append(event)
    return found


def history_of(session: Session, answer_id: int, *, limit: int, offset: int = 0) -> list[EventRow]:
    """Return the newest events of an answer, skipping `offset`, with the text as it was each time.

    The oldest of them comes first.
    """
    return _history(session, answer_id, _WORDS_THEN, limit=limit, offset=offset)


def history_for_instructor(
    session: Session, answer_id: int, *, limit: int, offset: int = 0
) -> list[EventRow]:
    """Return the history without texts that were withdrawn: they are a draft again, which nobody else may read."""
    return _history(session, answer_id, _WORDS_NOT_TAKEN_BACK, limit=limit, offset=offset)


def _history(
    session: Session, answer_id: int, words: ColumnElement[str], *, limit: int, offset: int
) -> list[EventRow]:
    statement = (
        select(*_EVENT_COLUMNS, words.label("text"))
        .where(TaskAnswerEvent.answer_id == answer_id)
        .order_by(TaskAnswerEvent.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return db.read(session, EventRow, statement)[::-1]


def last_event_of(session: Session, answer_id: int) -> EventRow | None:
    return next(iter(history_of(session, answer_id, limit=1)), None)


def finished_tasks(session: Session, run_id: int) -> dict[int, frozenset[str]]:
    """Return the finished tasks of everybody enrolled in a run, by person."""
    found: dict[int, set[str]] = {}
    for row in db.rows(session, _FINISHED_IN_RUN, {"run_id": run_id}):
        tasks = found.setdefault(row.person_id, set())
        if row.task is not None:
            tasks.add(row.task)
    return {person_id: frozenset(tasks) for person_id, tasks in found.items()}


def answers_by(session: Session, person_id: int) -> list[AnswerRow]:
    """Return a person's answers that have text, in all runs, newest first."""
    statement = (
        select(*_ANSWER_COLUMNS)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id, TaskAnswer.text != "")
        .order_by(TaskAnswer.saved_at.desc(), TaskAnswer.id.desc())
    )
    return db.read(session, AnswerRow, statement)


def waiting_in_run(session: Session, run_id: int) -> int:
    """Return how many answers wait for the instructors of a run."""
    statement = (
        select(func.count())
        .select_from(TaskAnswer)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(
            Enrolment.run_id == run_id,
            TaskAnswer.state == AnswerState.SENT,
            TaskAnswer.reviewer == Reviewer.INSTRUCTOR,
        )
    )
    return session.scalar(statement) or 0


def can_be_answered(session: Session, enrolment_id: int, writer_id: int) -> bool:
    """Return whether somebody other than the writer can answer what is sent in an enrolment's run."""
    statement = select(has_reviewer(other_than=writer_id)).select_from(Run)
    of_enrolment = statement.join(Enrolment, Enrolment.run_id == Run.id).where(Enrolment.id == enrolment_id)
    return bool(session.scalar(of_enrolment))


def run_state_of(session: Session, answer: TaskAnswer | SentAnswer) -> RunState:
    """Return the state of the run in which an answer was given."""
    statement = select(Run.state).join(Enrolment, Enrolment.run_id == Run.id)
    return session.execute(statement.where(Enrolment.id == answer.enrolment_id)).scalar_one()


def sent_answer_seen_by(session: Session, answer_id: int, instructor_id: int) -> SentAnswer | None:
    """Return an answer that somebody else has sent in a run that this instructor follows."""
    follower = followers()
    statement = (
        select(
            *(TaskAnswer.id, TaskAnswer.enrolment_id, TaskAnswer.task, TaskAnswer.lesson, TaskAnswer.title),
            *(_TEXT_HANDED_IN.label("text"), TaskAnswer.state, TaskAnswer.version, TaskAnswer.sent_at),
        )
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .join(follower, follower.c.run_id == Enrolment.run_id)
        .where(
            TaskAnswer.id == answer_id,
            TaskAnswer.sent_at.is_not(None),
            TaskAnswer.reviewer == Reviewer.INSTRUCTOR,
            follower.c.person_id == instructor_id,
            Enrolment.person_id != instructor_id,
        )
    )
    return next(iter(db.read(session, SentAnswer, statement)), None)


def locked_answer(session: Session, answer_id: int) -> TaskAnswer | None:
    """Return an answer as it is now, locked until the transaction ends."""
    return session.scalar(_locked().where(TaskAnswer.id == answer_id))


def locked_answer_to(session: Session, enrolment_id: int, task: str) -> TaskAnswer | None:
    """Return the answer of an enrolment to a task, locked like `locked_answer` does."""
    return session.scalar(_locked().where(TaskAnswer.enrolment_id == enrolment_id, TaskAnswer.task == task))


def _locked() -> Select[TaskAnswer]:
    return select(TaskAnswer).with_for_update().execution_options(populate_existing=True)


def writer_of(session: Session, enrolment_id: int) -> int | None:
    """Return the id of the person whose enrolment this is."""
    return session.scalar(select(Enrolment.person_id).where(Enrolment.id == enrolment_id))
