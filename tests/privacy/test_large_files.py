"""Taking everything along costs the site little memory, however much a person has written."""

import json
import tracemalloc
from io import BytesIO
from zipfile import ZipFile

import pytest
from flask import Flask
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import archives
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.checklists import operations as claims
from lms.checklists.models import Claim, ClaimText
from lms.diary.export import REVISIONS_IN_A_RECORD
from lms.diary.models import DiaryEntry, DiaryRevision
from tests import factories
from tests.checklists.cast import Cast, claims_of, make_cast, make_entry
from tests.client import Client
from tests.conftest import NOW

PATHS = ("/diary/export.zip", "/me/data.zip")
LETTERS = 20_000
MOST_BYTES = 12_000_000


@pytest.fixture
def aino(session: Session) -> Person:
    person = factories.make_person(session, "aino", name="Aino Aalto")
    session.commit()
    return person


def make_entries(session: Session, person: Person, *, entries: int, revisions: int, letters: int) -> None:
    text = "ä" * letters
    shared = {"title": "Päivä", "body": text, "shared": False}
    made = [
        {
            "person_id": person.id,
            "key": f"k{key}",
            "version": revisions,
            "created_at": NOW,
            "updated_at": NOW,
        }
        for key in range(entries)
    ]
    ids = session.scalars(
        insert(DiaryEntry).returning(DiaryEntry.id), [{**one, **shared} for one in made]
    ).all()
    rows = [
        {"entry_id": entry_id, "number": number + 1, "saved_at": NOW, **shared}
        for entry_id in ids
        for number in range(revisions)
    ]
    session.execute(insert(DiaryRevision), rows)
    session.commit()


@pytest.mark.parametrize(("entries", "revisions"), [(600, 1), (1, 600)])
@pytest.mark.parametrize("path", PATHS)
def test_much_text_is_never_in_memory_at_once(
    client: Client, session: Session, aino: Person, path: str, entries: int, revisions: int
) -> None:
    make_entries(session, aino, entries=entries, revisions=revisions, letters=LETTERS)
    session.expunge_all()
    client.sign_in("aino").get("/me")
    tracemalloc.start()
    try:
        answer = client.browser.get(path, buffered=False)
        for _block in answer.response:
            continue
        _now, peak = tracemalloc.get_traced_memory()
        answer.close()
    finally:
        tracemalloc.stop()

    assert answer.status_code == 200
    assert peak < MOST_BYTES


def test_much_evidence_and_a_long_log_are_never_in_memory_at_once(client: Client, session: Session) -> None:
    cast = make_cast(session)
    claim = claims_of(session, cast.aino)[0]
    make_history(session, cast, claim, contents=30, letters=LETTERS)
    line = {"at": NOW, "actor_id": cast.aino.id, "object_type": "claim", "object_id": "1"}
    session.execute(insert(AuditLine), [{**line, "action": "claim.requested"}] * 5_000)
    session.commit()
    session.expunge_all()
    client.sign_in("aino").get("/me")
    tracemalloc.start()
    try:
        answer = client.browser.get("/me/data.zip", buffered=False)
        packed = b"".join(answer.iter_encoded())
        _now, peak = tracemalloc.get_traced_memory()
        answer.close()
    finally:
        tracemalloc.stop()

    assert peak < MOST_BYTES
    data = json.loads(ZipFile(BytesIO(packed)).read("data.json"))["data"]["claims"]
    written = json.dumps(data, ensure_ascii=False)
    texts = session.scalars(select(ClaimText.body)).all()
    assert len(texts) == 30 + 9
    assert [text for text in texts if written.count(f'"{text}"') != 1] == []
    records = [row for row in data if row["code"] == claim.code]
    history = [step for record in records for step in record["history"]]
    assert [step["number"] for step in history] == list(range(1, 61))
    assert [step["action"] for step in history[:2]] == ["request", "withdraw"]
    assert history[1]["asked_in"] == 1
    assert len(records) > 1


def make_history(session: Session, cast: Cast, claim: Claim, *, contents: int, letters: int) -> None:
    """Ask with ten pieces of work and take it back, one of the works a new text each time."""
    entries = [
        make_entry(session, cast.aino, title=f"Päivä {number}", body=f"{number} " + "ä" * letters)
        for number in range(10)
    ]
    for entry in entries:
        draft = claims.ClaimDraft(rating=3, entry_id=entry.id)
        claims.save_claim(session, claim, draft, by=cast.aino, now=NOW)
    for number in range(contents):
        claims.request_approval(session, claim, by=cast.aino, now=NOW)
        claims.withdraw(session, claim, by=cast.aino, now=NOW)
        entries[0].body = f"uusi {number} " + "ä" * letters
        session.flush()


@pytest.mark.parametrize("path", PATHS)
def test_a_long_history_goes_on_in_further_records(
    client: Client, session: Session, aino: Person, path: str
) -> None:
    count = REVISIONS_IN_A_RECORD * 2 + 1
    make_entries(session, aino, entries=2, revisions=count, letters=5)
    packed = ZipFile(BytesIO(client.sign_in("aino").get(path).data))
    name = next(name for name in packed.namelist() if name.endswith(".json") and name != "manifest.json")
    data = json.loads(packed.read(name))
    records = data if isinstance(data, list) else data["data"]["diary"]

    assert [len(record["revisions"]) for record in records] == [REVISIONS_IN_A_RECORD] * 2 + [1] + [
        REVISIONS_IN_A_RECORD
    ] * 2 + [1]
    assert [record["text"] for record in records] == ["äääää", "", ""] * 2
    numbers = [revision["number"] for record in records[:3] for revision in record["revisions"]]
    assert numbers == list(range(1, count + 1))


@pytest.mark.parametrize("path", PATHS)
def test_one_file_is_made_at_a_time_for_each_person(
    empty: Flask, client: Client, session: Session, aino: Person, path: str
) -> None:
    factories.make_person(session, "pekka")
    session.commit()
    client.sign_in("aino")

    with archives.one_at_a_time(aino.id):
        refused = client.get(path)
        assert Client(empty).sign_in("pekka").get(path).status_code == 200

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "60"
    assert "Wait a minute" in refused.text
    assert client.get(path).status_code == 200


def test_a_fault_on_the_way_frees_the_person_and_the_disk(aino: Person) -> None:
    def broken() -> object:
        yield "alku"
        raise OSError

    for _time in range(2):
        with pytest.raises(OSError), archives.archive_for(aino.id, NOW) as packed:
            packed.add("a", broken())  # type: ignore[arg-type]  # it gives texts until it breaks
        assert packed.file.closed
