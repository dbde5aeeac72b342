"""What features write, hold and show has words in every language, declared by the feature itself."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from importlib import import_module
from importlib.util import find_spec

import pytest
from flask import Flask
from sqlalchemy import Enum, select
from sqlalchemy.orm import Session

from lms import audit_words, db, personal_data
from lms.certificates.content import CertificateContent, PartUnit
from lms.checklists.states import ClaimState
from lms.config import ROOT
from lms.core import FEATURES
from lms.diary.models import DiaryEntry
from lms.feature import Feature
from lms.forms import Form
from lms.i18n import LANGUAGES, use_language
from lms.personal_data import Holding
from lms.runs.states import RunState
from lms.states import State, Tone
from lms.tasks.states import AnswerState
from tests.client import Client
from tests.conventions.audit_actions import actions_written_in
from tests.conventions.test_translations import translated
from tests.conventions.whole_site import WholeSite, make_whole_site

HOLDING = Holding(
    name="people",
    label="",
    tables=frozenset({"people"}),
    export=lambda *_: [],
    erase=lambda *_: None,
    columns={},
)


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


def forms() -> dict[str, tuple[type[Form], ...]]:
    """Return the forms that each POST takes, as the features declare them."""
    return {endpoint: taken for name in FEATURES for endpoint, taken in declared(name).forms.items()}


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


def test_every_reading_of_a_persons_things_is_shown_to_them_in_words_of_its_own(app: Flask) -> None:
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


@pytest.fixture
def site(empty: Flask, session: Session) -> WholeSite:
    """A site in which there is something in every holding."""
    site = make_whole_site(empty, session, text="Sana")
    Client(empty).post("/sign-in", {"username": "aino", "password": "väärä"})
    shared = session.scalars(select(DiaryEntry.id).where(DiaryEntry.shared)).first()
    site.browser("bertil").get(f"/diary/{shared}")
    site.browser("aino").post("/diary/new", {"body": "Sana"})
    session.rollback()
    return site


def exported(site: WholeSite) -> Iterator[tuple[Holding, str]]:
    """Yield every column of every row that anybody can take along, nested ones too."""
    for holding in personal_data.all_holdings():
        for person in site.people.values():
            for row in holding.export(site.session, person.id):
                yield from ((holding, column) for column in columns_of(row, holding.unshown))


def columns_of(value: object, unshown: frozenset[str]) -> Iterator[str]:
    """Yield the columns of a row and of what is in it; what is not shown is not looked into."""
    if isinstance(value, Mapping) and not set(value) <= set(LANGUAGES):
        yield from value
        shown = (inner for column, inner in value.items() if column not in unshown)
        yield from (column for inner in shown for column in columns_of(inner, unshown))
    elif isinstance(value, list | tuple):
        yield from (column for inner in value for column in columns_of(inner, unshown))


def test_every_exported_column_is_named_or_left_out_of_the_readable_page(site: WholeSite) -> None:
    with site.app.app_context():
        found = {(holding.name, column) for holding, column in exported(site)}
        holdings = {holding.name: holding for holding in personal_data.all_holdings()}
    unnamed = [
        (name, column)
        for name, column in sorted(found)
        if column not in holdings[name].columns.keys() | holdings[name].unshown
    ]

    assert unnamed == []
    assert {name for name, _column in found} == holdings.keys(), "whole_site.py makes none of these"


def test_a_certificates_columns_are_its_content() -> None:
    [holding] = declared("certificates").holdings
    facts = {field.name for cls in (CertificateContent, PartUnit) for field in fields(cls)}

    assert facts <= holding.columns.keys()


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_holdings_and_their_columns_are_named_in_every_language(app: Flask, language: str) -> None:
    known = {message.id for _catalogue, message in translated(language)}
    with app.test_request_context():
        use_language("en")
        holdings = personal_data.all_holdings()
        names = [str(label) for holding in holdings for label in (holding.label, *labels_of(holding))]

    assert [name for name in names if name not in known] == []
    assert len(names) > 100


def labels_of(holding: Holding) -> list[object]:
    kept = [retained.text for retained in holding.retained]
    return [*(column.label for column in holding.columns.values()), *kept]


def states() -> list[State]:
    for feature in FEATURES:
        declared(feature)
    return [member for closed_set in State.__subclasses__() for member in closed_set]


@pytest.mark.parametrize("language", ["fi", "sv"])
def test_every_state_has_its_words_in_every_language_and_a_tone(app: Flask, language: str) -> None:
    known = {message.id for _catalogue, message in translated(language)}
    with app.test_request_context():
        use_language("en")
        wordless = [state for state in states() if str(state.label) not in known]

    assert wordless == []
    assert {type(state) for state in states()} >= {ClaimState, RunState, AnswerState}


def test_the_style_sheet_has_a_pill_of_every_tone() -> None:
    style = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "static").rglob("*.css"))

    assert [tone for tone in Tone if f".pill-{tone} " not in style] == []


def test_templates_draw_pills_in_tones_only() -> None:
    given = {
        tone
        for path in (ROOT / "templates").rglob("*.html")
        for tone in re.findall(r"pill\('([^']*)'", path.read_text(encoding="utf-8"))
    }
    assert given <= set(Tone)


def test_every_column_of_a_state_has_words_for_each_of_them() -> None:
    """What a table holds as a state must never be read as the word of the database."""
    columns = {
        (table.name, column.name): column.type.enum_class
        for table in db.Base.metadata.tables.values()
        for column in table.columns
        if column.name == "state" and isinstance(column.type, Enum)
    }
    assert [
        name
        for name, closed_set in columns.items()
        if closed_set is None or not issubclass(closed_set, State)
    ] == []
    assert len(columns) >= 3
