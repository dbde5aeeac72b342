"""One right choice of several."""

from dataclasses import dataclass
from typing import ClassVar, Self

from lms.questions.choosing import Choosing
from lms.questions.gift.answers import GiftAnswer, GiftBody, check_unique
from lms.questions.gift.text import GiftFault
from lms.questions.question import Choice


@dataclass(frozen=True, kw_only=True)
class OneChoice(Choosing):
    kind: ClassVar[str] = "one"

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return bool(body.answers)

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        found = body.answers
        check_choices(found)
        equals = [answer for answer in found if answer.sign == "="]
        if not equals:
            raise GiftFault(found[0].offset, "The question has no right answer", "Mark the right one with =.")
        if len(equals) > 1:
            fix = "Keep one =, or give every right answer a weight: ~%50%."
            raise GiftFault(equals[1].offset, "Two answers of a choice are marked with =", fix)
        choices = tuple(Choice(answer.text, answer.sign == "=", answer.feedback) for answer in found)
        return cls(**asked, choices=choices)

    @property
    def easily_guessed(self) -> tuple[Choice, ...]:
        return self.choices


def check_choices(found: tuple[GiftAnswer, ...]) -> None:
    """Raises GiftFault where there is nothing to choose between."""
    check_unique(found)
    if len(found) < 2:
        raise GiftFault(
            found[0].offset, "There is only one answer to choose", "Write at least one = and one ~."
        )
