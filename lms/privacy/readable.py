"""The values of a person's own data as people read them: local times, words for states, no ids."""

from collections.abc import Mapping
from dataclasses import dataclass

from lms.i18n import LANGUAGES, in_language
from lms.personal_data import Column, Holding


@dataclass(frozen=True)
class Readable:
    """Formats the records of one holding for people."""

    holding: Holding

    def rows_of(self, data: Mapping[str, object]) -> list[tuple[str, str, object]]:
        """Return the key, label and value of everything that is shown; empty values are left out."""
        return [
            (key, str(self._column(key).label), _plain(value))
            for key, value in data.items()
            if key not in self.holding.unshown and value not in (None, "", [], ())
        ]

    def in_words(self, key: str, value: object) -> str:
        """Format a single value for people."""
        return str(self._column(key).words(str(value)))

    def _column(self, key: str) -> Column:
        # even a column without a label is the person's data
        return self.holding.columns.get(key) or Column(key)


def _plain(value: object) -> object:
    """Return the reader's own wording of a text in several languages, and anything else as it is."""
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return in_language({str(language): str(text) for language, text in value.items()})
    return value
