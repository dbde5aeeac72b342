"""Cuts a lesson's body into prose and `///` blocks, line by line, so that no block is ever silently text."""

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TypeAlias

from lms.coursefiles.blocks.kinds import BLOCK_KINDS
from lms.coursefiles.blocks.part import Block, Part
from lms.coursefiles.read.entries import Mapping
from lms.coursefiles.read.fields import Fields
from lms.coursefiles.read.yaml_text import read_mapping
from lms.faults import FaultList, shortened

IDENTIFIER = re.compile(r"[a-z0-9-]{1,40}")
MOST_TITLE_CHARACTERS = 200
MOST_OPTION_LINES = 12

_OPENING = re.compile(r"///[ \t]*(?P<kind>[^|]*)(?:\|(?P<title>.*))?")
_OPTION_INDENT = "    "
_INDENTED = re.compile(r"[ \t]+///")
_FENCE = re.compile(r"(?P<fence>~{3,}|`{3,})[ ]*(?:[\w#.+-]+[ ]*)?")


@dataclass(frozen=True)
class Prose:
    text: str
    line: int


ScannedPart: TypeAlias = Prose | Block


@dataclass(frozen=True)
class _Slips:
    """Patterns for text that is nearly an opening, a comment or an option of a known kind."""

    # `//// task | …` is a typing error and not a comment, which would hide a block's opening
    comment: re.Pattern[str]
    # an opening with only one or two slashes, which would be read as text
    opening: re.Pattern[str]
    option: re.Pattern[str]


@cache
def _slips_of(kinds: tuple[type[Part], ...]) -> _Slips:
    names = "|".join(kind.kind for kind in kinds)
    options = "|".join(dict.fromkeys(name for kind in kinds for name in kind.option_names))
    return _Slips(
        comment=re.compile(rf"////(?:[ \t](?![ \t]*(?:{names})[ \t]*(?:\||$)).*)?"),
        opening=re.compile(rf"//?[ \t]*(?:{names})[ \t]*\|.*"),
        option=re.compile(rf"[ \t]*(?P<name>{options}):[ \t].*"),
    )


def scan_blocks(body: str, first_line: int, faults: FaultList) -> tuple[ScannedPart, ...]:
    """The parts of a body whose first line is `first_line` of its file."""
    scanner = _Scanner(faults)
    for number, line in enumerate(body.split("\n"), start=first_line):
        scanner.take(line, number)
    scanner.finish()
    return tuple(scanner.parts)


