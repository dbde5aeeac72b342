"""Cleans what people write, for storing and comparing: stray control and invisible characters are replaced or removed.

Texts pasted from Word, slides, PDF files and old programs contain characters that a person cannot see or remove.
"""

import re
import unicodedata

from flask import Flask, request
from werkzeug.datastructures import ImmutableMultiDict

from lms.markup.invisible_characters import without_invisible

# a password is taken exactly as it is typed (ASVS 5.0: 6.2.8)
PASSWORDS = frozenset({"password", "current", "new"})

FORM_TYPES = frozenset({"application/x-www-form-urlencoded", "multipart/form-data"})

# UAX #15, stream-safe text: no language puts more than 30 marks on a letter, and normalising longer runs is slow
MOST_MARKS = 30
_TOO_MANY_MARKS = re.compile(rb"[^\0]{%d,}" % (MOST_MARKS + 1))

# line tabulation, form feed, next line, line and paragraph separator: all end a line
_LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Unicode's category Cc without the tab and the line end
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f]")


# white space, and joiners, which are visible only by their effect on letters
_JOINERS = " \t\n\u00a0\u200c\u200d\u3000"


def _windows_letters() -> dict[str, str]:
    """Return the Windows-1252 characters for Unicode's C1 controls; its five undefined codes become empty."""
    return {chr(number): bytes([number]).decode("cp1252", "ignore") for number in range(0x80, 0xA0)}


_WINDOWS_LETTERS = _windows_letters()


def many_lines(text: str) -> str:
    """Return a text with uniform line ends, without control characters, and composed; a blank one becomes empty."""
    text = _LINE_END.sub("\n", text)
    if is_blank(text):
        return ""
    return composed(_CONTROL.sub(lambda found: _WINDOWS_LETTERS.get(found.group(), ""), text))


def is_blank(text: str) -> bool:
    """Return whether a text contains nothing visible."""
    return not without_invisible(text).strip(_JOINERS)


def one_line(text: str) -> str:
    """Return a text as one line, with single spaces and no invisible characters, for names and for searching."""
    return " ".join(without_invisible(many_lines(text)).split())


def composed(text: str) -> str:
    """Return a text with its letters composed (NFC), at most 30 marks on each."""
    return text if text.isascii() else unicodedata.normalize("NFC", _with_fewer_marks(text))


def compatible(text: str) -> str:
    """Return a text in the form in which user names and passwords are compared (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", _with_fewer_marks(text))


def _with_fewer_marks(text: str) -> str:
    """Return the text without the marks after the thirtieth in a row."""
    classes = bytes(map(unicodedata.combining, text))
    kept, end = [], 0
    for run in _TOO_MANY_MARKS.finditer(classes):
        kept.append(text[end : run.start() + MOST_MARKS])
        end = run.end()
    return "".join((*kept, text[end:])) if kept else text


def _clean_form() -> None:
    """Clean every text of a posted form once, before the view runs and before anything is locked."""
    if request.method == "POST" and request.mimetype in FORM_TYPES:
        request.form = ImmutableMultiDict(
            (name, text if name in PASSWORDS else many_lines(text))
            for name, text in request.form.items(multi=True)
            if name  # a part of a multipart form may come without one
        )


def init_app(app: Flask) -> None:
    app.before_request(_clean_form)
