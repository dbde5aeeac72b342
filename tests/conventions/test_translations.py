"""Every message of the program has its Finnish and its Swedish, once, whole and with the same placeholders."""

import re
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from lms.config import ROOT
from lms.i18n import CATALOGUES

# the source language is English, and it needs no catalogue
TRANSLATED = ("fi", "sv")

MARKS = {"_": None, "lazy": None, "gettext": None, "ngettext": (1, 2)}
TEMPLATE_OPTIONS = {
    "trimmed": "true",
    "newstyle_gettext": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}

# what WTForms says by itself when a form is not filled in by its page
OF_WTFORMS = (
    "Not a valid choice.",
    "Invalid Choice: could not coerce.",
    "Invalid choice(s): one or more data inputs could not be coerced.",
    "Not a valid date value.",
    (
        "'%(value)s' is not a valid choice for this field.",
        "'%(value)s' are not valid choices for this field.",
    ),
)

PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|\{(\w+)\}")
ENDS = (".", "!", "?", ".)")
Id = str | tuple[str, ...]


def _extracted(path: Path) -> Iterator[tuple[Id, str]]:
    """Yield the messages of a file with their location."""
    is_python = path.suffix == ".py"
    with path.open("rb") as file:
        found = extract(
            "python" if is_python else "jinja2",
            file,
            keywords=MARKS,
            options=None if is_python else TEMPLATE_OPTIONS,
        )
        for line, message, _comments, _context in found:
            yield (
                tuple(message) if isinstance(message, tuple | list) else message,
                f"{path.relative_to(ROOT)}:{line}",
            )


@cache
def used() -> dict[Id, str]:
    """Return every message of the program and one location of each."""
    messages: dict[Id, str] = dict.fromkeys(OF_WTFORMS, "WTForms")
    for path in [*(ROOT / "lms").rglob("*.py"), *(ROOT / "templates").rglob("*.html")]:
        messages.update(_extracted(path))
    return messages


@cache
def catalogues(language: str) -> dict[str, Catalog]:
    found = {}
    for path in sorted((CATALOGUES / language).glob("*.po")):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=language, abort_invalid=True)
    return found


def translated(language: str) -> Iterator[tuple[str, Message]]:
    for name, catalogue in catalogues(language).items():
        yield from ((name, message) for message in catalogue if message.id)


def texts(message: Message) -> tuple[str, ...]:
    given = message.string if isinstance(message.string, list | tuple) else (message.string,)
    return tuple(text or "" for text in given)


def placeholders(text: str) -> set[str]:
    return {first or second for first, second in PLACEHOLDER.findall(text)}


def id_of(message: Message) -> Id:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def singular(message_id: Id) -> str:
    return message_id if isinstance(message_id, str) else message_id[0]


def test_messages_are_found_in_code_and_templates() -> None:
    found = used()

    assert "Sign out" in found
    assert "User name" in found
    assert len(found) > 300


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_misses_its_translation(language: str) -> None:
    known = {message.id: texts(message) for _name, message in translated(language)}
    lacking = [
        f"{place}: {message}" for message, place in used().items() if not all(known.get(message, ("",)))
    ]

    assert not lacking, "\n".join(lacking)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    left = [f"{name}: {message.id}" for name, message in translated(language) if message.id not in used()]
    left += [
        f"{name}: {old}" for name, catalogue in catalogues(language).items() for old in catalogue.obsolete
    ]

    assert not left, "\n".join(left)


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language: str) -> None:
    assert [message.id for _name, message in translated(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_holds_the_same_placeholders(language: str) -> None:
    wrong = []
    for name, message in translated(language):
        expected = placeholders(message.id if isinstance(message.id, str) else message.id[-1])
        for form, text in enumerate(texts(message)):
            # "one lesson" may say its number in words
            may_lack = isinstance(message.id, tuple) and form == 0
            found = placeholders(text)
            if found != expected and not (may_lack and found < expected):
                wrong.append(f"{name}: {text}")

    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_message_has_one_translation(language: str) -> None:
    found: dict[Id, set[tuple[str, ...]]] = defaultdict(set)
    for _name, message in translated(language):
        found[id_of(message)].add(texts(message))

    assert {message_id: given for message_id, given in found.items() if len(given) > 1} == {}


def test_no_message_holds_html() -> None:
    assert [message for message in used() if re.search(r"</?[a-z]", singular(message))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_ends_as_its_message_does(language: str) -> None:
    """A button has no full stop, a sentence has one."""
    wrong = [
        f"{name}: {text}"
        for name, message in translated(language)
        for text in texts(message)
        if text and singular(id_of(message)).endswith(ENDS) != text.endswith(ENDS)
    ]

    assert not wrong, "\n".join(wrong)
