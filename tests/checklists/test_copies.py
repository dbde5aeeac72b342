"""What the diary says of an entry whose copy is in a claim: that there is one, where, and who sees it."""

import pytest
from flask import Flask
from sqlalchemy import delete
from sqlalchemy.orm import Session

from lms.checklists import operations
from lms.checklists.copies import copies_of_entry
from lms.checklists.models import ClaimEvidence
from lms.diary.models import DiaryEntry, DiaryRevision
from lms.diary.providers import CopyState
from tests.checklists.cast import Cast, claim_of, claims_of, content_of, events_of, make_entry
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries

READ_BY_INSTRUCTORS = "Your instructors can read the copy"
ONLY_MINE = "so only you see the copy"
IN_THE_RECORD = "kept in the history of the item"


@pytest.fixture
def aino(client: Client, cast: Cast) -> Client:
    return client.sign_in("aino")


@pytest.fixture
def entry(session: Session, cast: Cast) -> DiaryEntry:
    return make_entry(session, cast.aino, body='Tein "listan".\nÄäni 👍 100 %')


def attach(session: Session, cast: Cast, entry: DiaryEntry, *, number: int = 0) -> None:
    claim = claims_of(session, cast.aino)[number]
    operations.save_claim(session, claim, operations.ClaimDraft(entry_id=entry.id), by=cast.aino, now=NOW)
    session.commit()


def ask(session: Session, cast: Cast, entry: DiaryEntry | None = None) -> None:
    draft = operations.ClaimDraft(rating=3, text="Sanani", entry_id=entry.id if entry else None)
    operations.request_approval(session, claim_of(session, cast.aino), by=cast.aino, draft=draft, now=NOW)
    session.commit()


def take_off(session: Session, cast: Cast) -> None:
    operations.withdraw(session, claim_of(session, cast.aino), by=cast.aino, now=NOW)
    session.execute(delete(ClaimEvidence))
    session.commit()


def test_an_entry_that_is_nowhere_else_says_nothing_of_copies(aino: Client, entry: DiaryEntry) -> None:
    page, question = aino.get(f"/diary/{entry.id}").text, aino.get(f"/diary/{entry.id}/delete").text
    aino.post(f"/diary/{entry.id}/delete")

    assert 'id="copies"' not in page
    assert "copy" not in question and "After that it is gone for good." in question
    assert "The text is deleted." in aino.get("/diary").text


def test_what_an_instructor_can_read_is_not_called_private(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    claim = claim_of(session, cast.aino)

    pages = aino.get(f"/diary/{entry.id}").text, aino.get(f"/diary/{entry.id}/delete").text

    for page in pages:
        assert f'<a href="/claims/{claim.id}">' in page
        assert READ_BY_INSTRUCTORS in page
        assert "only when you erase all your data" in page
        assert "Only you see this" not in page
    assert "gone for good" not in pages[1]
    assert "Only you see this" not in aino.get("/diary").text


def test_the_confirmation_of_deleting_says_that_a_copy_stays(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    aino.get(f"/diary/{entry.id}/delete")

    aino.post(f"/diary/{entry.id}/delete")
    done = aino.get("/diary").text

    assert "Its copy stays in your checklist." in done
    assert "for good" not in done
    (event,) = events_of(session, claim_of(session, cast.aino))
    assert content_of(session, event).evidence


def test_a_copy_that_nobody_has_got_can_be_taken_off(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    attach(session, cast, entry)

    page = aino.get(f"/diary/{entry.id}/delete").text

    assert ONLY_MINE in page
    assert READ_BY_INSTRUCTORS not in page
    assert "only when you erase all your data" not in page


def test_what_was_taken_back_and_off_is_still_shown(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    take_off(session, cast)

    page = aino.get(f"/diary/{entry.id}").text

    assert IN_THE_RECORD in page
    assert READ_BY_INSTRUCTORS not in page


def test_a_later_request_without_the_entry_hides_the_copy_from_instructors(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    take_off(session, cast)
    ask(session, cast)

    page = aino.get(f"/diary/{entry.id}").text

    assert IN_THE_RECORD in page
    assert READ_BY_INSTRUCTORS not in page


def test_a_copy_of_an_earlier_text_is_a_copy_too(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    session.add(
        DiaryRevision(
            entry_id=entry.id, number=1, title=entry.title, body=entry.body, shared=False, saved_at=NOW
        )
    )
    entry.body, entry.version = "Aivan toinen teksti.", 2
    session.commit()

    assert READ_BY_INSTRUCTORS in aino.get(f"/diary/{entry.id}").text


def test_the_same_words_of_another_person_are_no_copy(
    aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    theirs = make_entry(session, cast.cia, body=entry.body)
    claim = claims_of(session, cast.cia)[0]
    draft = operations.ClaimDraft(rating=3, entry_id=theirs.id)
    operations.request_approval(session, claim, by=cast.cia, draft=draft, now=NOW)
    session.commit()

    page = aino.get(f"/diary/{entry.id}").text
    assert f"<h1>{entry.title}</h1>" in page
    assert 'id="copies"' not in page


def test_however_many_copies_there_are_they_cost_the_same(
    empty: Flask, aino: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    costs = []
    for number in range(2):
        attach(session, cast, entry, number=number)
        for path in (f"/diary/{entry.id}", f"/diary/{entry.id}/delete"):
            with count_queries(empty) as sent:
                assert aino.get(path).text.count(ONLY_MINE) == number + 1
            costs.append(len(sent))

    assert costs[:2] == costs[2:]


def test_the_instructor_sees_that_a_request_was_taken_back(
    client: Client, session: Session, cast: Cast, entry: DiaryEntry
) -> None:
    ask(session, cast, entry)
    take_off(session, cast)

    page = client.sign_in("bertil").get(f"/review/claims/{claim_of(session, cast.aino).id}").text

    assert "took the request back. What was written in it can still be read below." in page
    assert "has not asked for approval" not in page
    assert "Sanani" in page


def test_each_claim_says_of_its_own_copy_who_sees_it(session: Session, cast: Cast, entry: DiaryEntry) -> None:
    ask(session, cast, entry)
    attach(session, cast, entry, number=1)
    asked, unasked = claims_of(session, cast.aino)[:2]

    found = {copy.claim_id: copy.state for copy in copies_of_entry(session, entry.id)}

    assert found == {asked.id: CopyState.SHOWN, unasked.id: CopyState.OWN}
    assert len(copies_of_entry(session, entry.id)) == 2
