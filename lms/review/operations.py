"""Several decisions with one press."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.checklists import operations as claim_operations
from lms.checklists.models import Claim
from lms.errors import Conflict
from lms.login import Actor


@dataclass(frozen=True)
class Undecided:
    """A claim that had changed meanwhile, and a message about what had happened to it."""

    claim_id: int
    message: str


def decide_several(
    session: Session,
    claims: Sequence[Claim],
    *,
    approving: bool,
    comment: str,
    version_of: Callable[[int], int | None],
    by: Actor,
    now: datetime,
) -> list[Undecided]:
    """Decide on each claim, and return those that could no longer be decided on."""
    act = claim_operations.approve if approving else claim_operations.return_claim
    undecided = []
    for claim in claims:
        try:
            act(session, claim, by=by, comment=comment, version=version_of(claim.id), now=now)
        except Conflict as conflict:
            undecided.append(Undecided(claim.id, str(conflict.message)))
    return undecided
