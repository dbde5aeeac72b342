"""The kinds of questions that there are; a new kind is a module of its own, its templates, and one line here."""

from collections.abc import Mapping
from typing import Any

from lms.questions.gift.answers import GiftBody
from lms.questions.number import Number
from lms.questions.one import OneChoice
from lms.questions.pairs import Pairs
from lms.questions.question import Question
from lms.questions.several import SeveralChoices
from lms.questions.true_false import TrueFalse
from lms.questions.words import Words

# In GIFT a question is of the first kind that its answers fit.
QUESTION_KINDS: dict[str, type[Question]] = {
    kind.kind: kind for kind in (Number, TrueFalse, Pairs, Words, SeveralChoices, OneChoice)
}


def question_from_json(data: Mapping[str, Any]) -> Question:
    return QUESTION_KINDS[data["kind"]].from_json(data)


def question_from_gift(body: GiftBody, *, key: str, text: str) -> Question:
    """Return the question that is answered so. Raises GiftFault."""
    kind = next(kind for kind in QUESTION_KINDS.values() if kind.fits(body))
    return kind.from_gift(body, key=key, text=text, general_feedback=body.general_feedback)
