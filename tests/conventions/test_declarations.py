"""What features write, hold and show has words in every language, declared by the feature itself."""

from collections.abc import Callable, Iterable
from importlib import import_module
from importlib.util import find_spec

import pytest
from flask import Flask

from lms import audit_words, personal_data
from lms.config import ROOT
from lms.core import FEATURES
from lms.feature import Feature
from lms.i18n import LANGUAGES, use_language
from tests.conventions.audit_actions import actions_written_in

HOLDING = personal_data.Holding("people", frozenset({"people"}), lambda *_: [], lambda *_: None)


def said(app: Flask, language: str, words: Callable[[str], object], of: Iterable[str]) -> dict[str, str]:
    """Return the words of each of these in a language."""
    with app.test_request_context():
        use_language(language)
        return {name: str(words(name)) for name in of}


def written() -> list[str]:
    """Return every action that any feature writes."""
    return sorted(set().union(*(actions_written_in(ROOT / "lms" / feature) for feature in FEATURES)))


def declared(feature: str) -> Feature:
    path = f"lms.{feature}.feature"
    found: Feature = import_module(path).FEATURE if find_spec(path) else Feature()
    return found


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_has_words_for_the_actions_that_it_writes_and_no_others(feature: str) -> None:
    assert actions_written_in(ROOT / "lms" / feature) == set(declared(feature).audit_words)


def test_actions_are_read_out_of_the_source() -> None:
    assert {"answer.done", "answer.passed"} < actions_written_in(ROOT / "lms" / "tasks")
    assert "claim.read" in actions_written_in(ROOT / "lms" / "review")
    assert "person.enabled" in actions_written_in(ROOT / "lms" / "accounts")


def test_every_action_is_a_sentence_in_every_language(app: Flask) -> None:
    actions = written()
    wordless = said(app, "en", audit_words.sentence, ["no.action"])["no.action"]
    finnish, swedish, english = (said(app, name, audit_words.sentence, actions) for name in LANGUAGES)

    assert [action for action in actions if not english[action].endswith(".")] == []
    assert wordless not in english.values()
    # a message without a translation is shown in English
    assert [action for action in actions if english[action] in (finnish[action], swedish[action])] == []


def test_every_reading_of_a_persons_things_is_told_to_them_in_words_of_its_own(app: Flask) -> None:
    readings = [action for action in written() if action.endswith(".read")]
    finnish, swedish, english = (said(app, name, audit_words.to_its_person, readings) for name in LANGUAGES)

    assert len(set(english.values())) == len(set(finnish.values())) == len(readings)
    assert len(readings) > 3
    assert [name for name in readings if english[name] in (finnish[name], swedish[name])] == []


def test_two_features_with_one_action_stop_the_program_at_its_start(app: Flask) -> None:
    with pytest.raises(RuntimeError, match=r"person\.added"):
        audit_words.register(app, {"person.added": audit_words.Words("Taas.")})


def test_two_features_with_one_holding_stop_the_program_at_its_start(app: Flask) -> None:
    with pytest.raises(RuntimeError, match="people"):
        personal_data.register(app, [HOLDING])
