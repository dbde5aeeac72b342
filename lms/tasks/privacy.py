"""The personal data of answers to tasks: their export and erasure."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from lms.i18n import lazy
from lms.personal_data import Column, ExportRecord, Holding, Retained, as_moment, one_of
from lms.runs.models import Enrolment
from lms.tasks import queries
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState

# the state, in the exported data, of an answer that was marked done and sent to nobody
DONE = "done"

ROWS_AT_ONCE = 200
# few, because each may contain the longest text
EVENTS_IN_A_RECORD = 20


def export(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield the person's answers with their history, then the person's comments on others' answers."""
    yield from _own(session, person_id)
    yield from _words_on_others(session, person_id)


def erase(session: Session, person_id: int, now: datetime) -> None:
    """Delete the person's answers; their decisions on others' answers are retained without their name."""
    own = select(Enrolment.id).where(Enrolment.person_id == person_id).scalar_subquery()
    session.execute(delete(TaskAnswer).where(TaskAnswer.enrolment_id.in_(own)))
    session.execute(
        update(TaskAnswerEvent)
        .where(TaskAnswerEvent.by_id == person_id)
        .values(by_id=None, by_name="")
        .execution_options(synchronize_session=False)
    )


def _own(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield each answer; a long history continues in further records of the same answer, without its text."""
    statement = (
        select(TaskAnswer)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(TaskAnswer.id)
    )
    for answer in session.scalars(statement, execution_options={"yield_per": EVENTS_IN_A_RECORD}):
        events = _events_of(session, answer)
        which: ExportRecord = {"task": answer.task, "title": answer.title, "lesson": answer.lesson}
        yield which | {
            "state": DONE if _is_done_alone(answer) else answer.state.value,
            "text": answer.text,
            "saved_at": answer.saved_at.isoformat(),
            "done_at" if _is_done_alone(answer) else "sent_at": _iso(answer.sent_at),
            "events": list(islice(events, EVENTS_IN_A_RECORD)),
        }
        while further := list(islice(events, EVENTS_IN_A_RECORD)):
            yield which | {"events": further}


def _is_done_alone(answer: TaskAnswer) -> bool:
    """Return whether the answer's writer marked it done and nobody else checks it."""
    return answer.reviewer is Reviewer.SELF and answer.state is AnswerState.SENT


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _events_of(session: Session, answer: TaskAnswer) -> Iterator[ExportRecord]:
    """Yield the answer's history; for an answer marked done, its last step is called that instead of sent."""
    last = queries.last_event_of(session, answer.id)
    done = last.number if last and _is_done_alone(answer) and last.action is AnswerAction.SEND else None
    statement = (
        select(
            *(TaskAnswerEvent.number, TaskAnswerEvent.action, TaskAnswerEvent.at, TaskAnswerEvent.by_name),
            *(TaskAnswerEvent.text, TaskAnswerEvent.comment),
        )
        .where(TaskAnswerEvent.answer_id == answer.id)
        .order_by(TaskAnswerEvent.number)
    )
    for event in session.execute(statement, execution_options={"yield_per": EVENTS_IN_A_RECORD}):
        yield {
            "action": DONE if event.number == done else event.action.value,
            "at": event.at.isoformat(),
            "by": event.by_name,
            "text": event.text,
            "comment": event.comment,
        }


def _words_on_others(session: Session, person_id: int) -> Iterator[ExportRecord]:
    statement = (
        select(TaskAnswerEvent.action, TaskAnswerEvent.at, TaskAnswerEvent.comment, TaskAnswer.title)
        .join(TaskAnswer, TaskAnswer.id == TaskAnswerEvent.answer_id)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(TaskAnswerEvent.by_id == person_id, Enrolment.person_id != person_id)
        .order_by(TaskAnswerEvent.id)
    )
    for row in session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield {
            "decision": row.action.value,
            "title": row.title,
            "at": row.at.isoformat(),
            "comment": row.comment,
        }


def _has_decided_on_others(session: Session, person_id: int) -> bool:
    found = exists().where(
        TaskAnswerEvent.by_id == person_id,
        TaskAnswer.id == TaskAnswerEvent.answer_id,
        Enrolment.id == TaskAnswer.enrolment_id,
        Enrolment.person_id != person_id,
    )
    return bool(session.scalar(select(found)))


_WORDS: dict[str, object] = {
    **{state: state.label for state in AnswerState},
    AnswerAction.SAVE: lazy("Saved"),
    AnswerAction.SEND: lazy("Sent"),
    AnswerAction.PASS: lazy("Accepted"),
    AnswerAction.RETURN: lazy("Not yet"),
    AnswerAction.WITHDRAW: lazy("Taken back"),
    DONE: lazy("Marked done"),
}

HOLDINGS = (
    Holding(
        name="task-answers",
        label=lazy("Your answers to tasks and what was said of them"),
        tables=frozenset({"task_answers", "task_answer_events"}),
        export=export,
        erase=erase,
        columns={
            "title": Column(lazy("Title")),
            "lesson": Column(lazy("Lesson")),
            "state": Column(lazy("State"), one_of(_WORDS)),
            "text": Column(lazy("Text")),
            "saved_at": Column(lazy("Saved"), as_moment),
            "done_at": Column(lazy("Done"), as_moment),
            "sent_at": Column(lazy("Sent"), as_moment),
            "events": Column(lazy("Steps")),
            "action": Column(lazy("What happened"), one_of(_WORDS)),
            "decision": Column(lazy("Decision"), one_of(_WORDS)),
            "at": Column(lazy("When"), as_moment),
            "by": Column(lazy("Who")),
            "comment": Column(lazy("Comment")),
        },
        unshown=frozenset({"task"}),
        retained=(
            Retained(
                lazy(
                    "What you have said of the answers of others to tasks stays with them, without your name."
                ),
                _has_decided_on_others,
            ),
        ),
    ),
)
