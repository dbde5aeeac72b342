"""A self-checking question as data: its JSON shape, form fields and marking; all pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias

MOST_GIVEN_CHARACTERS = 1_000
_NUMBER = re.compile(r"[+-]?\d{1,15}(?:[.,]\d{1,10})?")
_UNITS = "€%"
_UNIT_IN_WORDS = re.compile(r"(?<=\d)\s*[^\W\d_]{1,30}\.?\s*\Z")  # 6 kk, 30 tuntia
_CLOSING = " .,!?"  # what people put after an answer out of habit
_CLOSING_OF_NUMBERS = _CLOSING + "-"  # 48,-

# What a person gave: one text per field (an index of a choice, or what was typed); empty for nothing.
Given: TypeAlias = tuple[str, ...]


class QuestionKind(StrEnum):
    TRUE_FALSE = "true-false"
    ONE = "one"
    SEVERAL = "several"
    WORDS = "words"
    NUMBER = "number"
    PAIRS = "pairs"


_CHOOSES_ONE = frozenset({QuestionKind.TRUE_FALSE, QuestionKind.ONE})


@dataclass(frozen=True)
class Choice:
    text: str
    right: bool
    feedback: str = ""


@dataclass(frozen=True)
class NumberAnswer:
    """A range of numbers, ends included, as decimal text."""

    low: str
    high: str
    right: bool
    feedback: str = ""


@dataclass(frozen=True)
class Pair:
    left: str
    right: str


@dataclass(frozen=True)
class Question:
    key: str
    kind: QuestionKind
    text: str
    general_feedback: str = ""
    choices: tuple[Choice, ...] = ()
    numbers: tuple[NumberAnswer, ...] = ()
    wrong_feedback: str = ""
    pairs: tuple[Pair, ...] = ()
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Quiz:
    """The questions of a quiz and the mark of their wording."""

    questions: tuple[Question, ...]
    wording: str


@dataclass(frozen=True)
class Marked:
    answered: bool
    correct: bool
    right_answer_text: str
    feedback: str


def question_to_json(question: Question) -> dict[str, Any]:
    return asdict(question)


def question_from_json(data: Mapping[str, Any]) -> Question:
    return Question(
        key=data["key"],
        kind=QuestionKind(data["kind"]),
        text=data["text"],
        general_feedback=data["general_feedback"],
        choices=tuple(Choice(**choice) for choice in data["choices"]),
        numbers=tuple(NumberAnswer(**number) for number in data["numbers"]),
        wrong_feedback=data["wrong_feedback"],
        pairs=tuple(Pair(**pair) for pair in data["pairs"]),
        options=tuple(data["options"]),
    )


def quiz_from_json(questions: Sequence[Mapping[str, Any]]) -> Quiz:
    return Quiz(tuple(question_from_json(data) for data in questions), wording_of(questions))


def wording_of(questions: Sequence[Mapping[str, Any]]) -> str:
    """Return a mark of how a quiz's questions are worded: the plain twin and a new version have others."""
    canonical = json.dumps(questions, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def sorted_options(texts: Sequence[str]) -> tuple[str, ...]:
    """Right sides of a matching question in alphabetical order, so that their order tells nothing."""
    return tuple(sorted(set(texts), key=lambda text: (text.casefold(), text)))


def folded(text: str) -> str:
    """Text as short answers are compared: letters composed, case and spaces of no weight."""
    return " ".join(unicodedata.normalize("NFC", text).split()).casefold()


def as_number(text: str) -> Decimal | None:
    """A number as people write it: comma or point, spaces between thousands, € or % after it."""
    plain = "".join(unicodedata.normalize("NFC", text).split()).replace("\u2212", "-").replace("\u2013", "-")
    plain = plain.rstrip(_UNITS)
    return Decimal(plain.replace(",", ".")) if _NUMBER.fullmatch(plain) else None


def field_names(question: Question, number: int) -> tuple[str, ...]:
    """The form fields of the quiz's question `number`, counted from 1."""
    if question.kind is QuestionKind.PAIRS:
        return tuple(f"q{number}-{place}" for place in range(1, len(question.pairs) + 1))
    return (f"q{number}",)


def given_from_form(question: Question, number: int, getlist: Callable[[str], Sequence[str]]) -> Given:
    """What a form posted for a question; what the form could not have held is left out."""
    posted = [getlist(name) for name in field_names(question, number)]
    if question.kind is QuestionKind.SEVERAL:
        chosen = {_index(value, len(question.choices)) for value in posted[0]}
        return tuple(str(index) for index in range(len(question.choices)) if index in chosen)
    firsts = [values[0][:MOST_GIVEN_CHARACTERS] if values else "" for values in posted]
    if question.kind is QuestionKind.PAIRS:
        places = [_index(value, len(question.options)) for value in firsts]
        return tuple("" if place is None else str(place) for place in places) if any(firsts) else ()
    if question.kind in _CHOOSES_ONE:
        place = _index(firsts[0], len(question.choices))
        return () if place is None else (str(place),)
    return (firsts[0],) if firsts[0].strip() else ()


def form_from_given(question: Question, number: int, given: Given) -> dict[str, list[str]]:
    """The way back: the values of the form's fields, to show a form with what was given."""
    names = field_names(question, number)
    if question.kind is QuestionKind.SEVERAL:
        return {names[0]: list(given)}
    return {name: [value] for name, value in zip(names, given, strict=False) if value}


def mark(question: Question, given: Sequence[str]) -> Marked:
    """Whether an answer is right, what would be, and what the author says to it."""
    correct, said = _MARKERS[question.kind](question, tuple(given))
    answered = any(value.strip() for value in given)
    feedback = [*said, question.general_feedback] if answered else []
    return Marked(
        answered, correct, right_answer_text(question), "\n\n".join(text for text in feedback if text)
    )


def right_answer_text(question: Question) -> str:
    """The right answer in words; for a true-false question `true` or `false`, which the page translates."""
    if question.kind is QuestionKind.PAIRS:
        return "; ".join(f"{pair.left} – {pair.right}" for pair in question.pairs)
    if question.kind is QuestionKind.NUMBER:
        return next(_range_text(number) for number in question.numbers if number.right)
    right = [choice.text for choice in question.choices if choice.right]
    return "; ".join(right) if question.kind is QuestionKind.SEVERAL else right[0]


def _range_text(number: NumberAnswer) -> str:
    return number.low if number.low == number.high else f"{number.low}–{number.high}"


def _index(text: str, count: int) -> int | None:
    known = {str(index): index for index in range(count)}
    return known.get(text)


_Verdict: TypeAlias = tuple[bool, list[str]]


def _mark_choice(question: Question, given: Given) -> _Verdict:
    place = _index(given[0], len(question.choices)) if len(given) == 1 else None
    if place is None:
        return False, []
    return question.choices[place].right, [question.choices[place].feedback]


def _mark_several(question: Question, given: Given) -> _Verdict:
    chosen = {_index(value, len(question.choices)) for value in given}
    right = {index for index, choice in enumerate(question.choices) if choice.right}
    said = [choice.feedback for index, choice in enumerate(question.choices) if index in chosen]
    return chosen == right, said


def _as_answer(text: str) -> str:
    """A typed answer as it is compared; a mark alone ("?") is an answer, too."""
    plain = folded(text)
    return plain.rstrip(_CLOSING) or plain


def _run_together(text: str) -> str:
    """The same without spaces and hyphens: who writes "vero kortti" knows the tax card."""
    plain = _as_answer(text)
    return plain.replace(" ", "").replace("-", "") or plain


def _mark_words(question: Question, given: Given) -> _Verdict:
    text = given[0] if len(given) == 1 else ""
    for form in (_as_answer, _run_together):
        for choice in question.choices:
            if text.strip() and form(choice.text) == form(text):
                return choice.right, [choice.feedback]
    return False, [question.wrong_feedback]


def _mark_number(question: Question, given: Given) -> _Verdict:
    text = given[0].rstrip(_CLOSING_OF_NUMBERS) if len(given) == 1 else ""
    typed = as_number(_UNIT_IN_WORDS.sub("", text))
    if typed is None:
        return False, [question.wrong_feedback]
    for number in question.numbers:
        if Decimal(number.low) <= typed <= Decimal(number.high):
            return number.right, [number.feedback]
    return False, [question.wrong_feedback]


def _mark_pairs(question: Question, given: Given) -> _Verdict:
    places = [_index(value, len(question.options)) for value in given]
    chosen = [None if place is None else question.options[place] for place in places]
    return chosen == [pair.right for pair in question.pairs], []


_MARKERS: dict[QuestionKind, Callable[[Question, Given], _Verdict]] = {
    QuestionKind.TRUE_FALSE: _mark_choice,
    QuestionKind.ONE: _mark_choice,
    QuestionKind.SEVERAL: _mark_several,
    QuestionKind.WORDS: _mark_words,
    QuestionKind.NUMBER: _mark_number,
    QuestionKind.PAIRS: _mark_pairs,
}
