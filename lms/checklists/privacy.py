"""The personal data of checklists: people's claims with the whole record, and their decisions on others' claims."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, exists, func, select, update
from sqlalchemy.orm import Session

from lms.checklists.models import (
    Claim,
    ClaimContent,
    ClaimContentPiece,
    ClaimEvent,
    ClaimEvidence,
    ClaimText,
    EvidenceKind,
)
from lms.checklists.states import RATINGS, ClaimAction, ClaimState
from lms.i18n import lazy
from lms.personal_data import Column, ExportRecord, Holding, Retained, as_moment, one_of

ROWS_AT_ONCE = 50
STEPS_IN_A_RECORD = 50
LETTERS_IN_A_RECORD = 100_000

_PIECES = (
    select(
        ClaimEvidence.kind,
        ClaimEvidence.title,
        ClaimEvidence.text_id,
        ClaimEvidence.added_at,
        ClaimText.body,
    )
    .join(ClaimText, ClaimText.id == ClaimEvidence.text_id)
    .where(ClaimEvidence.claim_id == bindparam("claim_id"))
    .order_by(ClaimEvidence.id)
)

_CONTENT_PIECES = (
    select(ClaimContentPiece.kind, ClaimContentPiece.title, ClaimContentPiece.text_id, ClaimText.body)
    .join(ClaimText, ClaimText.id == ClaimContentPiece.text_id)
    .where(ClaimContentPiece.content_id == bindparam("content_id"))
    .order_by(ClaimContentPiece.position)
)

_EVENTS = (
    select(
        ClaimEvent.number,
        ClaimEvent.action,
        ClaimEvent.at,
        ClaimEvent.by_name,
        ClaimEvent.comment,
        ClaimEvent.content_id,
        ClaimContent.rating,
        ClaimContent.wording,
        func.coalesce(ClaimText.body, "").label("text"),
    )
    .join(ClaimContent, ClaimContent.id == ClaimEvent.content_id)
    .outerjoin(ClaimText, ClaimText.id == ClaimContent.text_id)
    .where(ClaimEvent.claim_id == bindparam("claim_id"))
    .order_by(ClaimEvent.number)
)


def _export_claims(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield each claim, and the rest of a long history in further records, so that no record is large.

    A text that occurs several times is written out once, and referred to by its number after that.
    """
    written: set[int] = set()
    statement = select(Claim).where(Claim.person_id == person_id).order_by(Claim.id)
    for claim in session.scalars(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        which: ExportRecord = {"checklist": claim.checklist, "code": claim.code}
        pieces = session.execute(_PIECES, {"claim_id": claim.id})
        work = [{**_work(piece, written), "at": piece.added_at.isoformat()} for piece in pieces]
        history = _history(session, claim.id, written)
        yield which | {
            "state": claim.state.value,
            "rating": claim.rating,
            "text": claim.text,
            "changed_at": claim.changed_at.isoformat(),
            "work": work,
            "history": next(history, []),
        }
        for further in history:
            yield which | {"history": further}


def _history(session: Session, claim_id: int, written: set[int]) -> Iterator[list[ExportRecord]]:
    """Yield the steps of a claim, a few in each record; a content is with the first step that refers to it."""
    asked: dict[int, int] = {}
    steps: list[ExportRecord] = []
    letters = 0
    for event in session.execute(
        _EVENTS, {"claim_id": claim_id}, execution_options={"yield_per": ROWS_AT_ONCE}
    ):
        step: ExportRecord = {
            "number": event.number,
            "action": event.action.value,
            "at": event.at.isoformat(),
            "by": event.by_name,
            "comment": event.comment,
        }
        if event.content_id in asked:
            step["asked_in"] = asked[event.content_id]
        else:
            asked[event.content_id] = event.number
            content = _content(session, event, written)
            step |= content
            letters += sum(len(str(piece.get("text", ""))) for piece in content["work"])
        steps.append(step)
        if letters > LETTERS_IN_A_RECORD or len(steps) >= STEPS_IN_A_RECORD:
            yield steps
            steps, letters = [], 0
    if steps:
        yield steps


def _content(session: Session, event: Any, written: set[int]) -> dict[str, Any]:
    pieces = session.execute(_CONTENT_PIECES, {"content_id": event.content_id})
    return {
        "rating": event.rating,
        "text": event.text,
        "wording": event.wording,
        "work": [_work(piece, written) for piece in pieces],
    }


def _work(piece: Any, written: set[int]) -> ExportRecord:
    row: ExportRecord = {"kind": piece.kind.value, "title": piece.title, "text_number": piece.text_id}
    if piece.text_id not in written:
        written.add(piece.text_id)
        row["text"] = piece.body
    return row


def _erase_claims(session: Session, person_id: int, now: datetime) -> None:
    """Delete the person's claims with evidence and record, then the texts of both."""
    session.execute(delete(Claim).where(Claim.person_id == person_id))
    session.execute(delete(ClaimText).where(ClaimText.person_id == person_id))


def _export_decisions(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield the person's decisions on others' claims, without the others' texts."""
    statement = (
        select(ClaimEvent.action, ClaimEvent.at, ClaimEvent.comment)
        .join(Claim, Claim.id == ClaimEvent.claim_id)
        .where(ClaimEvent.by_id == person_id, Claim.person_id != person_id)
        .order_by(ClaimEvent.id)
    )
    for event in session.execute(statement, execution_options={"yield_per": ROWS_AT_ONCE}):
        yield {"action": event.action.value, "at": event.at.isoformat(), "comment": event.comment}


def _unlink_decisions(session: Session, person_id: int, now: datetime) -> None:
    """Unlink the decisions from the person; the name and the words in the record never change."""
    session.execute(update(ClaimEvent).where(ClaimEvent.by_id == person_id).values(by_id=None))


def _has_decided(session: Session, person_id: int) -> bool:
    found = exists().where(
        ClaimEvent.by_id == person_id, Claim.id == ClaimEvent.claim_id, Claim.person_id != person_id
    )
    return bool(session.scalar(select(found)))


_STATE = one_of({state: state.label for state in ClaimState})
_ACTION = one_of(
    {
        ClaimAction.REQUEST: lazy("Asked for approval."),
        ClaimAction.WITHDRAW: lazy("Taken back"),
        ClaimAction.APPROVE: lazy("Approved"),
        ClaimAction.RETURN: lazy("Not yet"),
        ClaimAction.UNDO: lazy("Took the answer back."),
    }
)
_KIND = one_of({EvidenceKind.ENTRY: lazy("Diary entry"), EvidenceKind.ANSWER: lazy("Answer")})
_RATING = one_of({str(rating): words for rating, words in RATINGS.items()})

HOLDINGS = (
    Holding(
        name="claims",
        label=lazy("Your competence: own words, evidence and approvals"),
        tables=frozenset(
            {
                "claims",
                "claim_evidence",
                "claim_texts",
                "claim_contents",
                "claim_content_pieces",
                "claim_copies",
            }
        ),
        export=_export_claims,
        erase=_erase_claims,
        columns={
            "checklist": Column(lazy("Checklist")),
            "code": Column(lazy("Code")),
            "state": Column(lazy("State"), _STATE),
            "rating": Column(lazy("Own rating"), _RATING),
            "text": Column(lazy("Text")),
            "changed_at": Column(lazy("Changed"), as_moment),
            "work": Column(lazy("Evidence")),
            "kind": Column(lazy("Kind"), _KIND),
            "title": Column(lazy("Title")),
            "text_number": Column(lazy("Number of the text")),
            "at": Column(lazy("When"), as_moment),
            "history": Column(lazy("Steps")),
            "number": Column(lazy("Number")),
            "action": Column(lazy("What happened"), _ACTION),
            "by": Column(lazy("Who")),
            "comment": Column(lazy("Comment")),
            "wording": Column(lazy("Wording")),
            "official": Column(lazy("Official wording")),
            "asked_in": Column(lazy("What was asked stands at the step")),
        },
        unshown=frozenset({"set"}),
    ),
    Holding(
        name="claim_answers",
        label=lazy("What you have said of the competence of others"),
        tables=frozenset({"claim_events"}),
        export=_export_decisions,
        erase=_unlink_decisions,
        columns={
            "action": Column(lazy("What happened"), _ACTION),
            "at": Column(lazy("When"), as_moment),
            "comment": Column(lazy("Comment")),
        },
        retained=(
            Retained(
                lazy(
                    "Your answers to the checklists of others stay with them as they were: your name, the time and "
                    "your words."
                ),
                _has_decided,
            ),
        ),
        only_unlinked=True,
        of_staff=True,
    ),
)
