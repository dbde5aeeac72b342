"""Which letters no reader can see and may therefore mislead, written plainly or as HTML character references."""

import html
import re
from collections.abc import Collection, Iterator

# Controls (C0 but tab and newline, C1), the marks that turn the direction of writing, invisible spaces and
# separators, lone surrogates, private use and non-characters. Soft hyphen and joiners are text.
_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ufffe\uffff\ud800-\udfff\ue000-\uf8ff\U000e0000-\U0010ffff]"
)
_REFERENCE = re.compile(r"&(?:#0*(?P<decimal>\d{1,7})|#[xX]0*(?P<hex>[0-9a-fA-F]{1,6})|[0-9A-Za-z]+);")
_LAST = 0x10FFFF


def invisible_characters(text: str) -> tuple[str, ...]:
    """Return the hidden letters of a text, each once, in order."""
    return tuple(dict.fromkeys(_HIDDEN.findall(text)))


def without_invisible(text: str) -> str:
    """Return the text without its hidden letters and soft hyphens, as it looks on one line."""
    return _HIDDEN.sub("", text.replace("\u00ad", ""))


def code_point(letter: str) -> str:
    """Return the letter's Unicode code point, for letters that cannot be seen."""
    return f"U+{ord(letter):04X}"


def occurrences_of(letters: Collection[str], source: str) -> Iterator[tuple[str, int]]:
    """Where Markdown or HTML writes these letters, plainly or as references: each with its offset."""
    for match in _HIDDEN.finditer(source):
        if match.group() in letters:
            yield match.group(), match.start()
    for match in _REFERENCE.finditer(source):
        for letter in _referred(match):
            if letter in letters:
                yield letter, match.start()


def _referred(match: re.Match[str]) -> str:
    """The letter of a numeric reference; the standard library drops the very letters that are looked for."""
    if match["decimal"] or match["hex"]:
        number = int(match["decimal"]) if match["decimal"] else int(match["hex"], 16)
        return chr(number) if number <= _LAST else ""
    return html.unescape(match.group())
