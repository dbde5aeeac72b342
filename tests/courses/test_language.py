"""Finnish that breathes begins with Finnish that is spelled right: Voikko reads every course and every message."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from lms.config import ROOT

libvoikko = pytest.importorskip("libvoikko")

COURSES = ROOT / "courses"
WORD = re.compile(r"[A-Za-zÅÄÖåäöŠšŽžÉé][A-Za-zÅÄÖåäöŠšŽžÉé'’-]*")
# what is not language: addresses, file names, ids, code, and the lines of block options
NOT_LANGUAGE = re.compile(
    r"https?://\S+|\S+@\S+|`[^`]*`|\]\([^)]*\)|::[\w-]+::|\S+\.(?:fi|md|svg|pdf|com|example|json|html|zip)\b|\{\w+\}"
)
# "CV:ssä": the ending of an abbreviation is no word of its own
ENDING = re.compile(r"\b([A-ZÅÄÖ]{2,})\\?:[a-zåäö]+")
OPTION = re.compile(r"^ {4}[a-z]+:.*$|^////.*$", re.MULTILINE)
FRONT_MATTER_TEXT = re.compile(r"^(?:title|summary|section):\s*(.+)$", re.MULTILINE)


@pytest.fixture(scope="module")
def voikko() -> Iterator[object]:
    try:
        speller = libvoikko.Voikko("fi")
    except (OSError, libvoikko.VoikkoException):
        pytest.skip("Voikko's Finnish is not installed here")
    yield speller
    speller.terminate()


@pytest.fixture(scope="module")
def known() -> frozenset[str]:
    """Return the words of courses/words.txt, which Voikko does not know and we do."""
    return frozenset((COURSES / "words.txt").read_text(encoding="utf-8").split())


def finnish_texts() -> Iterator[tuple[str, str]]:
    """Yield every Finnish text of the product with its name."""
    for path in sorted(COURSES.glob("*/*.md")):
        if not re.search(r"\.(sv|en)\.md$", path.name):
            yield str(path.relative_to(ROOT)), prose_of(path)
    for path in sorted((ROOT / "lms" / "translations" / "fi").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="fi"):
                texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
                for text in texts if message.id else ():
                    bare = re.sub(r"%\(\w+\)[a-z]|%%", " ", str(text))
                    yield f"{path.name}:{message.lineno}", NOT_LANGUAGE.sub(" ", bare)


def prose_of(path: Path) -> str:
    """Return what people read of a course file."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    body = ENDING.sub(r"\1", NOT_LANGUAGE.sub(" ", OPTION.sub("", body)))
    body = re.sub(r"^///.*?\|", "", body, flags=re.MULTILINE)
    body = re.sub(r"^/// ?\w*$|\\([~=#{}:])", " ", body, flags=re.MULTILINE)
    return "\n".join([*FRONT_MATTER_TEXT.findall(front), body])


def is_known(word: str, voikko: object, known: frozenset[str]) -> bool:
    bare = word.strip("'’-")
    if len(bare) < 2 or bare in known or bare.lower() in known:
        return True
    spell = voikko.spell  # type: ignore[attr-defined]  # the library is untyped
    return bool(spell(bare)) or (bare.isupper() and len(bare) < 6)


def test_every_finnish_word_is_spelled_right(voikko: object, known: frozenset[str]) -> None:
    wrong = {
        f"{name}: {word}"
        for name, text in finnish_texts()
        for word in WORD.findall(text)
        if not is_known(word, voikko, known)
    }
    assert sorted(wrong) == []


def test_no_word_stands_twice_in_a_row() -> None:
    doubled = [
        f"{name}: {found[0]!r}"
        for name, text in finnish_texts()
        for found in re.finditer(r"\b([a-zåäö]{2,}) \1\b", text)
    ]
    assert doubled == []


FORBIDDEN_ON_PAPER = re.compile(
    r"(?i)kuntouttav|työttöm|sosiaalihuol|sosiaalitoim|rehabilit|arbetslös|unemploy|social services"
)


def test_course_names_tell_of_the_skill_and_not_of_the_background() -> None:
    """What stands in a title or summary may come to a certificate."""
    told = [
        f"{path.relative_to(ROOT)}: {found}"
        for path in sorted(COURSES.glob("*/*.md"))
        for found in FRONT_MATTER_TEXT.findall(path.read_text(encoding="utf-8").split("---\n", 2)[1])
        if FORBIDDEN_ON_PAPER.search(found)
    ]
    assert told == []