class _Scanner:
    def __init__(self, faults: FaultList) -> None:
        self.parts: list[ScannedPart] = []
        self._faults = faults
        self._slips = _slips_of(tuple(BLOCK_KINDS.values()))
        self._ids: set[str] = set()
        self._opening: tuple[str, int] | None = None
        self._lines: list[str] = []
        self._lines_start = 0
        self._only_options = True  # since the block's opening
        self._fence = ""
        self._fence_line = 0

    def take(self, line: str, number: int) -> None:
        if self._fence:
            self._keep(line, number)
            if line.rstrip(" ") == self._fence:
                self._fence = ""
        elif line.startswith(("```", "~~~")):
            self._open_fence(line, number)
        elif self._slips.comment.fullmatch(line):
            self._keep(self._instead_of(line), number)
        elif line.startswith("///"):
            self._take_marker(line.rstrip(), number)
        else:
            if _INDENTED.match(line):
                self._faults.add(number, "A line `///` is indented", "Start it at the margin.")
            elif self._opening is None and self._slips.opening.fullmatch(line):
                self._faults.add(
                    number, "A block opens with three slashes", "Write `///` at its beginning and end."
                )
            self._keep(line, number)

    def finish(self) -> None:
        self._end_part()
        if self._opening:
            self._unclosed()

    def _keep(self, line: str, number: int) -> None:
        if not self._lines:
            self._lines_start = number
            self._only_options = True
        self._only_options = self._only_options and line.startswith(_OPTION_INDENT)
        self._lines.append(line)

    def _instead_of(self, comment: str) -> str:
        """What replaces an author's comment, so that the numbers of the lines after it do not change."""
        if self._opening is None:
            return ""
        if not self._lines or self._only_options:
            return _OPTION_INDENT
        match = _OPENING.fullmatch(self._opening[0])
        kind = BLOCK_KINDS.get(match["kind"].strip()) if match else None
        # an empty line would cut a question in two; GIFT drops `//` itself
        return comment if kind and not kind.is_markdown else ""

    def _open_fence(self, line: str, number: int) -> None:
        match = _FENCE.fullmatch(line)
        if match:
            self._fence, self._fence_line = match["fence"], number
        else:
            fix = "Write ``` alone or with a language name."
            self._faults.add(number, "A code fence holds something else than a language name", fix)
        self._keep(line, number)

    def _take_marker(self, line: str, number: int) -> None:
        if line == "///":
            if self._opening is None:
                self._faults.add(number, "`///` closes no block", "Remove it, or open a block first.")
            self._end_part()
            self._opening = None
            return
        if self._opening:
            kind = shortened(self._opening[0])
            message = f"A block opens inside `{kind}`, which was opened on line {self._opening[1]}"
            self._faults.add(number, message, "Close that one first; blocks do not stand in one another.")
        self._end_part()
        self._opening = (line, number)

    def _unclosed(self) -> None:
        if self._opening:
            line, number = self._opening
            self._faults.add(number, f"`{shortened(line)}` is not closed", "Put a line `///` after its text.")

    def _end_part(self) -> None:
        if self._fence:
            self._faults.add(
                self._fence_line, "A code fence is not closed", f"Put a line {self._fence} after the code."
            )
            self._fence = ""
        lines, start = self._lines, self._lines_start
        self._lines = []
        if self._opening:
            block = self._block(*self._opening, lines)
            if block:
                self.parts.append(block)
        elif any(line.strip() for line in lines):
            self.parts.append(Prose("\n".join(lines), start))

    def _block(self, opening: str, number: int, lines: list[str]) -> Block | None:
        match = _OPENING.fullmatch(opening)
        name = match["kind"].strip() if match else opening
        kind = BLOCK_KINDS.get(name)
        if match is None or kind is None:
            known = ", ".join(BLOCK_KINDS)
            self._faults.add(number, f"Unknown block `{shortened(name)}`", f"Known blocks are: {known}.")
            return None
        title = " ".join((match["title"] or "").split())
        if not title and kind.needs_title:
            self._faults.add(number, f"The block `{name}` has no title", f"Write `/// {name} | Title`.")
        if len(title) > MOST_TITLE_CHARACTERS:
            self._faults.add(
                number, "The title is too long", f"Keep it under {MOST_TITLE_CHARACTERS} characters."
            )
        count = next((n for n, line in enumerate(lines) if not line.startswith(_OPTION_INDENT)), len(lines))
        text = "\n".join(lines[count:])
        if not text.strip():
            self._faults.add(number, f"The block `{name}` is empty", "Write its text, or remove it.")
        has_id = any(line.lstrip().startswith("id:") for line in lines[:count])
        if not has_id and self._is_option_misplaced(kind, lines[count:], number + 1 + count):
            return None
        fields = self._options(kind, lines[:count], number)
        block = Block(kind, title, number, text, number + 1 + count)
        if fields and "id" in kind.option_names:
            block = replace(block, id=self._identifier(block, fields))
        # options that cannot be read at all are a fault already; the part is made as if there were none
        options = kind.read_options(fields or Fields({}, number, self._faults, ()), self._faults)
        return replace(block, options=options)

    def _is_option_misplaced(self, kind: type[Part], lines: list[str], first_line: int) -> bool:
        """Return whether an option of a block without an id is among its text; that is a fault."""
        for number, line in enumerate(lines, start=first_line):
            match = self._slips.option.fullmatch(line)
            if match and match["name"] in kind.option_names:
                fix = f"Put it right below `/// {kind.kind}`, with exactly four spaces before it."
                self._faults.add(number, f"The option `{match['name']}` is not where options stand", fix)
                return True
        return False

    def _options(self, kind: type[Part], lines: list[str], number: int) -> Fields | None:
        """The options, or None when they could not be read at all."""
        mapping: Mapping | None = {}
        if sum(bool(line.strip()) for line in lines) > MOST_OPTION_LINES:
            self._faults.add(number, "Too many option lines", "Leave an empty line before indented text.")
        elif lines:
            mapping = read_mapping("\n".join(line[4:] for line in lines), number + 1, self._faults)
        if mapping is None:
            return None
        return Fields(mapping, number, self._faults, kind.option_names)

    def _identifier(self, block: Block, fields: Fields) -> str:
        if not fields.has("id"):
            fix = f"Write `    id: a-name` right below `/// {block.part_type.kind}`, four spaces in."
            self._faults.add(block.line, f"The block `{block.part_type.kind}` has no id", fix)
            return ""
        identifier = fields.text("id") or ""
        line = fields.line_of("id")
        if identifier and not IDENTIFIER.fullmatch(identifier):
            fix = "Use 1 to 40 of a-z, 0-9 and the hyphen."
            self._faults.add(line, f"The id `{shortened(identifier)}` is not possible", fix)
        elif identifier in self._ids:
            self._faults.add(line, f"The id `{identifier}` is used twice", "Give each block its own id.")
        self._ids.add(identifier)
        return identifier
