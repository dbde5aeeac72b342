"""Reads quiz questions in GIFT, Moodle's plain-text format: questions with empty lines between them."""

import re
from dataclasses import dataclass

from lms.faults import FaultList, shortened
from lms.questions.gift.answers import read_body
from lms.questions.gift.text import GiftFault, hidden_escapes, shown
from lms.questions.kinds import question_from_gift
from lms.questions.question import Question

MOST_QUESTIONS = 50
MOST_CHARACTERS = 4_000

_FORMAT = re.compile(r"\s*\[(?P<format>html|markdown|moodle|plain)\]\s*")


@dataclass(frozen=True)
class _Source:
    """The lines of one question, without comments, and where each is in the file."""

    lines: tuple[str, ...]
    numbers: tuple[int, ...]

    @property
    def text(self) -> str:
        return "\n".join(self.lines)

    def line_at(self, offset: int) -> int:
        return self.numbers[min(self.text.count("\n", 0, max(offset, 0)), len(self.numbers) - 1)]


def read_gift(text: str, first_line: int, faults: FaultList) -> tuple[Question, ...]:
    """The questions of a quiz whose text starts on `first_line`; what is not understood is a fault."""
    questions: list[Question] = []
    keys: set[str] = set()
    for source in _sources(text, first_line):
        line = source.numbers[0]
        if len(questions) == MOST_QUESTIONS:
            faults.add(line, f"The quiz has more than {MOST_QUESTIONS} questions", "Make two quizzes of it.")
            break
        try:
            question = _question(source, position=len(questions) + 1)
        except GiftFault as fault:
            faults.add(source.line_at(fault.offset), fault.message, fault.fix)
            continue
        if question.key in keys:
            name = shortened(question.key)
            faults.add(line, f"Two questions are named `{name}`", "Give each question its own ::name::.")
        keys.add(question.key)
        questions.append(question)
    if not questions and not faults:
        faults.add(first_line, "The quiz has no questions", "Write questions in GIFT: Text {=right ~wrong}.")
    return tuple(questions)


def _sources(text: str, first_line: int) -> list[_Source]:
    found: list[_Source] = []
    lines: list[str] = []
    numbers: list[int] = []
    for number, line in enumerate([*text.split("\n"), ""], start=first_line):
        if line.strip().startswith("//"):
            continue
        if line.strip():
            lines.append(line)
            numbers.append(number)
        elif lines:
            found.append(_Source(tuple(lines), tuple(numbers)))
            lines, numbers = [], []
    return found


def _question(source: _Source, *, position: int) -> Question:
    text = hidden_escapes(source.text)
    if len(text) > MOST_CHARACTERS:
        raise GiftFault(0, "The question is too long", f"Keep it under {MOST_CHARACTERS} characters.")
    if text.lstrip().startswith("$"):
        raise GiftFault(0, "A category line has no use here", "Remove it.")
    name, start = _name(text)
    opening, closing = _braces(text, start)
    asked = shown(text[start:opening])
    if not asked:
        raise GiftFault(opening, "The question has no text", "Write the question before the brace {.")
    if text[closing + 1 :].strip():
        fix = "Put the whole question before the brace {."
        raise GiftFault(closing + 1, "Text after the answers (missing word) is not available", fix)
    return question_from_gift(read_body(text, opening + 1, closing), key=name or str(position), text=asked)


def _name(text: str) -> tuple[str, int]:
    """The question's ::name::, if it has one, and where its text starts."""
    start = len(text) - len(text.lstrip())
    name = ""
    if text.startswith("::", start):
        end = text.find("::", start + 2)
        if end < 0:
            raise GiftFault(
                start, "The name of a question does not end", "Write ::name:: before the question."
            )
        name, start = shown(text[start + 2 : end]), end + 2
        if not name or len(name) > 100:
            raise GiftFault(start, "The name of a question is empty or too long", "Write ::a short name::.")
    match = _FORMAT.match(text, start)
    if match and match["format"] in ("html", "markdown"):
        raise GiftFault(start, f"[{match['format']}] is not available in questions", "Write plain text.")
    return name, match.end() if match else start


def _braces(text: str, start: int) -> tuple[int, int]:
    opening = text.find("{", start)
    closing = text.find("}", start)
    if opening < 0:
        if closing >= 0:
            raise GiftFault(
                closing, "A brace } has no partner", "Write answers as {…}, or \\} for the letter."
            )
        raise GiftFault(start, "The question has no answers in braces", "Write {=right ~wrong} after it.")
    if 0 <= closing < opening:
        raise GiftFault(closing, "A brace } stands before {", "Write answers as {…}, or \\} for the letter.")
    if closing < 0:
        fix = "Close it with }; there is no empty line between the braces."
        raise GiftFault(opening, "The brace { is not closed", fix)
    for brace in "{}":
        again = text.find(brace, (opening if brace == "{" else closing) + 1)
        if again >= 0:
            fix = f"Put an empty line between questions, or write \\{brace} for the letter."
            raise GiftFault(again, f"A second brace {brace} in one question", fix)
    return opening, closing
