"""Reads what stands between the braces of a GIFT question and decides which kind of question it is."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeAlias

from lms.questions.gift.text import GiftFault, shown
from lms.questions.question import Choice, NumberAnswer, Pair, QuestionKind, as_number, folded, sorted_options

MOST_ANSWERS = 20

_TRUE_FALSE = re.compile(
    r"(?P<word>true|false|t|f)(?:#(?P<wrong>[^#]*))?(?:#(?P<right>[^#]*))?", re.IGNORECASE
)
_WEIGHT = re.compile(r"\s*%(?P<percent>-?\d{1,3}(?:\.\d{1,5})?)%")

# The attributes of a Question that its answers decide.
Answers: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class _Answer:
    """One `=…` or `~…`: where it starts, its sign, its weight in percent if it has one, text and feedback."""

    offset: int
    sign: str
    weight: Decimal | None
    raw: str
    feedback: str

    @property
    def text(self) -> str:
        return shown(self.raw)


def read_answers(text: str, start: int, end: int) -> Answers:
    """The answers between two offsets of a question's text whose escapes are hidden."""
    inner, mark_, general = text[start:end].partition("####")
    answers = _read(inner, start)
    if mark_:
        answers["general_feedback"] = shown(general)
    return answers


def _read(inner: str, start: int) -> Answers:
    body = inner.strip()
    at = start + len(inner) - len(inner.lstrip())
    if not body:
        raise GiftFault(
            start, "A question without answers (essay) cannot check itself", "Use a task block for it."
        )
    if body.startswith("#"):
        return _numbers(body[1:], at + 1)
    match = _TRUE_FALSE.fullmatch(body)
    if match:
        return _true_false(match)
    if body[0] not in "=~":
        raise GiftFault(
            at, f"The answers `{shown(body)[:40]}` are not understood", "Start each answer with = or ~."
        )
    found = list(_split(body, at))
    if any("->" in answer.raw for answer in found):
        return _pairs(found)
    if all(answer.sign == "=" for answer in found):
        return _words(found)
    return _choices(found)


def _true_false(match: re.Match[str]) -> Answers:
    is_true = match["word"].lower() in ("t", "true")
    wrong, right = shown(match["wrong"] or ""), shown(match["right"] or "")
    choices = (
        Choice("true", is_true, right if is_true else wrong),
        Choice("false", not is_true, wrong if is_true else right),
    )
    return {"kind": QuestionKind.TRUE_FALSE, "choices": choices}


def _split(body: str, at: int) -> Iterator[_Answer]:
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
        yield _Answer(at + place, body[place], weight, raw, shown(feedback))


def _unique(found: list[_Answer]) -> None:
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


def _words(found: list[_Answer]) -> Answers:
    _unique(found)
    if any(answer.weight not in (None, 0, 100) for answer in found):
        weighted = next(answer for answer in found if answer.weight not in (None, 0, 100))
        raise GiftFault(
            weighted.offset, "A typed answer is right or wrong", "Use %100% or %0%, or no weight."
        )
    choices = tuple(Choice(answer.text, answer.weight != 0, answer.feedback) for answer in found)
    if not any(choice.right for choice in choices):
        raise GiftFault(found[0].offset, "The question has no right answer", "Mark one with =.")
    return {"kind": QuestionKind.WORDS, "choices": choices}


def _choices(found: list[_Answer]) -> Answers:
    _unique(found)
    if len(found) < 2:
        raise GiftFault(
            found[0].offset, "There is only one answer to choose", "Write at least one = and one ~."
        )
    equals = [answer for answer in found if answer.sign == "="]
    if any(answer.weight is not None for answer in found):
        return _several(found, equals)
    if not equals:
        raise GiftFault(found[0].offset, "The question has no right answer", "Mark the right one with =.")
    if len(equals) > 1:
        mend = "Keep one =, or give every right answer a weight: ~%50%."
        raise GiftFault(equals[1].offset, "Two answers of a choice are marked with =", mend)
    choices = tuple(Choice(answer.text, answer.sign == "=", answer.feedback) for answer in found)
    return {"kind": QuestionKind.ONE, "choices": choices}


def _several(found: list[_Answer], equals: list[_Answer]) -> Answers:
    if equals:
        raise GiftFault(
            equals[0].offset, "= and weights are mixed", "Write ~%50% for each of two right answers."
        )
    right = [answer for answer in found if answer.weight is not None and answer.weight > 0]
    if not right:
        raise GiftFault(found[0].offset, "The question has no right answer", "Give the right ones a weight.")
    total = sum((answer.weight or Decimal(0) for answer in right), Decimal(0))
    if not 99 <= total <= 101:
        message = f"The weights of the right answers make {total} %"
        raise GiftFault(right[0].offset, message, "Let them make 100 %.")
    choices = tuple(Choice(answer.text, answer in right, answer.feedback) for answer in found)
    return {"kind": QuestionKind.SEVERAL, "choices": choices}


def _pairs(found: list[_Answer]) -> Answers:
    pairs: list[Pair] = []
    distractors: list[str] = []
    for answer in found:
        left, arrow, right = (shown(side) for side in answer.raw.partition("->"))
        if answer.sign != "=" or not arrow or not right:
            raise GiftFault(answer.offset, "A pair is not understood", "Write each as =left -> right.")
        if answer.weight is not None or answer.feedback:
            raise GiftFault(
                answer.offset, "A pair has a weight or a feedback", "Use #### for the whole question."
            )
        if left:
            pairs.append(Pair(left, right))
        else:
            distractors.append(right)
    if len(pairs) < 2:
        raise GiftFault(
            found[0].offset, "There are fewer than two pairs", "Write at least two =left -> right."
        )
    if len({folded(pair.left) for pair in pairs}) < len(pairs):
        raise GiftFault(found[0].offset, "A left side stands twice", "Make each left side different.")
    options = sorted_options([*(pair.right for pair in pairs), *distractors])
    if len(options) < 2:
        raise GiftFault(found[0].offset, "All right sides are the same", "Make at least two different.")
    return {"kind": QuestionKind.PAIRS, "pairs": tuple(pairs), "options": options}


def _numbers(body: str, at: int) -> Answers:
    if body.lstrip()[:1] not in ("=", "~"):
        body = f"={body}"
        at -= 1
    else:
        at += len(body) - len(body.lstrip())
        body = body.lstrip()
    numbers: list[NumberAnswer] = []
    wrong_feedback = ""
    for answer in _split(body, at):
        if answer.sign == "~" and not answer.text:
            wrong_feedback = answer.feedback
            continue
        if answer.weight not in (None, 0, 100):
            raise GiftFault(answer.offset, "A number is right or wrong", "Use %100% or %0%, or no weight.")
        low, high = _range(answer)
        right = answer.sign == "=" and answer.weight != 0
        numbers.append(NumberAnswer(_decimal_text(low), _decimal_text(high), right, answer.feedback))
    if not any(number.right for number in numbers):
        raise GiftFault(at, "The question has no right number", "Write {#12} or {#12:1} or {#11..13}.")
    return {"kind": QuestionKind.NUMBER, "numbers": tuple(numbers), "wrong_feedback": wrong_feedback}


def _range(answer: _Answer) -> tuple[Decimal, Decimal]:
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
