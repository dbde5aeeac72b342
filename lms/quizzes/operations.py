"""Trying a self-checking quiz."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms import limits, quota
from lms.errors import Invalid
from lms.i18n import _
from lms.questions.question import Given
from lms.questions.quiz import Quiz
from lms.quizzes.models import QuizTry


def try_quiz(
    session: Session,
    enrolment_id: int,
    quiz: str,
    *,
    lesson: str,
    asked: Quiz,
    given: Sequence[Given],
    by: int,
    now: datetime,
) -> QuizTry:
    """Mark and store a try; `given` has one item for each question. Raises Invalid when all are empty."""
    if not any(given):
        raise Invalid(_("Choose or write an answer first, then check."))
    pairs = list(zip(asked.questions, given, strict=True))
    fields: dict[str, list[str]] = {}
    for number, (question, answer) in enumerate(pairs, start=1):
        if answer:
            fields.update(question.form_from_given(number, answer))
    limits.count(session, limits.QUIZ_TRIES, by, now=now)
    quota.take(session, by, quota.size_of(json.dumps(fields)))
    made = QuizTry(
        enrolment_id=enrolment_id,
        quiz=quiz,
        lesson=lesson,
        given=fields,
        wording=asked.wording,
        right_count=sum(question.mark(answer).correct for question, answer in pairs),
        question_count=len(pairs),
        tried_at=now,
    )
    session.add(made)
    session.flush()
    return made
