"""What the answers to tasks tell about people: their export and erasure."""

from datetime import datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.personal_data import Holding, Row
from lms.runs.models import Enrolment
from lms.tasks import queries
from lms.tasks.models import TaskAnswer, TaskAnswerEvent


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
            "state": answer.state.value,
            "text": answer.text,
            "saved_at": answer.saved_at.isoformat(),
            "sent_at": answer.sent_at.isoformat() if answer.sent_at else None,
            "events": [
                {
                    "action": event.action.value,
                    "at": event.at.isoformat(),
                    "by": event.by_name,
                    "text": event.text,
                    "comment": event.comment,
                }
                for event in queries.history_of(session, answer.id)
            ],
        }
        for answer in session.scalars(statement)
    ]


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


HOLDINGS = (
    Holding(
        name="task-answers",
        tables=frozenset({"task_answers", "task_answer_events"}),
        export=export,
        erase=erase,
    ),
)
