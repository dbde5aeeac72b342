"""A question on paper as plain data: what a booklet draws where it is asked, and at the back where it is answered."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from string import ascii_lowercase, ascii_uppercase
from typing import TypeAlias

Gettext: TypeAlias = Callable[[str], str]


@dataclass(frozen=True)
class Spoken:
    """The language of a text on paper: its translations and its decimal mark."""

    gettext: Gettext
    decimal_mark: str = "."


@dataclass(frozen=True)
class Lettered:
    letter: str
    text: str


@dataclass(frozen=True)
class QuestionOnPaper:
    """How the question is answered: choices to tick, pairs to find a letter for, or a line of `line_mm` to write on."""

    choices: tuple[Lettered, ...] = ()
    pairs: tuple[str, ...] = ()
    options: tuple[Lettered, ...] = ()
    line_mm: int = 0


@dataclass(frozen=True)
class AnswerLine:
    """A line of the right answer: only what is `right` is emphasised in it."""

    right: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class AnswerOnPaper:
    """The right answer in short lines, and the author's feedback to the answers."""

    right: tuple[AnswerLine, ...]
    said: tuple[str, ...]


def letter_of(place: int, *, capital: bool = False) -> str:
    """Return a, b, … z, aa, ab for an index from 0."""
    letters = ascii_uppercase if capital else ascii_lowercase
    first, last = divmod(place, len(letters))
    return (letter_of(first - 1, capital=capital) if first else "") + letters[last]


def lettered(texts: Iterable[str], *, capital: bool = False) -> tuple[Lettered, ...]:
    return tuple(Lettered(letter_of(place, capital=capital), text) for place, text in enumerate(texts))


def by_feedback(pairs: Iterable[tuple[str, str]], *, mark: str = ":") -> list[str]:
    """Return each feedback once, after all the answers that get it; an empty answer is not named."""
    answers: dict[str, list[str]] = {}
    for answer, feedback in pairs:
        if feedback:
            answers.setdefault(feedback, []).append(answer)
    named = {feedback: ", ".join(filter(None, given)) for feedback, given in answers.items()}
    return [f"{names}{mark} {feedback}" if names else feedback for feedback, names in named.items()]
