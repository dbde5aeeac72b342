"""Deduplicated storage of claim texts (by hash) and of the snapshots that the steps refer to."""

import json
from collections.abc import Collection
from hashlib import sha256

from sqlalchemy import delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms import quota
from lms.checklists.models import (
    Claim,
    ClaimContent,
    ClaimContentPiece,
    ClaimCopy,
    ClaimEvidence,
    ClaimText,
    EvidenceKind,
)
from lms.checklists.read_models import CriterionView


def store_text(session: Session, person_id: int, body: str) -> int:
    """Return the id of a person's text, which is stored if it is new. Raises quota.Full."""
    quota.lock(session, person_id)
    digest = sha256(body.encode()).hexdigest()
    known = session.scalar(
        select(ClaimText.id).where(ClaimText.person_id == person_id, ClaimText.sha256 == digest)
    )
    if known is not None:
        return known
    quota.take(session, person_id, quota.size_of(body))
    text = ClaimText(person_id=person_id, sha256=digest, body=body)
    session.add(text)
    session.flush()
    return text.id


def delete_unused_texts(session: Session, person_id: int, text_ids: Collection[int]) -> None:
    """Delete those of a person's texts that nothing refers to any more."""
    session.flush()
    quota.lock(session, person_id)
    unused = (
        ClaimText.id.in_(text_ids),
        ClaimText.person_id == person_id,
        ~exists().where(ClaimEvidence.text_id == ClaimText.id),
        ~exists().where(ClaimContent.text_id == ClaimText.id),
        ~exists().where(ClaimContentPiece.text_id == ClaimText.id),
    )
    freed = session.scalar(select(quota.stored_size(session, ClaimText.body)).where(*unused)) or 0
    if freed:
        session.execute(delete(ClaimText).where(*unused).execution_options(synchronize_session=False))
        quota.give_back(session, person_id, freed)


def store_content(
    session: Session, claim: Claim, pieces: Collection[ClaimEvidence], criterion: CriterionView
) -> int:
    """Return the id of the claim's present content, which is stored unless the claim has had the same before.

    Its hash contains the ids of texts: texts never change, and one that a content refers to is not deleted.
    """
    text_id = store_text(session, claim.person_id, claim.text) if claim.text else None
    wording = {
        "code": criterion.code,
        "set": criterion.slug,
        "number": criterion.number,
        "wording": dict(criterion.wording),
        "official": dict(criterion.official) if criterion.official else None,
    }
    work = [(piece.kind.value, piece.title, piece.text_id) for piece in pieces]
    whole = json.dumps([claim.rating, wording, text_id, work], sort_keys=True)
    digest = sha256(whole.encode()).hexdigest()
    known = session.scalar(
        select(ClaimContent.id).where(ClaimContent.claim_id == claim.id, ClaimContent.sha256 == digest)
    )
    if known is not None:
        return known
    quota.take(session, claim.person_id, quota.size_of(whole))
    content = ClaimContent(
        claim_id=claim.id, sha256=digest, rating=claim.rating, text_id=text_id, wording=wording
    )
    session.add(content)
    session.flush()
    session.add_all(
        ClaimContentPiece(
            content_id=content.id,
            position=position,
            kind=piece.kind,
            title=piece.title,
            text_id=piece.text_id,
        )
        for position, piece in enumerate(pieces, start=1)
    )
    session.flush()
    return content.id


def record_copies(session: Session, claim: Claim, pieces: Collection[ClaimEvidence], *, number: int) -> None:
    """Record which diary entries a request contains, so that the diary can show where copies are."""
    rows = [
        {"entry_id": piece.entry_id, "claim_id": claim.id, "number": number}
        for piece in pieces
        if piece.kind is EvidenceKind.ENTRY and piece.entry_id
    ]
    if not rows:
        return
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    noted = insert(ClaimCopy)
    noted = noted.on_conflict_do_update(
        index_elements=["entry_id", "claim_id"], set_={"number": noted.excluded.number}
    )
    session.execute(noted, rows)
