"""A word or a few to type, compared without regard to case, spaces and closing marks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lms.questions.comparison import folded
from lms.questions.gift.answers import GiftBody, check_unique
from lms.questions.gift.text import GiftFault
from lms.questions.paper import AnswerLine, Spoken, by_feedback
from lms.questions.question import Choice, Given, Verdict, choices_from_json, common_fields
from lms.questions.typed import CLOSING, Typed


@dataclass(frozen=True, kw_only=True)
class Words(Typed):
    kind: ClassVar[str] = "words"
    line_mm: ClassVar[int] = 90

    # the answers that the author expects: accepted spellings, and wrong answers with feedback
    choices: tuple[Choice, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(
            **common_fields(data), choices=choices_from_json(data), wrong_feedback=data["wrong_feedback"]
        )

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return all(answer.sign == "=" for answer in body.answers)

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        found = body.answers
        check_unique(found)
        if any(answer.weight not in (None, 0, 100) for answer in found):
            weighted = next(answer for answer in found if answer.weight not in (None, 0, 100))
            raise GiftFault(
                weighted.offset, "A typed answer is right or wrong", "Use %100% or %0%, or no weight."
            )
        choices = tuple(Choice(answer.text, answer.weight != 0, answer.feedback) for answer in found)
        if not any(choice.right for choice in choices):
            raise GiftFault(found[0].offset, "The question has no right answer", "Mark one with =.")
        return cls(**asked, choices=choices)

    @property
    def right_answer_text(self) -> str:
        return next(choice.text for choice in self.choices if choice.right)

    def right_given(self) -> Given:
        return (self.right_answer_text,)

    def _verdict(self, given: Given) -> Verdict:
        text = given[0] if len(given) == 1 else ""
        for form in (_as_answer, _run_together):
            for choice in self.choices:
                if text.strip() and form(choice.text) == form(text):
                    return choice.right, [choice.feedback]
        return False, [self.wrong_feedback]

    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]:
        # the other accepted answers are spellings of the same word
        return (AnswerLine(self.right_answer_text),)

    def _feedback_on_paper(self, spoken: Spoken) -> list[str]:
        said = by_feedback(("" if choice.right else choice.text, choice.feedback) for choice in self.choices)
        return [*said, *self._other_on_paper(spoken)]


def _as_answer(text: str) -> str:
    """A typed answer as it is compared; a mark alone ("?") is an answer, too."""
    plain = folded(text)
    return plain.rstrip(CLOSING) or plain


def _run_together(text: str) -> str:
    """The same without spaces and hyphens: a person who writes "vero kortti" knows the answer."""
    plain = _as_answer(text)
    return plain.replace(" ", "").replace("-", "") or plain
