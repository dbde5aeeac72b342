"""A quiz: its questions, and the mark of how they are worded."""

import hashlib
import json
from dataclasses import dataclass

from lms.questions.question import Question


@dataclass(frozen=True)
class Quiz:
    """The questions of a quiz and the mark of their wording."""

    questions: tuple[Question, ...]
    wording: str


def quiz_of(questions: tuple[Question, ...]) -> Quiz:
    """Return the quiz; its mark differs in the plain twin and in a version that words its questions otherwise."""
    stored = [question.to_json() for question in questions]
    canonical = json.dumps(stored, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return Quiz(questions, hashlib.sha256(canonical.encode()).hexdigest()[:16])
