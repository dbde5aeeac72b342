"""What the checklists hold about people: their claims with the whole record, and their answers to others' claims."""

from datetime import datetime

from sqlalchemy import delete, exists, select, update
from sqlalchemy.orm import Session

from lms.checklists.models import Claim, ClaimEvent, ClaimEvidence
from lms.personal_data import Holding, Kept, Row


def _export_claims(session: Session, person_id: int) -> list[Row]:
    claims = session.scalars(select(Claim).where(Claim.person_id == person_id).order_by(Claim.id)).all()
    own = select(Claim.id).where(Claim.person_id == person_id)
    work: dict[int, list[Row]] = {}
    for piece in session.scalars(
        select(ClaimEvidence).where(ClaimEvidence.claim_id.in_(own)).order_by(ClaimEvidence.id)
    ):
        row: Row = {
            "kind": piece.kind.value,
            "title": piece.title,
            "text": piece.body,
            "at": piece.added_at.isoformat(),
        }
        work.setdefault(piece.claim_id, []).append(row)
    steps: dict[int, list[Row]] = {}
    for event in session.scalars(
        select(ClaimEvent)
        .where(ClaimEvent.claim_id.in_(own))
        .order_by(ClaimEvent.claim_id, ClaimEvent.number)
    ):
        steps.setdefault(event.claim_id, []).append(_event_row(event))
    return [
        {
            "checklist": claim.checklist,
            "code": claim.code,
            "state": claim.state.value,
            "rating": claim.rating,
            "text": claim.text,
            "changed_at": claim.changed_at.isoformat(),
            "work": work.get(claim.id, []),
            "history": steps.get(claim.id, []),
        }
        for claim in claims
    ]


def _event_row(event: ClaimEvent) -> Row:
    return {
        "number": event.number,
        "action": event.action.value,
        "at": event.at.isoformat(),
        "by": event.by_name,
        "comment": event.comment,
        "rating": event.rating,
        "text": event.text,
        "wording": event.wording,
        "work": event.evidence,
    }


def _erase_claims(session: Session, person_id: int, now: datetime) -> None:
    """Delete the person's claims; their evidence and their record go with them."""
    session.execute(delete(Claim).where(Claim.person_id == person_id))


def _export_answers(session: Session, person_id: int) -> list[Row]:
    """Return what the person has answered to others' claims, without what the others wrote."""
    statement = (
        select(ClaimEvent)
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .where(ClaimEvent.by_id == person_id, Claim.person_id != person_id)
        .order_by(ClaimEvent.id)
    )
    return [
        {"action": event.action.value, "at": event.at.isoformat(), "comment": event.comment}
        for event in session.scalars(statement)
    ]


def _unlink_answers(session: Session, person_id: int, now: datetime) -> None:
    """Cut the tie from the answers to the person; the record, with the name and the words, is never changed."""
    session.execute(update(ClaimEvent).where(ClaimEvent.by_id == person_id).values(by_id=None))


def _has_answered(session: Session, person_id: int) -> bool:
    found = exists().where(
        ClaimEvent.by_id == person_id, Claim.id == ClaimEvent.claim_id, Claim.person_id != person_id
    )
    return bool(session.scalar(select(found)))


HOLDINGS = (
    Holding("claims", frozenset({"claims", "claim_evidence"}), _export_claims, _erase_claims),
    Holding(
        "claim_answers",
        frozenset({"claim_events"}),
        _export_answers,
        _unlink_answers,
        kept=(
            Kept(
                "Your answers to the checklists of others stay with them as they were: your name, the time and "
                "your words.",
                _has_answered,
            ),
        ),
        only_unlinked=True,
    ),
)
