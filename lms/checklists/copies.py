"""Where copies of a diary entry stand: in the evidence of its writer's claims, and in the record of each."""

from sqlalchemy import ColumnElement, TableValuedAlias, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.checklists.models import Claim, ClaimEvent, ClaimEvidence, EvidenceKind
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import Criterion
from lms.diary.models import DiaryEntry, DiaryRevision
from lms.diary.signals import Copy, CopyState


def copies_of_entry(session: Session, entry_id: int) -> list[Copy]:
    """Return the claims that hold a copy of the entry or of an earlier text of it, in one query.

    The record names no entry, so a copy is known by its text. What is asked approval for is recorded
    by the request; the steps after it repeat the same evidence.
    """
    piece, kind, body = _recorded_pieces(session)
    recorded = (
        select(ClaimEvent.claim_id, func.max(ClaimEvent.number).label("number"))
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .join(DiaryEntry, DiaryEntry.person_id == Claim.person_id)
        .join(piece, true())
        .where(
            DiaryEntry.id == entry_id,
            ClaimEvent.action == ClaimAction.REQUEST,
            kind == EvidenceKind.ENTRY.value,
            or_(body == DiaryEntry.body, body.in_(_earlier_texts(entry_id))),
        )
        .group_by(ClaimEvent.claim_id)
        .subquery()
    )
    later = aliased(ClaimEvent)
    is_last_request = ~exists().where(
        later.claim_id == Claim.id,
        later.action == ClaimAction.REQUEST,
        later.number > recorded.c.number,
    )
    statement = (
        select(
            Claim.id,
            Criterion.wording,
            recorded.c.number.is_not(None).label("is_recorded"),
            and_(recorded.c.number.is_not(None), Claim.state != ClaimState.OPEN, is_last_request).label(
                "is_shown"
            ),
        )
        .join(Criterion, Criterion.id == Claim.criterion_id)
        .join(DiaryEntry, DiaryEntry.person_id == Claim.person_id)
        .outerjoin(recorded, recorded.c.claim_id == Claim.id)
        .where(DiaryEntry.id == entry_id, or_(recorded.c.number.is_not(None), _is_attached(entry_id)))
        .order_by(Claim.id)
    )
    return [
        Copy(row.wording, f"/claims/{row.id}", _state(is_recorded=row.is_recorded, is_shown=row.is_shown))
        for row in session.execute(statement)
    ]


def _state(*, is_recorded: bool, is_shown: bool) -> CopyState:
    if is_shown:
        return CopyState.SHOWN
    return CopyState.KEPT if is_recorded else CopyState.OWN


def _is_attached(entry_id: int) -> ColumnElement[bool]:
    return exists().where(ClaimEvidence.claim_id == Claim.id, ClaimEvidence.entry_id == entry_id)


def _earlier_texts(entry_id: int) -> ColumnElement[str]:
    return select(DiaryRevision.body).where(DiaryRevision.entry_id == entry_id).scalar_subquery()


def _recorded_pieces(session: Session) -> tuple[TableValuedAlias, ColumnElement[str], ColumnElement[str]]:
    """Return the pieces of an event's evidence as rows, and what kind each is and its text."""
    if session.get_bind().dialect.name == "postgresql":
        piece = func.json_array_elements(ClaimEvent.evidence).table_valued("value", name="piece")
        value = piece.c.value
        return piece, value.op("->>")("kind"), value.op("->>")("body")
    piece = func.json_each(ClaimEvent.evidence).table_valued("value", name="piece")
    value = piece.c.value
    return piece, func.json_extract(value, "$.kind"), func.json_extract(value, "$.body")
