"""The texts of claims move to where they are stored once, and back, with every word; on filled tables of both databases."""

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import IntegrityError

from lms import db, schema
from lms.config import Settings
from tests.conventions.test_migrations import CRITERIA_SET, CRITERION

AT = "2026-11-23 10:00:00"
NOW_TEXT, EARLIER = "Tein listan loppuun.", 'Tein "listan".\nÄäni 👍'
WORDING = {"code": "osaamistavoitteet_1073", "wording": {"fi": "Osaan"}, "official": None}
WORK = [
    {"kind": "entry", "title": "Keskiviikko", "body": EARLIER},
    {"kind": "answer", "title": "Viesti", "body": "Hei!"},
]
FILL = (
    "INSERT INTO people (id, username, name, language, created_at) VALUES (1, 'aino', 'Aino', 'fi', :at), (2, 'bertil', 'B', 'fi', :at)",
    CRITERIA_SET,
    CRITERION,
    "INSERT INTO claims (id, person_id, criterion_id, checklist, code, text, state, version, changed_at)"
    " VALUES (1, 1, 1, 'lista', 'osaamistavoitteet_1073', '', 'waiting', 2, :at)",
    "INSERT INTO diary_entries (id, person_id, key, title, body, shared, revision, created_at, updated_at)"
    " VALUES (5, 1, 'k', 'Keskiviikko', :now_text, false, 2, :at, :at)",
    "INSERT INTO diary_revisions (entry_id, number, title, body, shared, saved_at)"
    " VALUES (5, 1, 'Keskiviikko', :earlier, false, :at), (5, 2, 'Keskiviikko', :now_text, false, :at)",
    "INSERT INTO claim_evidence (id, claim_id, kind, entry_id, title, body, added_at)"
    " VALUES (1, 1, 'entry', 5, 'Keskiviikko', :earlier, :at)",
)
EVENT = (
    "INSERT INTO claim_events (claim_id, number, action, at, by_id, by_name, comment, rating, text, wording, evidence)"
    " VALUES (1, :number, :action, :at, :by_id, 'Joku', :comment, 3, 'Sanani', :wording, :evidence)"
)
# more than the migration reads at once
STEPS = 45


def actions() -> Iterator[tuple[int, str]]:
    for number in range(1, STEPS + 1):
        yield number, "request" if number % 2 else "withdraw"


def fill(connection: Connection) -> None:
    given = {"at": AT, "now_text": NOW_TEXT, "earlier": EARLIER}
    for statement in FILL:
        connection.execute(text(statement), given)
    for number, action in actions():
        step = {"number": number, "action": action, "at": AT, "by_id": 1, "comment": ""}
        connection.execute(text(EVENT), step | {"wording": json.dumps(WORDING), "evidence": json.dumps(WORK)})


@pytest.fixture
def filled(fresh: Settings) -> Iterator[Engine]:
    schema.upgrade(fresh, "0004")
    engine = db.make_engine(fresh)
    with engine.execution_options(writing=True).begin() as connection:
        fill(connection)
    yield engine
    engine.dispose()


def rows(engine: Engine, statement: str) -> list[tuple[object, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(text(statement))]


def events(engine: Engine) -> list[tuple[object, ...]]:
    columns = "number, action, rating, text, wording, evidence"
    found = rows(engine, f"SELECT {columns} FROM claim_events ORDER BY number")
    return [
        (*row[:4], *(json.loads(value) if isinstance(value, str) else value for value in row[4:]))
        for row in found
    ]


def test_texts_are_stored_once_and_every_step_finds_them(filled: Engine, fresh: Settings) -> None:
    schema.upgrade(fresh)

    assert sorted(rows(filled, "SELECT person_id, body FROM claim_texts")) == sorted(
        [(1, EARLIER), (1, "Hei!"), (1, "Sanani")]
    )
    assert rows(filled, "SELECT count(*) FROM claim_contents") == [(1,)]
    assert rows(
        filled, "SELECT count(*) FROM claim_events JOIN claim_contents ON claim_contents.id = content_id"
    ) == [(STEPS,)]
    assert rows(filled, "SELECT body FROM claim_evidence JOIN claim_texts ON claim_texts.id = text_id") == [
        (EARLIER,)
    ]
    # the last request that took the entry along, known by an earlier text of it
    assert rows(filled, "SELECT entry_id, claim_id, number FROM claim_copies") == [(5, 1, STEPS)]
    versions = [f"Keskiviikko{words}" for words in (NOW_TEXT, EARLIER)]
    written = [*versions, EARLIER, "Hei!", "Sanani", *[""] * STEPS]
    assert rows(filled, "SELECT person_id, bytes FROM person_storage") == [
        (1, sum(200 + len(one.encode()) for one in written))
    ]


def test_every_step_gets_its_own_copy_back(filled: Engine, fresh: Settings) -> None:
    before = events(filled)
    schema.upgrade(fresh)
    schema.downgrade(fresh, "0004")

    assert events(filled) == before
    assert rows(filled, "SELECT title, body, entry_id FROM claim_evidence") == [("Keskiviikko", EARLIER, 5)]


@pytest.mark.parametrize("to", ["0005", "0004"])
def test_a_rebuilt_table_still_takes_only_known_words(filled: Engine, fresh: Settings, to: str) -> None:
    schema.upgrade(fresh)
    schema.downgrade(fresh, to)

    for statement in ("UPDATE claim_events SET action = 'dance'", "UPDATE claim_evidence SET kind = 'song'"):
        with pytest.raises(IntegrityError), filled.execution_options(writing=True).begin() as connection:
            connection.execute(text(statement))
