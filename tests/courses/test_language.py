"""Finnish that breathes begins with Finnish that is spelled right: Voikko reads every course and every message."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.pofile import read_po

from lms.config import ROOT
from lms.coursefiles.advise.spelling import Speller, finnish_speller, own_words, words_of
from lms.coursefiles.read.author_texts import TextSegment, read_segments, repeated_words, without_code
from lms.faults import FaultList

COURSES = ROOT / "courses"
FRONT_MATTER_TEXT = re.compile(r"^(?:title|summary|section):\s*(.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def speller() -> Iterator[Speller]:
    with finnish_speller(own_words(COURSES, FaultList("words.txt"))) as speller:
        if speller is None:
            pytest.skip("Voikko's Finnish is not installed here")
        yield speller


def finnish_texts() -> Iterator[tuple[str, TextSegment]]:
    """Yield every Finnish text of the product with its name."""
    for path in sorted(COURSES.glob("*/*.md")):
        if not re.search(r"\.(sv|en)\.md$", path.name):
            for segment in read_segments(path.read_text(encoding="utf-8")):
                yield str(path.relative_to(ROOT)), segment
    for path in sorted((ROOT / "lms" / "translations" / "fi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fi"):
                texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
                for text in texts if message.id else ():
                    bare = re.sub(r"%\(\w+\)[a-z]|%%", " ", str(text))
                    yield path.name, TextSegment(message.lineno or 1, without_code(bare))


def test_every_finnish_word_is_spelled_right(speller: Speller) -> None:
    wrong = {
        f"{name}:{segment.line}: {match[0]}"
        for name, segment in finnish_texts()
        for match in words_of(segment.text)
        if not speller.knows(match[0])
    }
    assert sorted(wrong) == []


def test_no_word_appears_twice_in_a_row() -> None:
    doubled = [
        f"{name}:{line}: {word}"
        for name, segment in finnish_texts()
        for line, word in repeated_words([segment], "fi")
    ]
    assert doubled == []


FORBIDDEN_ON_PAPER = re.compile(
    r"(?i)kuntouttav|työttöm|sosiaalihuol|sosiaalitoim|rehabilit|arbetslös|unemploy|social services"
)


def test_course_names_tell_of_the_skill_and_not_of_the_background() -> None:
    """The text of a title or summary may come to a certificate."""
    told = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted(COURSES.glob("*/*.md"))
        for found in FRONT_MATTER_TEXT.findall(path.read_text(encoding="utf-8").split("---\n", 2)[1])
        if FORBIDDEN_ON_PAPER.search(found)
    ]
    assert told == []
