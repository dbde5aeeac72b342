"""Self-checking questions on paper: what stands in the lesson, and what stands at the back."""

from collections.abc import Iterable
from string import ascii_lowercase, ascii_uppercase
from typing import Any

from lms.booklets.tree import plain_text
from lms.booklets.wording import Words
from lms.questions.question import Choice, NumberAnswer, Question, QuestionKind

DECIMAL_COMMA = frozenset({"fi", "sv"})


def question_on_paper(question: Question, words: Words) -> dict[str, Any]:
    """Return a question as it is answered; nothing in it tells the right answer."""
    shows_choices = question.kind not in (QuestionKind.WORDS, QuestionKind.NUMBER)
    return {
        "kind": str(question.kind),
        "text": plain_text(question.text),
        "choices": [
            {"letter": letter_of(place), "text": _said(choice, question, words)}
            for place, choice in enumerate(question.choices if shows_choices else ())
        ],
        "pairs": [pair.left for pair in question.pairs],
        "options": [
            {"letter": letter_of(place, capital=True), "text": option}
            for place, option in enumerate(question.options)
        ],
    }


def answer_on_paper(question: Question, words: Words, language: str) -> dict[str, Any]:
    """Return the right answer in short lines, and what the author says to each way to answer."""
    if question.kind is QuestionKind.PAIRS:
        right = [_pair(question, pair.left, pair.right) for pair in question.pairs]
        said: list[str] = []
    elif question.kind is QuestionKind.NUMBER:
        right = [_line(_range(number, language)) for number in question.numbers if number.right][:1]
        said = _by_feedback(
            ("" if number.right else _range(number, language), number.feedback) for number in question.numbers
        )
    elif question.kind is QuestionKind.WORDS:
        # the other accepted ones are the same word spelled otherwise
        right = [_line(choice.text) for choice in question.choices if choice.right][:1]
        said = _by_feedback(
            ("" if choice.right else choice.text, choice.feedback) for choice in question.choices
        )
    else:
        right = [_line(_lettered(place, question, words)) for place in _right_places(question)]
        said = _by_feedback(
            ((letter_of(place), choice.feedback) for place, choice in enumerate(question.choices)), mark=")"
        )
    if question.wrong_feedback:
        said.append(f"{words['other']}: {question.wrong_feedback}")
    said += [question.general_feedback] if question.general_feedback else []
    return {"right": right, "said": [plain_text(text) for text in dict.fromkeys(said)]}


def letter_of(place: int, *, capital: bool = False) -> str:
    """Return a, b, … z, aa, ab for a place counted from 0."""
    letters = ascii_uppercase if capital else ascii_lowercase
    first, last = divmod(place, len(letters))
    return (letter_of(first - 1, capital=capital) if first else "") + letters[last]


def _by_feedback(pairs: Iterable[tuple[str, str]], *, mark: str = ":") -> list[str]:
    """Return each feedback once, after all the answers that get it; an empty answer is not named."""
    answers: dict[str, list[str]] = {}
    for answer, feedback in pairs:
        if feedback:
            answers.setdefault(feedback, []).append(answer)
    named = {feedback: ", ".join(filter(None, given)) for feedback, given in answers.items()}
    return [f"{names}{mark} {feedback}" if names else feedback for feedback, names in named.items()]


def _said(choice: Choice, question: Question, words: Words) -> str:
    return words[choice.text] if question.kind is QuestionKind.TRUE_FALSE else choice.text


def _lettered(place: int, question: Question, words: Words) -> str:
    return f"{letter_of(place)}) {_said(question.choices[place], question, words)}"


def _right_places(question: Question) -> list[int]:
    return [place for place, choice in enumerate(question.choices) if choice.right]


def _line(right: str, *, before: str = "", after: str = "") -> dict[str, str]:
    """Return a line of an answer: only what is right stands out in it."""
    return {"before": before, "right": right, "after": after}


def _pair(question: Question, left: str, right: str) -> dict[str, str]:
    letter = letter_of(question.options.index(right), capital=True)
    return _line(f"{letter})", before=f"{left}: ", after=f" {right}")


def _range(number: NumberAnswer, language: str) -> str:
    low, high = (
        text.replace(".", ",") if language in DECIMAL_COMMA else text for text in (number.low, number.high)
    )
    return low if low == high else f"{low}–{high}"
