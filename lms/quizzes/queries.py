"""Reading tries at self-checking quizzes."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from lms import db
from lms.quizzes.models import QuizTry


@dataclass(frozen=True)
class TryRow:
    quiz: str
    given: Mapping[str, Sequence[str]]
    wording: str
    right_count: int
    question_count: int
    tried_at: datetime


_NEWEST = (
    select(func.max(QuizTry.id))
    .where(
        QuizTry.enrolment_id == bindparam("enrolment_id"),
        QuizTry.quiz.in_(bindparam("quizzes", expanding=True)),
    )
    .group_by(QuizTry.quiz)
)

_LAST_TRIES = select(
    QuizTry.quiz,
    QuizTry.given,
    QuizTry.wording,
    QuizTry.right_count,
    QuizTry.question_count,
    QuizTry.tried_at,
).where(QuizTry.id.in_(_NEWEST))


def last_tries(session: Session, enrolment_id: int, quizzes: Collection[str]) -> dict[str, TryRow]:
    """Return the newest try of an enrolment at each of the quizzes, in one query."""
    if not quizzes:
        return {}
    tries = db.read(session, TryRow, _LAST_TRIES, {"enrolment_id": enrolment_id, "quizzes": list(quizzes)})
    return {last.quiz: last for last in tries}
