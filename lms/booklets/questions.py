"""Self-checking questions as the booklet's template draws them: where they are asked, and at the back."""

from dataclasses import asdict
from typing import Any

from lms.booklets.tree import plain_text
from lms.questions.paper import AnswerOnPaper, Gettext, Spoken
from lms.questions.question import Question


def question_as_data(question: Question, spoken: Spoken, hints: Gettext) -> dict[str, Any]:
    """Return a question as it is answered, with how to do so in the language of the booklet's own words."""
    return {
        "text": plain_text(question.text),
        "hint": question.paper_hint(hints),
        **asdict(question.on_paper(spoken)),
    }


def answer_as_data(answer: AnswerOnPaper) -> dict[str, Any]:
    return {
        "right": [asdict(line) for line in answer.right],
        "said": [plain_text(text) for text in answer.said],
    }
