"""Which letters the fonts for paper can show, asked before a document is made."""

import unicodedata
from functools import cache

from fontTools.ttLib import TTFont

from lms.typesetting.process import FONTS

SOFT_HYPHEN = "\u00ad"


def missing_glyphs(text: str) -> list[str]:
    """Return the characters of `text` that the fonts cannot show, each once, in order.

    Control characters and those that turn the direction of writing are refused although a font may have
    them: on paper they are invisible, and a name could pass for another.
    """
    shown = _letters_of_all_fonts()
    composed = unicodedata.normalize("NFC", text)
    return list(dict.fromkeys(letter for letter in composed if letter not in shown or _is_hidden(letter)))


def describe_character(letter: str) -> str:
    """Return `letter` so that it is visible in a sentence: itself, or its number when it is invisible."""
    return f"U+{ord(letter):04X}" if _is_hidden(letter) or unicodedata.combining(letter) else letter


def _is_hidden(letter: str) -> bool:
    if letter == SOFT_HYPHEN:
        return False
    category = unicodedata.category(letter)
    return category.startswith("C") or category in ("Zl", "Zp")


@cache
def _letters_of_all_fonts() -> frozenset[str]:
    covered = []
    for path in sorted(FONTS.glob("*.ttf")):
        with TTFont(path, lazy=True) as font:
            covered.append({chr(code) for code in font.getBestCmap()})
    return frozenset(set.intersection(*covered))
