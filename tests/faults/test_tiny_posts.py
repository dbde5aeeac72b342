"""Tiny posts store little: what is said once is stored once, however often it is asked for and taken back."""

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import limits
from lms.checklists import operations, queries
from lms.checklists.models import Claim, ClaimContent, ClaimEvent, ClaimText
from lms.db import Base
from tests.checklists.cast import Cast, claims_of, make_cast, make_entry
from tests.client import Client
from tests.conftest import NOW
from tests.queries import count_queries

ENTRIES = 10
LETTERS = 20_000
ROUNDS = 40
MOST_BYTES_A_STEP = 1_000


@pytest.fixture
def cast(session: Session) -> Cast:
    return make_cast(session)


@pytest.fixture
def claim(session: Session, cast: Cast) -> Claim:
    """A claim with ten attached entries of the longest length."""
    claim = claims_of(session, cast.aino)[0]
    for number in range(ENTRIES):
        entry = make_entry(session, cast.aino, title=f"Päivä {number}", body=f"{number} " + "ä" * LETTERS)
        draft = operations.ClaimDraft(rating=3, entry_id=entry.id)
        operations.save_claim(session, claim, draft, by=cast.aino, now=NOW)
    session.commit()
    return claim


def stored_bytes(session: Session) -> int:
    """Return how many bytes the rows of all tables take, written out as text."""
    found = 0
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            found += sum(len(str(value).encode()) for value in row)
    session.rollback()
    return found


def ask_and_take_back(client: Client, claim_id: int) -> None:
    for action in ("request", "withdraw"):
        assert client.post(f"/claims/{claim_id}", {"action": action}).status_code == 302


def test_asking_and_taking_back_stores_next_to_nothing(
    client: Client, session: Session, cast: Cast, claim: Claim
) -> None:
    client.sign_in("aino").get(f"/claims/{claim.id}")
    ask_and_take_back(client, claim.id)
    before = stored_bytes(session)

    for _round in range(ROUNDS):
        ask_and_take_back(client, claim.id)

    grown = stored_bytes(session) - before
    assert session.scalar(select(func.count()).select_from(ClaimEvent)) == 2 * (ROUNDS + 1)
    assert grown < MOST_BYTES_A_STEP * 2 * ROUNDS
    assert session.scalar(select(func.count()).select_from(ClaimContent)) == 1
    assert session.scalar(select(func.count()).select_from(ClaimText)) == ENTRIES


def test_a_diary_page_costs_the_same_however_often_its_copy_was_asked_with(
    empty: Flask, client: Client, session: Session, cast: Cast, claim: Claim
) -> None:
    entry_id = queries.evidence_of(session, claim.id)[0].entry_id
    session.rollback()
    client.sign_in("aino").get(f"/claims/{claim.id}")
    costs = []

    for _round in range(2):
        ask_and_take_back(client, claim.id)
        with count_queries(empty) as sent:
            assert client.get(f"/diary/{entry_id}").status_code == 200
        costs.append(sent)

    assert len(costs[0]) == len(costs[1])
    asked_for_copies = [statement for statement in costs[1] if "claim_copies" in statement]
    assert len(asked_for_copies) == 1
    assert "claim_texts" not in asked_for_copies[0]


def test_who_goes_on_and_on_must_wait_and_loses_nothing(
    client: Client, session: Session, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "CLAIM_STEPS", limits.Limit("claim-steps", 4))
    client.sign_in("aino").get(f"/claims/{claim.id}")
    for _round in range(2):
        ask_and_take_back(client, claim.id)

    refused = client.post(f"/claims/{claim.id}", {"action": "request", "text": "Tein tämän itse."})

    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) == 56 * 60
    assert "It works again in 56 minutes." in refused.text
    assert "Tein tämän itse." in refused.text
    assert session.scalar(select(func.count()).select_from(ClaimEvent)) == 4
