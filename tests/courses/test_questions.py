"""Quizzes that a right person gets right, whatever words come to mind."""

import re
from collections.abc import Iterator

from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.course import CourseSource
from lms.questions.number import Number
from lms.questions.question import Question
from lms.questions.words import Words

# A word is typed only where it is before one's eyes in a single form; whom to ring or what to say is chosen.
TYPED = {"paate": "pdf", "muoto": "pdf", "osoite": "B5", "sana": "Tallennettu"}
READ_OR_RECKONED = re.compile(r"(?i)\d|kuvaa|taulukkoa|bilden|\b(?:kaksi|kolme|neljä|viisi)\b")


def questions(courses: dict[str, CourseSource]) -> Iterator[tuple[str, Question]]:
    for course in courses.values():
        for lesson in course.lessons:
            for page in lesson.pages:
                for part in page.parts:
                    for question in part.questions if isinstance(part, QuizPart) else ():
                        name = f"{course.slug}/{lesson.slug} {page.language}{' plain' * page.plain}"
                        yield f"{name}: {question.key}", question


def test_nobody_types_what_can_be_said_in_other_words(courses: dict[str, CourseSource]) -> None:
    typed = [(name, question) for name, question in questions(courses) if isinstance(question, Words)]

    assert typed
    for name, question in typed:
        right = {choice.text for choice in question.choices if choice.right}
        assert TYPED.get(question.key) in right, name


def test_a_number_is_reckoned_or_read_and_never_remembered(courses: dict[str, CourseSource]) -> None:
    remembered = [
        name
        for name, question in questions(courses)
        if isinstance(question, Number) and not READ_OR_RECKONED.search(question.text)
    ]
    assert remembered == []
