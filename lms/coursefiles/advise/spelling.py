"""Finnish that is spelled right, as Voikko and an own list of words say; where Voikko is missing, it says so."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from lms.coursefiles.read.author_texts import AuthorText
from lms.coursefiles.read.files import read_text
from lms.faults import FaultList

try:
    import libvoikko
except ImportError:  # everything but the spelling is checked without it
    libvoikko = None

WORD_LIST = "words.txt"
NOT_CHECKED = "The spelling was not checked: Voikko's Finnish is not installed here"
MOST_SUGGESTED = 200  # words in a run; a text in another language would take minutes
_WORD = re.compile(r"[A-Za-zÅÄÖåäöŠšŽžÉé][A-Za-zÅÄÖåäöŠšŽžÉé'’-]*")
_PASSIVE = "4"  # Voikko's fourth person
# The endings of the passive, for machines without Voikko, which distinguishes it from nouns ("kotiin", "äidiltään").
_PASSIVE_ENDING = re.compile(r"\w{2,}(?:(?<![ls])[td](?:aan|ään)|(?:nn|ll|rr)(?:aan|ään)|(?<=[hlnrst])tiin)")


class Speller:
    """Voikko's Finnish, and the courses' own list of words that Voikko does not know."""

    def __init__(self, voikko: Any, own_words: frozenset[str]) -> None:
        self._voikko = voikko
        self._own_words = own_words
        self._suggested = 0
        self.knows = cache(self._knows)
        self.is_passive = cache(self._is_passive)
        self.suggestions = cache(self._suggestions)

    def _knows(self, word: str) -> bool:
        bare = word.strip("'’-")
        if len(bare) < 2 or bare in self._own_words or bare.lower() in self._own_words:
            return True
        return bool(self._voikko.spell(bare)) or (bare.isupper() and len(bare) < 6)

    def _is_passive(self, word: str) -> bool:
        """Return whether a word is the passive of a verb and nothing else."""
        if not word.endswith(("an", "än", "in")):
            return False
        readings = self._voikko.analyze(word)
        return bool(readings) and all(reading.get("PERSON") == _PASSIVE for reading in readings)

    def _suggestions(self, word: str) -> tuple[str, ...]:
        self._suggested += 1
        if self._suggested > MOST_SUGGESTED:
            return ()
        return tuple(self._voikko.suggest(word)[:3])


@contextmanager
def finnish_speller(own_words: frozenset[str] = frozenset()) -> Iterator[Speller | None]:
    """A speller, or None where Voikko or its Finnish is not installed."""
    voikko = _started()
    try:
        yield Speller(voikko, own_words) if voikko else None
    finally:
        if voikko:
            voikko.terminate()


def _started() -> Any:
    if libvoikko is None:
        return None
    try:
        return libvoikko.Voikko("fi")
    except (OSError, libvoikko.VoikkoException):
        return None


def own_words(courses: Path, faults: FaultList) -> frozenset[str]:
    """The words of the list beside the courses; none when there is no list."""
    path = courses / WORD_LIST
    return frozenset((read_text(path, faults) or "").split()) if path.exists() else frozenset()


def words_of(text: str) -> Iterator[re.Match[str]]:
    return _WORD.finditer(text)


def check_spelling(texts: Iterable[AuthorText], speller: Speller, faults: FaultList) -> None:
    """Adds a fault for each unknown word, where it first occurs in the file."""
    seen: set[str] = set()
    for text in texts:
        for segment in text.segments:
            for match in words_of(segment.text):
                word = match[0]
                if word in seen or speller.knows(word):
                    continue
                seen.add(word)
                faults.add(
                    segment.line_of(match.start()),
                    f"The word `{word}` is misspelt",
                    _spelling_fix(word, speller),
                )


def _spelling_fix(word: str, speller: Speller) -> str:
    suggested = ", ".join(speller.suggestions(word))
    instead = f"Write {suggested}; if it is right" if suggested else "Mend it; if it is right"
    return f"{instead}, add it to {WORD_LIST} beside the courses."


def has_passive_ending(word: str) -> bool:
    """Return whether a word may be a passive, by its ending."""
    return _PASSIVE_ENDING.fullmatch(word.lower()) is not None
