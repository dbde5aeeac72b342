"""Who owns a claim, and who may see and answer it."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from lms.checklists import followed, queries
from lms.checklists.models import Claim
from lms.checklists.read_models import AskedClaim
from lms.checklists.states import ClaimState
from lms.errors import NotFound
from lms.login import SignedIn


def claim_for_owner(session: Session, claim_id: int, person: SignedIn) -> Claim:
    """Return the person's own claim. Raises NotFound for everybody else, instructors included."""
    claim = queries.claim_owned_by(session, claim_id, person.id)
    if claim is None:
        raise NotFound
    return claim


def claim_as_asked(session: Session, claim_id: int, person: SignedIn) -> AskedClaim:
    """Return a claim as its owner submitted it, for the instructors who follow the owner in an open run.

    Raises NotFound for everybody else. Nobody else may read a draft.
    """
    claim = claim_to_decide(session, claim_id, person)
    is_open = claim.state is ClaimState.OPEN
    return AskedClaim(
        id=claim.id,
        person_id=claim.person_id,
        criterion_id=claim.criterion_id,
        checklist=claim.checklist,
        code=claim.code,
        state=claim.state,
        version=claim.version,
        changed_at=claim.changed_at,
        asked=None if is_open else queries.last_content_of(session, claim.id),
    )


def claim_to_decide(session: Session, claim_id: int, person: SignedIn) -> Claim:
    """Return a claim's row for an instructor's decision; to show the claim, use `claim_as_asked`.

    Raises NotFound for everybody who does not follow it. Instructors see their own claim too, but `operations`
    lets nobody decide on their own.
    """
    return claims_to_decide(session, [claim_id], person)[0]


def claims_to_decide(session: Session, claim_ids: Collection[int], person: SignedIn) -> list[Claim]:
    """Return several claims in the order of their ids. Raises NotFound when the person may not see one of them."""
    claims = followed.claims_seen_by(session, person.id, claim_ids)
    if {claim.id for claim in claims} != set(claim_ids):
        raise NotFound
    return claims


def may_decide(claim: AskedClaim | Claim, person: SignedIn) -> bool:
    """Return whether an instructor who sees the claim may decide on it: nobody decides on their own."""
    return claim.person_id != person.id
