"""Whose a claim is, and who may look at it and answer it."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from lms.checklists import followed, queries
from lms.checklists.models import Claim
from lms.errors import NotFound
from lms.login import SignedIn


def claim_for_owner(session: Session, claim_id: int, person: SignedIn) -> Claim:
    """Return the person's own claim. Raises NotFound for everybody else, instructors included."""
    claim = queries.claim_owned_by(session, claim_id, person.id)
    if claim is None:
        raise NotFound
    return claim


def claim_for_instructor(session: Session, claim_id: int, person: SignedIn) -> Claim:
    """Return a claim for the instructors of its owner's open runs that use its checklist.

    Raises NotFound for everybody else. Their own claim they see too, but `operations` lets nobody answer it.
    """
    return claims_for_instructor(session, [claim_id], person)[0]


def claims_for_instructor(session: Session, claim_ids: Collection[int], person: SignedIn) -> list[Claim]:
    """Return several claims in the order of their ids. Raises NotFound when one of them is not to be known."""
    claims = followed.claims_seen_by(session, person.id, claim_ids)
    if {claim.id for claim in claims} != set(claim_ids):
        raise NotFound
    return claims


def may_answer(claim: Claim, person: SignedIn) -> bool:
    """Tell whether somebody who sees the claim as an instructor may answer it: nobody answers their own."""
    return claim.person_id != person.id
