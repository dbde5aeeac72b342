"""Trying a self-checking quiz."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue.questions import Given, form_from_given, mark, question_from_json
from lms.errors import Invalid
from lms.i18n import _
from lms.quizzes.models import QuizTry
from lms.quizzes.queries import wording_of


def try_quiz(
    session: Session,
    enrolment_id: int,
    quiz: str,
    *,
    lesson: str,
    questions: Sequence[Mapping[str, Any]],
    given: Sequence[Given],
    now: datetime,
) -> QuizTry:
    """Mark a try and keep it; `given` has one item for each question. Raises Invalid when all are empty."""
    if not any(given):
        raise Invalid(_("Choose or write an answer first, then check."))
    asked = [question_from_json(dict(data)) for data in questions]
    fields: dict[str, list[str]] = {}
    for number, (question, answer) in enumerate(zip(asked, given, strict=True), start=1):
        if answer:
            fields.update(form_from_given(question, number, answer))
    made = QuizTry(
        enrolment_id=enrolment_id,
        quiz=quiz,
        lesson=lesson,
        given=fields,
        wording=wording_of(questions),
        right_count=sum(
            mark(question, answer).correct for question, answer in zip(asked, given, strict=True)
        ),
        question_count=len(asked),
        tried_at=now,
    )
    session.add(made)
    session.flush()
    return made
