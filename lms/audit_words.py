"""The wording of audit lines: each feature declares the words for the actions that it records."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Flask, current_app

from lms.i18n import _


@dataclass(frozen=True)
class Words:
    """The wording of an action: one sentence for the log."""

    sentence: object
    # whether it concerns administration: people, roles, runs, certificates, courses; nothing about anybody's studies
    of_administration: bool = False
    # for a reading: the sentence for the person whose data was read
    to_its_person: object = None


def init_app(app: Flask) -> None:
    app.extensions["audit_words"] = {}


def register(app: Flask, words: Mapping[str, Words]) -> None:
    """Add a feature's actions. Raises RuntimeError when another feature has one of them."""
    known: dict[str, Words] = app.extensions["audit_words"]
    if twice := sorted(known.keys() & words.keys()):
        raise RuntimeError(f"two features have words for the actions {twice}")
    known.update(words)


def known_words() -> Mapping[str, Words]:
    """Return the words of every action of the current app."""
    found: Mapping[str, Words] = current_app.extensions["audit_words"]
    return found


def administration() -> list[str]:
    """Return the actions that concern administration."""
    return [action for action, words in known_words().items() if words.of_administration]


def sentence(action: str) -> str:
    """Return what the action means, in the language of the request."""
    words = known_words().get(action)
    return str(words.sentence if words else _("Something was changed."))


def to_its_person(action: str) -> str:
    """Return what a reader did, for the person whose data they read."""
    words = known_words().get(action)
    return str((words and words.to_its_person) or _("looked at your work"))
