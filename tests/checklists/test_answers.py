from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import access
from lms.accounts.models import Person, PersonRole
from lms.audit import AuditLine
from lms.checklists import followed, operations, policy, privacy, queries
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.read_models import ClaimCounts
from lms.checklists.states import ClaimState
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.login import SignedIn
from lms.runs.models import Enrolment, RunInstructor
from lms.runs.states import RunState
from tests import factories
from tests.checklists.cast import Cast, claim_of, content_of, events_of, make_entry
from tests.conftest import NOW


def signed_in(person: Person) -> SignedIn:
    return SignedIn(
        person.id, person.username, person.name, "en", frozenset({access.Role.INSTRUCTOR}), 1, "t"
    )


@pytest.fixture
def claim(session: Session, cast: Cast) -> Claim:
    """Aino's first claim, waiting."""
    found = claim_of(session, cast.aino)
    draft = operations.ClaimDraft(rating=3, text="Luin sopimuksen.")
    operations.request_approval(session, found, by=cast.aino, draft=draft, now=NOW)
    session.commit()
    return found


def test_only_instructors_of_an_open_run_see_a_claim(session: Session, cast: Cast, claim: Claim) -> None:
    assert policy.claim_to_decide(session, claim.id, signed_in(cast.bertil)).id == claim.id
    for person in (cast.aino, cast.cia, cast.didrik, cast.elsa):
        with pytest.raises(NotFound):
            policy.claim_to_decide(session, claim.id, signed_in(person))
    cast.run.state = RunState.CLOSED
    session.flush()
    with pytest.raises(NotFound):
        policy.claim_to_decide(session, claim.id, signed_in(cast.bertil))


def test_an_instructor_of_another_course_sees_nothing(session: Session, cast: Cast, claim: Claim) -> None:
    plain = factories.make_version(session, factories.outline_json("muu"))
    factories.make_run(session, plain, instructors=[cast.elsa], people=[cast.aino])

    with pytest.raises(NotFound):
        policy.claim_to_decide(session, claim.id, signed_in(cast.elsa))


def test_nobody_answers_their_own(session: Session, cast: Cast, claim: Claim) -> None:
    session.add(PersonRole(person_id=cast.aino.id, role=access.Role.INSTRUCTOR))
    session.add(RunInstructor(run_id=cast.run.id, person_id=cast.aino.id))
    session.flush()
    own = policy.claim_to_decide(session, claim.id, signed_in(cast.aino))

    assert not policy.may_decide(own, signed_in(cast.aino))
    with pytest.raises(NotAllowed):
        operations.approve(session, own, by=cast.aino, now=NOW)
    assert followed.waiting_count(session, cast.aino.id) == 0


def test_nobody_asks_for_the_approval_of_anothers_claim(session: Session, cast: Cast, claim: Claim) -> None:
    own = claim_of(session, cast.aino)

    with pytest.raises(NotFound):
        operations.request_approval(
            session, own, by=cast.cia, draft=operations.ClaimDraft(rating=4, text="Tein."), now=NOW
        )


def test_an_approval_says_who_approved_what(session: Session, cast: Cast, claim: Claim) -> None:
    operations.approve(session, claim, by=cast.bertil, comment="Näin tämän itse.", now=NOW)
    session.commit()

    event = events_of(session, claim)[-1]
    assert (event.by_id, event.by_name, event.comment) == (cast.bertil.id, "Bertil", "Näin tämän itse.")
    content = content_of(session, event)
    assert (content.rating, content.text) == (3, "Luin sopimuksen.")
    assert queries.approved_codes(session, cast.run.id) == {cast.aino.id: frozenset({claim.code})}
    assert queries.claim_counts(session, cast.run.id)[cast.aino.id] == ClaimCounts(2, 1, 0)


def test_not_yet_needs_a_next_step(session: Session, cast: Cast, claim: Claim) -> None:
    with pytest.raises(Invalid):
        operations.return_claim(session, claim, by=cast.bertil, comment="  ", now=NOW)


def test_who_comes_second_hears_who_was_first(session: Session, cast: Cast, claim: Claim) -> None:
    operations.approve(session, claim, by=cast.bertil, now=NOW)

    with pytest.raises(Conflict, match="Bertil was first and approved"):
        operations.return_claim(session, claim, by=cast.elsa, comment="Kerro.", now=NOW)


def test_an_answer_to_an_old_text_is_refused(session: Session, cast: Cast, claim: Claim) -> None:
    seen = claim.version
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    draft = operations.ClaimDraft(text="Toinen teksti.")
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)

    with pytest.raises(Conflict, match="changed while you had it open"):
        operations.approve(session, claim, by=cast.bertil, version=seen, now=NOW)


def test_an_answer_is_taken_back_within_ten_minutes(session: Session, cast: Cast, claim: Claim) -> None:
    later = NOW + timedelta(hours=1)
    operations.approve(session, claim, by=cast.bertil, now=later)

    assert [one.claim_id for one in followed.decisions_since(session, cast.bertil.id, NOW)] == [claim.id]
    with pytest.raises(Conflict):
        operations.undo(session, claim, by=cast.elsa, now=later)
    with pytest.raises(Conflict):
        operations.undo(session, claim, by=cast.bertil, now=later + timedelta(minutes=11))
    operations.undo(session, claim, by=cast.bertil, now=later + timedelta(minutes=9))

    assert (claim.state, claim.changed_at) == (ClaimState.WAITING, NOW)
    assert followed.decisions_since(session, cast.bertil.id, NOW) == []


