"""Splits what is between the braces of a GIFT question into answers; a kind of question makes itself of them."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from lms.questions.comparison import folded
from lms.questions.gift.text import GiftFault, shown

MOST_ANSWERS = 20

_WEIGHT = re.compile(r"\s*%(?P<percent>-?\d{1,3}(?:\.\d{1,5})?)%")


@dataclass(frozen=True)
class GiftAnswer:
    """One `=…` or `~…`: where it starts, its sign, its weight in percent if it has one, text and feedback."""

    offset: int
    sign: str
    weight: Decimal | None
    raw: str
    feedback: str

    @property
    def text(self) -> str:
        return shown(self.raw)


@dataclass(frozen=True)
class GiftBody:
    """The answers of a question as they are written, without spaces around them, and where they start."""

    text: str
    offset: int
    general_feedback: str

    @cached_property
    def answers(self) -> tuple[GiftAnswer, ...]:
        """The answers that start with = or ~. Raises GiftFault when that is not how they are written."""
        if self.text[0] not in "=~":
            raise GiftFault(
                self.offset,
                f"The answers `{shown(self.text)[:40]}` are not understood",
                "Start each answer with = or ~.",
            )
        return tuple(split_answers(self.text, self.offset))


def read_body(text: str, start: int, end: int) -> GiftBody:
    """What is between two offsets of a question's text whose escapes are hidden. Raises GiftFault."""
    inner, _mark, general = text[start:end].partition("####")
    body = inner.strip()
    if not body:
        raise GiftFault(
            start, "A question without answers (essay) cannot check itself", "Use a task block for it."
        )
    return GiftBody(body, start + len(inner) - len(inner.lstrip()), shown(general))


def split_answers(body: str, at: int) -> Iterator[GiftAnswer]:
    starts = [place for place, letter in enumerate(body) if letter in "=~"]
    if len(starts) > MOST_ANSWERS:
        raise GiftFault(at, f"The question has more than {MOST_ANSWERS} answers", "Keep the best of them.")
    for place, following in zip(starts, [*starts[1:], len(body)], strict=True):
        piece = body[place + 1 : following]
        match = _WEIGHT.match(piece)
        raw, _, feedback = (piece[match.end() :] if match else piece).partition("#")
        weight = Decimal(match["percent"]) if match else None
        if weight is not None and abs(weight) > 100:
            raise GiftFault(at + place, "A weight is more than 100 %", "Write a weight from -100 to 100.")
        yield GiftAnswer(at + place, body[place], weight, raw, shown(feedback))


def check_unique(found: Sequence[GiftAnswer]) -> None:
    """Raises GiftFault for an answer that is empty or there twice."""
    seen: set[str] = set()
    for answer in found:
        if not answer.text:
            raise GiftFault(
                answer.offset, "An answer is empty", "Write its text, or \\= and \\~ for the letters."
            )
        if folded(answer.text) in seen:
            raise GiftFault(
                answer.offset, f"The answer `{answer.text[:40]}` stands twice", "Keep one of them."
            )
        seen.add(folded(answer.text))
