"""The trace of who has read whose work, and several answers at one press."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy.orm import Session

from lms import audit, db
from lms.checklists import operations as claim_operations
from lms.checklists.models import Claim
from lms.clock import HELSINKI
from lms.errors import Conflict
from lms.login import SignedIn
from lms.review import queries


@dataclass(frozen=True)
class Unanswered:
    """A claim that had changed meanwhile, and what had happened to it, in words."""

    claim_id: int
    message: str


def leave_trace(
    session: Session, action: str, *, object_type: str, object_id: int, by: int, about: int, now: datetime
) -> None:
    """Write down, once a day, that somebody has read a person's work.

    The line is written in a transaction of its own, for the request only reads; what `session` has
    read is let go first, so that the two never wait for one another.
    """
    midnight = datetime.combine(now.astimezone(HELSINKI).date(), time(), HELSINKI)
    if queries.is_traced(session, action, by=by, about=about, object_id=object_id, since=midnight):
        return
    session.close()
    with db.transaction() as own:
        audit.record(own, action, by=by, object_type=object_type, object_id=object_id, about=about, now=now)


def answer_several(
    session: Session,
    claims: Sequence[Claim],
    *,
    approving: bool,
    comment: str,
    version_of: Callable[[int], int | None],
    by: SignedIn,
    now: datetime,
) -> list[Unanswered]:
    """Answer each claim, and return those that could not be answered any more."""
    act = claim_operations.approve if approving else claim_operations.return_claim
    unanswered = []
    for claim in claims:
        try:
            act(session, claim, by=by, comment=comment, version=version_of(claim.id), now=now)
        except Conflict as conflict:
            unanswered.append(Unanswered(claim.id, str(conflict.message)))
    return unanswered
