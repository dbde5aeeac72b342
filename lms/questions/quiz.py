"""A quiz: its questions, and the mark of how they are worded."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.questions.kinds import question_from_json
from lms.questions.question import Question


@dataclass(frozen=True)
class Quiz:
    """The questions of a quiz and the mark of their wording."""

    questions: tuple[Question, ...]
    wording: str


def quiz_from_json(questions: Sequence[Mapping[str, Any]]) -> Quiz:
    return Quiz(tuple(question_from_json(data) for data in questions), wording_of(questions))


def wording_of(questions: Sequence[Mapping[str, Any]]) -> str:
    """Return a mark of how a quiz's questions are worded: the plain twin and a new version have others."""
    canonical = json.dumps(questions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]
