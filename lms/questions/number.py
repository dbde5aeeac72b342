"""A number to type; ranges of numbers are right or have a feedback of their own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar, Self

from lms.questions.comparison import as_number
from lms.questions.gift.answers import GiftAnswer, GiftBody, split_answers
from lms.questions.gift.text import GiftFault
from lms.questions.paper import AnswerLine, Spoken, by_feedback
from lms.questions.question import Given, Verdict, common_fields
from lms.questions.typed import CLOSING, Typed

_UNIT_IN_WORDS = re.compile(r"(?<=\d)\s*[^\W\d_]{1,30}\.?\s*\Z")  # 6 kk, 30 tuntia
_CLOSING = CLOSING + "-"  # 48,-


@dataclass(frozen=True)
class NumberAnswer:
    """A range of numbers, ends included, as decimal text."""

    low: str
    high: str
    right: bool
    feedback: str = ""

    def holds(self, number: Decimal) -> bool:
        return Decimal(self.low) <= number <= Decimal(self.high)

    def text(self, decimal_mark: str = ".") -> str:
        low, high = (end.replace(".", decimal_mark) for end in (self.low, self.high))
        return low if low == high else f"{low}–{high}"


@dataclass(frozen=True, kw_only=True)
class Number(Typed):
    kind: ClassVar[str] = "number"
    line_mm: ClassVar[int] = 45

    numbers: tuple[NumberAnswer, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        numbers = tuple(NumberAnswer(**number) for number in data["numbers"])
        return cls(**common_fields(data), numbers=numbers, wrong_feedback=data["wrong_feedback"])

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return body.text.startswith("#")

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        numbers: list[NumberAnswer] = []
        wrong_feedback = ""
        text, at = _answers_of(body)
        for answer in split_answers(text, at):
            if answer.sign == "~" and not answer.text:
                wrong_feedback = answer.feedback
                continue
            if answer.weight not in (None, 0, 100):
                raise GiftFault(
                    answer.offset, "A number is right or wrong", "Use %100% or %0%, or no weight."
                )
            low, high = _range(answer)
            right = answer.sign == "=" and answer.weight != 0
            numbers.append(NumberAnswer(_decimal_text(low), _decimal_text(high), right, answer.feedback))
        if not any(number.right for number in numbers):
            raise GiftFault(at, "The question has no right number", "Write {#12} or {#12:1} or {#11..13}.")
        return cls(**asked, numbers=tuple(numbers), wrong_feedback=wrong_feedback)

    @property
    def right_number(self) -> NumberAnswer:
        return next(number for number in self.numbers if number.right)

    @property
    def right_answer_text(self) -> str:
        return self.right_number.text()

    def right_given(self) -> Given:
        return (self.right_number.low,)

    def _verdict(self, given: Given) -> Verdict:
        text = given[0].rstrip(_CLOSING) if len(given) == 1 else ""
        typed = as_number(_UNIT_IN_WORDS.sub("", text))
        if typed is None:
            return False, [self.wrong_feedback]
        for number in self.numbers:
            if number.holds(typed):
                return number.right, [number.feedback]
        return False, [self.wrong_feedback]

    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]:
        return (AnswerLine(self.right_number.text(spoken.decimal_mark)),)

    def _feedback_on_paper(self, spoken: Spoken) -> list[str]:
        said = by_feedback(
            ("" if number.right else number.text(spoken.decimal_mark), number.feedback)
            for number in self.numbers
        )
        return [*said, *self._other_on_paper(spoken)]


def _answers_of(body: GiftBody) -> tuple[str, int]:
    """The answers after the #, each with its sign, and where they start."""
    text, at = body.text[1:], body.offset + 1
    plain = text.lstrip()
    if plain[:1] not in ("=", "~"):
        return f"={text}", at - 1
    return plain, at + len(text) - len(plain)


def _range(answer: GiftAnswer) -> tuple[Decimal, Decimal]:
    first, dots, second = answer.text.partition("..")
    if not dots:
        first, colon, second = answer.text.partition(":")
        middle, tolerance = as_number(first), as_number(second) if colon else Decimal(0)
        if middle is not None and tolerance is not None and tolerance >= 0:
            return middle - tolerance, middle + tolerance
    low, high = as_number(first), as_number(second)
    if not dots or low is None or high is None or low > high:
        message = f"The number `{answer.text[:40]}` is not understood"
        raise GiftFault(answer.offset, message, "Write 12, 12:1 (12 give or take 1), or 11..13.")
    return low, high


def _decimal_text(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
