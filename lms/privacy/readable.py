"""The values of a person's own data as people read them: local times, words for states, no ids."""

from collections.abc import Mapping
from datetime import date, datetime

from lms import audit_words
from lms.access import Role
from lms.accounts.policy import role_names
from lms.checklists.states import RATINGS
from lms.i18n import LANGUAGES, in_language, lazy
from lms.privacy import labels
from lms.templating import day, moment

# what programs need; the file of data has them
UNSHOWN = frozenset(
    {"entry", "format", "given", "id", "key", "object", "prompt", "run", "set", "task", "template"}
)

WORDS = {
    "answer": lazy("Answer"),
    "approve": lazy("Approved"),
    "approved": lazy("Approved"),
    "completion": lazy("Course certificate"),
    "done": lazy("Marked done"),
    "draft": lazy("Unfinished"),
    "entry": lazy("Diary entry"),
    "open": lazy("Still open"),
    "pass": lazy("Accepted"),
    "passed": lazy("Accepted"),
    "request": lazy("Asked for approval."),
    "return": lazy("Not yet"),
    "returned": lazy("Not yet"),
    "save": lazy("Saved"),
    "send": lazy("Sent"),
    "sent": lazy("Sent"),
    "undo": lazy("Took the answer back."),
    "waiting": lazy("Waiting"),
    "withdraw": lazy("Taken back"),
}
# columns whose value is one of WORDS
WORD_COLUMNS = frozenset({"action", "decision", "kind", "state"})


def rows_of(data: Mapping[str, object]) -> list[tuple[str, str, object]]:
    """Return the key, the label and the value of everything that is shown; what is empty is left out."""
    shown = (item for item in data.items() if item[0] not in UNSHOWN and item[1] not in (None, "", [], ()))
    return [(key, labels.column_label(key), _plain(value)) for key, value in shown]


def _plain(value: object) -> object:
    """Return the reader's own wording of a text in several languages, and anything else as it is."""
    if isinstance(value, Mapping) and value and set(value) <= set(LANGUAGES):
        return in_language({str(language): str(text) for language, text in value.items()})
    return value


def in_words(key: str, value: object) -> str:
    """Return a single value as people read it."""
    if isinstance(value, datetime):
        return moment(value, with_year=True)
    if isinstance(value, date):
        return day(value)
    return _known_word(key, str(value))


def _known_word(key: str, text: str) -> str:
    if key in WORD_COLUMNS:
        return str(WORDS[text]) if text in WORDS else audit_words.sentence(text)
    match key:
        case "rating":
            return str(RATINGS.get(int(text), text))
        case "role":
            return ", ".join(role_names([Role(text)]))
        case "language" | "course_language":
            return LANGUAGES.get(text, text)
        case _:
            return _as_time(key, text)


def _as_time(key: str, text: str) -> str:
    """Return a time of the data as people read it, and anything else as it is."""
    if key not in {"at", "enrolled"} and not key.endswith(("_at", "_on")):
        return text
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return day(found.date()) if key.endswith("_on") else moment(found, with_year=True)
