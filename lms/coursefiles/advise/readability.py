"""Measures how heavy a text is to read: its sentences, long words, passives, and LIX for comparing.

Nothing here says what is plain language: that is for people to say. LIX was made for Swedish, and Finnish words are
longer, so its figures are useful only for comparing texts of the same course.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from lms.coursefiles.read.author_texts import TextSegment

LIX_LONG_WORD = 6  # letters; LIX counts the words that are longer
_WORD = re.compile(r"[^\W_][\w'’.,:-]*")
_PICTURE = re.compile(r"!\[[^\]\n]{0,2000}\]")
_MARKS = re.compile(r"\s*(?:#{1,6}|>|[-*+:]\s|\d{1,3}[.)]\s)\s*")
_ANSWERS = re.compile(r"[{}~=#|]|->|%-?[\d.]{1,9}%")
_END = re.compile(r"[.!?…][\"”'’)*_]{0,4}(?=\s{1,3}[\"”'(*_\[]{0,4}[A-ZÅÄÖ\d])")
_ABBREVIATION = re.compile(
    r"(?:^|\s)(?:esim|klo|mm|ns|nro|ks|ts|t\.ex|bl\.a|kl|nr|e\.g|i\.e|\d{1,2})\.$", re.I
)
# A sentence that says what a word means; bold is how a lesson shows the word that it explains.
_EXPLAINS = re.compile(
    r"\beli\b|tarkoit|\bnimi\b|nimeltä|kutsut|sanotaan|\(|betyder|det vill säga|kallas|\bmeans\b|called", re.I
)
_DEFINES = frozenset({"on", "ovat", "är", "is", "are"})
_STEM = 14  # letters that the forms of one long word share


@dataclass(frozen=True)
class Sentence:
    line: int
    text: str
    words: tuple[str, ...]


def words_in(text: str) -> tuple[str, ...]:
    return tuple(match[0].rstrip(".,:'’-") for match in _WORD.finditer(text))


def word_count(segments: Iterable[TextSegment]) -> int:
    """Return the number of words in a text, without the alternative texts of pictures."""
    return sum(len(words_in(_PICTURE.sub(" ", segment.text))) for segment in segments)


def sentences(segments: Iterable[TextSegment]) -> tuple[Sentence, ...]:
    """Return the sentences of a text; a heading, list item, table cell or quiz answer also ends one."""
    found: list[Sentence] = []
    for segment in segments:
        for line, chunk in _chunks(segment):
            at, counted = line, 0  # the lines are counted up to here
            for place, text in _split(chunk):
                at += chunk.count("\n", counted, place)
                counted = place
                words = words_in(text)
                if words:
                    found.append(Sentence(at, text, words))
    return tuple(found)


def _chunks(segment: TextSegment) -> Iterator[tuple[int, str]]:
    """The pieces that contain whole sentences, with their lines: paragraphs, possibly long ones, and short pieces."""
    text = _PICTURE.sub(" ", segment.text)
    in_pieces = segment.is_in_pieces
    start, pending = segment.line, list[str]()
    for number, line in enumerate(text.split("\n"), start=segment.line):
        marks = _MARKS.match(line)
        if pending and (marks or in_pieces or not line.strip() or line.lstrip().startswith("|")):
            yield start, "\n".join(pending)
            pending = []
        if in_pieces or line.lstrip().startswith("|"):
            yield from ((number, piece) for piece in _ANSWERS.split(line))
        elif marks and line.lstrip().startswith("#"):
            yield number, line[marks.end() :]
        elif line.strip():
            start = start if pending else number
            pending.append(line[marks.end() :] if marks else line)
    if pending:
        yield start, "\n".join(pending)


def _split(chunk: str) -> Iterator[tuple[int, str]]:
    start = 0
    for match in _END.finditer(chunk):
        if _ABBREVIATION.search(chunk[max(0, match.start() - 8) : match.start() + 1]):
            continue
        yield _trimmed(chunk, start, match.end())
        start = match.end()
    yield _trimmed(chunk, start, len(chunk))


def _trimmed(chunk: str, start: int, end: int) -> tuple[int, str]:
    text = chunk[start:end]
    return start + len(text) - len(text.lstrip()), text.strip()


def lix(read: Sequence[Sentence]) -> float:
    """Words a sentence plus the share of long words in per cent; 0 for no text."""
    words = [word for sentence in read for word in sentence.words]
    if not words:
        return 0.0
    long = sum(len(word) > LIX_LONG_WORD for word in words)
    return len(words) / len(read) + 100 * long / len(words)


def passives(read: Sequence[Sentence], is_passive: Callable[[str], bool]) -> list[Sentence]:
    """The sentences that say what is done but not who does it."""
    return [sentence for sentence in read if any(is_passive(word) for word in sentence.words)]


def long_words(read: Sequence[Sentence], letters: int) -> list[tuple[int, str]]:
    """The long words, with their lines; the parts around a hyphen count separately, and names are left out."""
    return [
        (sentence.line, word)
        for sentence in read
        for place, word in enumerate(sentence.words)
        if max(len(piece) for piece in word.split("-")) >= letters and not (place and word[0].isupper())
    ]


def stem(word: str) -> str:
    """The stem that the forms of a long word share."""
    return word.lower()[:_STEM]


def explained(read: Sequence[Sentence]) -> frozenset[str]:
    """The stems of the long words that some sentence explains: it says so, begins "X on …", or has X in bold.

    A heading of one word is followed by what the word means.
    """
    stems: set[str] = set()
    for sentence in read:
        says = _EXPLAINS.search(sentence.text) is not None
        defines = len(sentence.words) == 1 or sentence.words[1] in _DEFINES
        for place, word in enumerate(sentence.words):
            if len(word) < _STEM:
                continue
            is_bold = re.search(rf"\*\*[^*]{{0,60}}{re.escape(word)}", sentence.text) is not None
            if says or is_bold or (defines and place == 0):
                stems.add(stem(word))
    return frozenset(stems)
