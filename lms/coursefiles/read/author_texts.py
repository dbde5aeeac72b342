"""The text that people read in an author's file, with line numbers, and without code, addresses and names."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from lms.coursefiles.blocks.part import Block, Part
from lms.coursefiles.read.blocks import ScannedPart, scan_blocks
from lms.coursefiles.read.entries import Mapping
from lms.coursefiles.read.front_matter import split_front_matter
from lms.faults import FaultList

FRONT_MATTER_TEXTS = ("title", "summary", "section")
# Addresses, file names, code, the names of questions and of placeholders. Each piece is bounded, so that a
# stranger's text takes no longer than its length.
_NOT_LANGUAGE = re.compile(
    r"https?://\S+|[^\s@]{1,64}@\S{1,255}|`[^`]{0,500}`|(?<=\])\([^)]{0,300}\)|::[\w-]{1,80}::"
    r"|[^\s.()\[\]]{1,100}(?:\.[^\s.()\[\]]{1,60}){0,3}\.(?:fi|md|svg|pdf|com|example|json|html|zip)\b|\{\w+\}"
)
# "CV:ssä": the ending of an abbreviation is no word of its own
_ENDING = re.compile(r"\b([A-ZÅÄÖ]{2,})\\?:[a-zåäö]+")
_ESCAPE = re.compile(r"\\([~=#{}:])")
_FENCE = re.compile(r"`{3,}|~{3,}")
_REPEATED = re.compile(r"(?<![\w-])([a-zåäö]{2,})[ \n]\1(?![\w-])")
# In these languages the same small word may well appear twice: "det det handlar om", "he had had".
_MAY_REPEAT = {
    "sv": frozenset({"att", "de", "den", "det", "för", "om", "på", "som", "var"}),
    "en": frozenset({"had", "that", "is"}),
}


@dataclass(frozen=True)
class TextSegment:
    """A piece of text: the front matter's when `part_type` is None and `is_title`, else prose or a block's.

    The text has the lines of its source, so that a place in it has a line in the file.
    """

    line: int
    text: str
    part_type: type[Part] | None = None
    is_title: bool = False

    @property
    def is_in_pieces(self) -> bool:
        """Return whether its lines and answers are separate pieces and not running text, as in a quiz."""
        return not self.is_title and self.part_type is not None and not self.part_type.is_markdown

    @property
    def is_to_do(self) -> bool:
        """Return whether it is of something that the reader is to do."""
        return self.part_type is not None and self.part_type.is_to_do

    def line_of(self, place: int) -> int:
        return self.line + self.text.count("\n", 0, place)


@dataclass(frozen=True)
class AuthorText:
    """One file that people read: a lesson, its twin or translation, or what a course says of itself."""

    path: str
    language: str
    plain: bool
    segments: tuple[TextSegment, ...]


def without_code(text: str) -> str:
    """The text with its lines, without addresses, file names and code."""
    text = _NOT_LANGUAGE.sub(lambda match: " " + "\n" * match[0].count("\n"), text)
    return _ESCAPE.sub(" ", _ENDING.sub(r"\1", text))


def segments_of(mapping: Mapping, parts: Iterable[ScannedPart]) -> tuple[TextSegment, ...]:
    """The segments of a file that has been read: its front matter's first, then those of its body."""
    found: list[TextSegment] = []
    for name in FRONT_MATTER_TEXTS:
        entry = mapping.get(name)
        if entry and isinstance(entry.value, str):
            found.append(TextSegment(entry.line, without_code(entry.value), is_title=True))
    for part in parts:
        if isinstance(part, Block):
            found.append(TextSegment(part.line, without_code(part.title), part.part_type, is_title=True))
            found.append(TextSegment(part.text_line, _body(part.text), part.part_type))
        else:
            found.append(TextSegment(part.line, _body(part.text)))
    return tuple(found)


def read_segments(source: str) -> tuple[TextSegment, ...]:
    """The segments of a file's whole text; none when it has no front matter."""
    faults = FaultList("")
    split = split_front_matter(source, faults)
    if split is None:
        return ()
    mapping, body, line = split
    return segments_of(mapping, scan_blocks(body, line, faults))


def repeated_words(segments: Iterable[TextSegment], language: str) -> list[tuple[int, str]]:
    """The lines on which a word is repeated, and the word."""
    allowed = _MAY_REPEAT.get(language, frozenset())
    return [
        (segment.line_of(match.start()), match[1])
        for segment in segments
        for match in _REPEATED.finditer(segment.text)
        if match[1] not in allowed
    ]


def _body(text: str) -> str:
    """A body's text without code between fences and without the comments that a quiz keeps."""
    lines: list[str] = []
    fence = ""
    for line in text.split("\n"):
        opened = _FENCE.match(line)
        if fence:
            fence = "" if line.rstrip(" ") == fence else fence
            lines.append("")
        elif opened:
            fence = opened[0]
            lines.append("")
        else:
            lines.append("" if line.startswith("//") else line)
    return without_code("\n".join(lines))
