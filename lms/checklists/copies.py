"""Where copies of a diary entry are: in the evidence of its writer's claims, and in the claims' records."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from lms.checklists.models import Claim, ClaimCopy, ClaimEvent, ClaimEvidence
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import Criterion
from lms.diary.providers import CopyState


@dataclass(frozen=True)
class CopyInClaim:
    """A claim that contains a copy: its wording, and who sees the copy."""

    claim_id: int
    wording: Mapping[str, str]
    state: CopyState


def copies_of_entry(session: Session, entry_id: int) -> list[CopyInClaim]:
    """Return the claims that contain a copy of the entry or an earlier text of it, in one query that uses indexes."""
    later = aliased(ClaimEvent)
    is_last_request = ~exists().where(
        later.claim_id == Claim.id, later.action == ClaimAction.REQUEST, later.number > ClaimCopy.number
    )
    is_recorded = ClaimCopy.number.is_not(None)
    of_entry = (
        select(ClaimCopy.claim_id)
        .where(ClaimCopy.entry_id == entry_id)
        .union(select(ClaimEvidence.claim_id).where(ClaimEvidence.entry_id == entry_id))
    )
    statement = (
        select(
            Claim.id,
            Criterion.wording,
            is_recorded.label("is_recorded"),
            and_(is_recorded, Claim.state != ClaimState.OPEN, is_last_request).label("is_shown"),
        )
        .join(Criterion, Criterion.id == Claim.criterion_id)
        .outerjoin(ClaimCopy, and_(ClaimCopy.claim_id == Claim.id, ClaimCopy.entry_id == entry_id))
        .where(Claim.id.in_(of_entry))
        .order_by(Claim.id)
    )
    return [
        CopyInClaim(row.id, row.wording, _state(is_recorded=row.is_recorded, is_shown=row.is_shown))
        for row in session.execute(statement)
    ]


def _state(*, is_recorded: bool, is_shown: bool) -> CopyState:
    if is_shown:
        return CopyState.SHOWN
    return CopyState.RECORDED if is_recorded else CopyState.OWN
