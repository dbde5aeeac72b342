"""What the answers to tasks tell about people: their export and erasure."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from lms.personal_data import Holding, Kept, Row
from lms.runs.models import Enrolment
from lms.tasks import queries
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState

# what a file of one's own data calls an answer that was marked done and sent to nobody
DONE = "done"


def export(session: Session, person_id: int) -> list[Row]:
    """Return the person's answers with all that happened to them, then their words on others' answers."""
    return [*_own(session, person_id), *_words_on_others(session, person_id)]


def erase(session: Session, person_id: int, now: datetime) -> None:
    """Delete the person's answers; their decisions on others' answers stay without their name."""
    own = select(Enrolment.id).where(Enrolment.person_id == person_id).scalar_subquery()
    session.execute(delete(TaskAnswer).where(TaskAnswer.enrolment_id.in_(own)))
    session.execute(
        update(TaskAnswerEvent)
        .where(TaskAnswerEvent.by_id == person_id)
        .values(by_id=None, by_name="")
        .execution_options(synchronize_session=False)
    )


def _own(session: Session, person_id: int) -> list[Row]:
    statement = (
        select(TaskAnswer)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(TaskAnswer.id)
    )
    return [
        {
            "task": answer.task,
            "title": answer.title,
            "lesson": answer.lesson,
            "state": DONE if _is_done_alone(answer) else answer.state.value,
            "text": answer.text,
            "saved_at": answer.saved_at.isoformat(),
            "done_at" if _is_done_alone(answer) else "sent_at": _iso(answer.sent_at),
            "events": _events_of(session, answer),
        }
        for answer in session.scalars(statement)
    ]


def _is_done_alone(answer: TaskAnswer) -> bool:
    """Tell whether the answer was marked done by its writer and sent to nobody."""
    return answer.reviewer is Reviewer.SELF and answer.state is AnswerState.SENT


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _events_of(session: Session, answer: TaskAnswer) -> list[Row]:
    """Return the answer's history; the last step of one marked done is that mark."""
    history = queries.history_of(session, answer.id)
    rows: list[Row] = [
        {
            "action": event.action.value,
            "at": event.at.isoformat(),
            "by": event.by_name,
            "text": event.text,
            "comment": event.comment,
        }
        for event in history
    ]
    if rows and _is_done_alone(answer) and history[-1].action is AnswerAction.SEND:
        rows[-1]["action"] = DONE
    return rows


def _words_on_others(session: Session, person_id: int) -> list[Row]:
    statement = (
        select(TaskAnswerEvent.action, TaskAnswerEvent.at, TaskAnswerEvent.comment, TaskAnswer.title)
        .join(TaskAnswer, TaskAnswer.id == TaskAnswerEvent.answer_id)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(TaskAnswerEvent.by_id == person_id, Enrolment.person_id != person_id)
        .order_by(TaskAnswerEvent.id)
    )
    return [
        {
            "decision": row.action.value,
            "title": row.title,
            "at": row.at.isoformat(),
            "comment": row.comment,
        }
        for row in session.execute(statement)
    ]


def _has_answered_others(session: Session, person_id: int) -> bool:
    found = exists().where(
        TaskAnswerEvent.by_id == person_id,
        TaskAnswer.id == TaskAnswerEvent.answer_id,
        Enrolment.id == TaskAnswer.enrolment_id,
        Enrolment.person_id != person_id,
    )
    return bool(session.scalar(select(found)))


HOLDINGS = (
    Holding(
        name="task-answers",
        tables=frozenset({"task_answers", "task_answer_events"}),
        export=export,
        erase=erase,
        kept=(
            Kept(
                "What you have said of the answers of others to tasks stays with them, without your name.",
                _has_answered_others,
            ),
        ),
    ),
)
