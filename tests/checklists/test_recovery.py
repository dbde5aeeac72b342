"""What was written in a claim before the sign-in ended: saved at signing in, and approval never asked for."""

import pytest
from sqlalchemy.orm import Session

from lms.checklists import queries
from lms.checklists.states import ClaimState
from tests.accounts.late import page_after, sent_too_late, signed_in_on
from tests.checklists.cast import Cast, claim_of, make_entry
from tests.client import Client

LATE = "Kirjoitin tämän liian myöhään."


def rescued(client: Client, path: str, **fields: str) -> str:
    refused = sent_too_late(client, path, {"text": LATE, "rating": "3", **fields})
    answer = signed_in_on(client, refused, "aino")
    return page_after(client, answer) if answer.status_code == 302 else answer.text


def state_of(session: Session, cast: Cast) -> tuple[str, int | None, ClaimState]:
    claim = claim_of(session, cast.aino)
    return claim.text, claim.rating, claim.state


@pytest.mark.parametrize("action", ["save", "request", "withdraw", "odd"])
def test_the_claim_is_saved_and_approval_is_not_asked_for(
    client: Client, session: Session, cast: Cast, action: str
) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    page = rescued(client, path, action=action, version="1")

    assert "Saved. Nothing has been sent yet." in page and LATE in page
    assert state_of(session, cast) == (LATE, 3, ClaimState.OPEN)


@pytest.mark.parametrize("version", ["1", ""])
def test_over_a_newer_text_nothing_is_saved(
    client: Client, session: Session, cast: Cast, version: str
) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    client.sign_in("aino").post(path, {"text": "uudempi", "rating": "2", "action": "save", "version": "1"})
    page = rescued(client, path, action="request", version=version)

    assert "A newer text has been saved there. Your own text is below." in page and LATE in page
    assert state_of(session, cast) == ("uudempi", 2, ClaimState.OPEN)


def test_a_waiting_claim_stays_as_it_was_asked(client: Client, session: Session, cast: Cast) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    client.sign_in("aino").post(
        path, {"text": "pyydetty", "rating": "2", "action": "request", "version": "1"}
    )
    page = rescued(client, path, action="save", version="2")

    assert "This waits for your instructor." in page and LATE in page
    assert state_of(session, cast) == ("pyydetty", 2, ClaimState.WAITING)


def test_chosen_work_is_attached_and_none_is_taken_off(client: Client, session: Session, cast: Cast) -> None:
    first, second = make_entry(session, cast.aino), make_entry(session, cast.aino, title="Torstai")
    claim = claim_of(session, cast.aino)
    path = f"/claims/{claim.id}"
    client.sign_in("aino").post(path, {"entry": str(first.id), "action": "save"})
    version = str(claim_of(session, cast.aino).version)
    piece = queries.evidence_of(session, claim.id)[0]
    rescued(client, path, action="save", version=version, entry=str(second.id), remove=str(piece.id))
    session.rollback()

    assert [kept.entry_id for kept in queries.evidence_of(session, claim.id)] == [first.id, second.id]


def test_a_claim_of_another_stays_as_it_is(client: Client, session: Session, cast: Cast) -> None:
    theirs = claim_of(session, cast.cia)
    page = rescued(client, f"/claims/{theirs.id}", action="save", version="1")

    assert LATE in page and "Nothing was saved or sent." in page
    assert claim_of(session, cast.cia).text == ""


def test_a_text_that_is_too_long_comes_back(client: Client, session: Session, cast: Cast) -> None:
    path = f"/claims/{claim_of(session, cast.aino).id}"
    page = rescued(client, path, text="a" * 4_001, version="1")

    assert "At most 4,000 characters fit here." in page and "a" * 4_001 in page
    assert state_of(session, cast) == ("", None, ClaimState.OPEN)
