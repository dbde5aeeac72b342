"""The personal data of quizzes: the export and erasure of tries."""

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.i18n import lazy
from lms.personal_data import Column, ExportRecord, Holding, as_moment
from lms.quizzes.models import QuizTry
from lms.runs.models import Enrolment

TRIES_AT_ONCE = 100


def export(session: Session, person_id: int) -> Iterator[ExportRecord]:
    statement = (
        select(QuizTry)
        .join(Enrolment, Enrolment.id == QuizTry.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(QuizTry.id)
    )
    for found in session.scalars(statement, execution_options={"yield_per": TRIES_AT_ONCE}):
        yield {
            "quiz": found.quiz,
            "lesson": found.lesson,
            "given": found.given,
            "right": found.right_count,
            "questions": found.question_count,
            "tried_at": found.tried_at.isoformat(),
        }


def erase(session: Session, person_id: int, now: datetime) -> None:
    own = select(Enrolment.id).where(Enrolment.person_id == person_id).scalar_subquery()
    session.execute(delete(QuizTry).where(QuizTry.enrolment_id.in_(own)))


HOLDINGS = (
    Holding(
        name="quiz-tries",
        label=lazy("Your tries at quizzes"),
        tables=frozenset({"quiz_tries"}),
        export=export,
        erase=erase,
        columns={
            "quiz": Column(lazy("Quiz")),
            "lesson": Column(lazy("Lesson")),
            "right": Column(lazy("Correct answers")),
            "questions": Column(lazy("Questions")),
            "tried_at": Column(lazy("Tried"), as_moment),
        },
        unshown=frozenset({"given"}),
    ),
)