def test_an_answer_that_was_followed_stays(session: Session, cast: Cast, claim: Claim) -> None:
    operations.return_claim(session, claim, by=cast.bertil, comment="Kerro.", now=NOW)
    later = NOW + timedelta(minutes=1)
    operations.save_claim(session, claim, operations.ClaimDraft(text="Kerron."), by=cast.aino, now=later)

    with pytest.raises(Conflict):
        operations.undo(session, claim, by=cast.bertil, now=later)
    assert claim.text == "Kerron."


def test_the_audit_tells_each_step(session: Session, cast: Cast, claim: Claim) -> None:
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    operations.return_claim(session, claim, by=cast.bertil, comment="Kerro.", now=NOW)
    operations.request_approval(session, claim, by=cast.aino, now=NOW)
    operations.approve(session, claim, by=cast.bertil, now=NOW)
    session.flush()

    told = select(AuditLine).where(AuditLine.about_id == cast.aino.id, AuditLine.action.like("claim.%"))
    lines = session.scalars(told.order_by(AuditLine.id)).all()
    assert [line.action for line in lines] == [
        "claim.requested",
        "claim.withdrawn",
        "claim.requested",
        "claim.returned",
        "claim.requested",
        "claim.approved",
    ]
    assert {line.object_id for line in lines} == {str(claim.id)}


def test_waiting_claims_come_oldest_first_and_once(session: Session, cast: Cast, claim: Claim) -> None:
    cast_elsas = factories.make_run(session, instructors=[cast.bertil], people=[cast.aino])
    cast_elsas.version_id = cast.run.version_id
    session.flush()

    (waiting,) = followed.claims_waiting_for(session, cast.bertil.id, 10)

    assert (waiting.id, waiting.person_name, waiting.run_id) == (claim.id, "Aino", cast.run.id)
    assert followed.waiting_count(session, cast.bertil.id) == 1
    assert followed.waiting_count(session, cast.elsa.id) == 0


def test_own_data_hold_the_whole_record_and_can_be_erased(session: Session, cast: Cast, claim: Claim) -> None:
    entry = make_entry(session, cast.aino)
    operations.withdraw(session, claim, by=cast.aino, now=NOW)
    draft = operations.ClaimDraft(entry_id=entry.id)
    operations.request_approval(session, claim, by=cast.aino, draft=draft, now=NOW)
    operations.approve(session, claim, by=cast.bertil, comment="Hienoa.", now=NOW)
    session.commit()
    holdings = {holding.name: holding for holding in privacy.HOLDINGS}

    (row, *_other) = holdings["claims"].export(session, cast.aino.id)
    history, work = row["history"], row["work"]
    assert isinstance(history, list) and isinstance(work, list)
    assert [step["action"] for step in history] == ["request", "withdraw", "request", "approve"]
    assert work[0]["text"] == "Tein listan."
    answers = list(holdings["claim_answers"].export(session, cast.bertil.id))
    assert answers == [{"action": "approve", "at": NOW.isoformat(), "comment": "Hienoa."}]

    holdings["claim_answers"].erase(session, cast.bertil.id, NOW)
    assert session.scalars(select(ClaimEvent.by_name).where(ClaimEvent.by_id.is_(None))).all() == ["Bertil"]
    holdings["claims"].erase(session, cast.aino.id, NOW)
    assert session.scalars(select(ClaimEvent.id)).all() == []
    assert session.scalars(select(Enrolment.id).where(Enrolment.person_id == cast.aino.id)).all()


def test_a_claim_is_loaded_as_it_was_asked(session: Session, cast: Cast, claim: Claim) -> None:
    bertil = signed_in(cast.bertil)
    operations.return_claim(session, claim, by=cast.bertil, comment="Kerro lisää.", now=NOW)
    operations.save_claim(
        session, claim, operations.ClaimDraft(rating=1, text="Kesken"), by=cast.aino, now=NOW
    )

    asked = policy.claim_as_asked(session, claim.id, bertil).asked

    assert asked
    assert (asked.rating, asked.text) == (3, "Luin sopimuksen.")


def test_of_a_request_that_was_taken_back_nothing_is_asked(
    session: Session, cast: Cast, claim: Claim
) -> None:
    operations.withdraw(session, claim, by=cast.aino, now=NOW)

    assert policy.claim_as_asked(session, claim.id, signed_in(cast.bertil)).asked is None


def test_an_operation_asks_nothing_that_nobody_can_answer(session: Session, cast: Cast) -> None:
    found = claim_of(session, cast.aino)
    session.get_one(Person, cast.bertil.id).disabled_at = NOW
    session.flush()

    was_asked = operations.request_approval(
        session, found, by=cast.aino, draft=operations.ClaimDraft(rating=3, text="Luin."), now=NOW
    )

    assert not was_asked
    assert (found.state, found.text) == ("open", "Luin.")
