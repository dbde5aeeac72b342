"""Takes typed values out of an author's YAML; what is unknown, missing or of a wrong type becomes a fault."""

import re
from collections.abc import Collection

from lms.coursefiles.read.entries import Entry, Mapping
from lms.faults import FaultList, shortened

MOST_TEXT_CHARACTERS = 1_000
MOST_LIST_ITEMS = 200
LANGUAGES = ("fi", "sv", "en")


class Fields:
    """The named values of one mapping, which starts on `line` and may hold only `allowed` names."""

    def __init__(self, mapping: Mapping, line: int, faults: FaultList, allowed: Collection[str]) -> None:
        self._mapping = mapping
        self._faults = faults
        self.line = line
        for name, entry in mapping.items():
            if name not in allowed:
                known = ", ".join(allowed)
                faults.add(entry.line, f"Unknown name `{shortened(name)}`", f"Known names are: {known}.")

    def has(self, name: str) -> bool:
        return name in self._mapping

    def line_of(self, name: str) -> int:
        entry = self._mapping.get(name)
        return entry.line if entry else self.line

    def entry(self, name: str, *, required: bool = True) -> Entry | None:
        entry = self._mapping.get(name)
        if entry is None:
            if required:
                self._faults.add(self.line, f"`{name}` is missing", f"Add a line `{name}: …`.")
            return None
        if entry.value is None:
            self._faults.add(entry.line, f"`{name}` is empty", "Give it a value or remove the line.")
            return None
        return entry

    def text(self, name: str, *, required: bool = True, limit: int = MOST_TEXT_CHARACTERS) -> str | None:
        entry = self.entry(name, required=required)
        return None if entry is None else plain_text(entry, name, self._faults, limit=limit)

    def integer(self, name: str, low: int, high: int, *, required: bool = True) -> int | None:
        entry = self.entry(name, required=required)
        if entry is None:
            return None
        value = entry.value
        if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
            return value
        fix = f"Write a whole number from {low} to {high}."
        self._faults.add(entry.line, f"`{name}` is not a whole number from {low} to {high}", fix)
        return None

    def number(self, name: str, low: float, high: float, *, required: bool = True) -> int | float | None:
        entry = self.entry(name, required=required)
        if entry is None:
            return None
        value = entry.value
        if isinstance(value, int | float) and not isinstance(value, bool) and low <= value <= high:
            return value
        fix = f"Write a number from {low:g} to {high:g}, with a decimal point."
        self._faults.add(entry.line, f"`{name}` is not a number from {low:g} to {high:g}", fix)
        return None

    def boolean(self, name: str, *, default: bool | None = None) -> bool | None:
        entry = self.entry(name, required=default is None)
        if entry is None:
            return default
        if isinstance(entry.value, bool):
            return entry.value
        self._faults.add(entry.line, f"`{name}` is neither true nor false", "Write `true` or `false`.")
        return default

    def choice(self, name: str, options: Collection[str], *, default: str | None = None) -> str | None:
        entry = self.entry(name, required=default is None)
        if entry is None:
            return default
        if isinstance(entry.value, str) and entry.value in options:
            return entry.value
        self._faults.add(entry.line, f"`{name}` has an unknown value", f"Write one of: {', '.join(options)}.")
        return default

    def texts(self, name: str, *, pattern: re.Pattern[str] | None = None, hint: str = "") -> tuple[str, ...]:
        """An optional list of different texts that match `pattern`; the hint says what one looks like."""
        return tuple(text for text, _line in self.texts_with_lines(name, pattern=pattern, hint=hint))

    def texts_with_lines(
        self, name: str, *, pattern: re.Pattern[str] | None = None, hint: str = ""
    ) -> tuple[tuple[str, int], ...]:
        entry = self.entry(name, required=False)
        if entry is None:
            return ()
        if not isinstance(entry.value, tuple) or len(entry.value) > MOST_LIST_ITEMS:
            self._faults.add(entry.line, f"`{name}` is not a list", f"Write `{name}: [one, two]`.")
            return ()
        found: dict[str, int] = {}
        for item in entry.value:
            text = plain_text(item, name, self._faults, limit=200)
            if text is None:
                continue
            if pattern and not pattern.fullmatch(text):
                self._faults.add(item.line, f"`{shortened(text)}` is not possible in `{name}`", hint)
            elif text in found:
                self._faults.add(item.line, f"`{shortened(text)}` stands twice", "Keep one of them.")
            else:
                found[text] = item.line
        return tuple(found.items())

    def in_languages(self, name: str, *, required: bool = True) -> dict[str, str]:
        """A text in Finnish, Swedish and English: all three, since the whole product speaks all three."""
        entry = self.entry(name, required=required)
        if entry is None:
            return {}
        if not isinstance(entry.value, dict):
            self._faults.add(entry.line, f"`{name}` has no languages", "Give it as fi, sv and en.")
            return {}
        translated = Fields(entry.value, entry.line, self._faults, LANGUAGES)
        texts = {language: translated.text(language) for language in LANGUAGES}
        return {language: text for language, text in texts.items() if text is not None}


def plain_text(entry: Entry, name: str, faults: FaultList, *, limit: int) -> str | None:
    if not isinstance(entry.value, str):
        faults.add(entry.line, f"`{name}` is not text", "Write text; put what looks like a number in quotes.")
        return None
    text = " ".join(entry.value.split())
    if not text:
        faults.add(entry.line, f"`{name}` is empty", "Give it a value or remove the line.")
        return None
    if len(text) > limit:
        faults.add(entry.line, f"`{name}` is longer than {limit} characters", "Make it shorter.")
        return None
    return text
