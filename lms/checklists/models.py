"""Claims of competence, their evidence, and the append-only record of each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.checklists.states import ClaimAction, ClaimState
from lms.db import Base, UTCDateTime, one_of


class Claim(Base):
    """One person's item of a checklist; its state is that of its last event."""

    __tablename__ = "claims"
    __table_args__ = (
        UniqueConstraint("person_id", "checklist", "code"),
        CheckConstraint("rating BETWEEN 1 AND 4", name="rating"),
        Index("ix_claims_queue", "checklist", "state", "changed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    criterion_id: Mapped[int] = mapped_column(ForeignKey("criteria.id"), index=True)
    # the criterion's set and code, which stay the same over the criteria's versions
    checklist: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(60))
    # the owner's rating: from 1, needs much help, to 4, can advise others
    rating: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[ClaimState] = mapped_column(one_of(ClaimState))
    # increases with every change; of two simultaneous changes only one succeeds
    version: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime)


class EvidenceKind(StrEnum):
    ENTRY = "entry"
    ANSWER = "answer"


class ClaimEvidence(Base):
    """Own work attached to a claim, as it was when it was attached."""

    __tablename__ = "claim_evidence"
    __table_args__ = (UniqueConstraint("claim_id", "entry_id"), UniqueConstraint("claim_id", "answer_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"))
    kind: Mapped[EvidenceKind] = mapped_column(one_of(EvidenceKind))
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("diary_entries.id", ondelete="SET NULL"), index=True
    )
    answer_id: Mapped[int | None] = mapped_column(
        ForeignKey("task_answers.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(String(200))
    text_id: Mapped[int] = mapped_column(ForeignKey("claim_texts.id"), index=True)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ClaimText(Base):
    """A text in claims: own words, or attached work; each is stored once per person and never changed."""

    __tablename__ = "claim_texts"
    __table_args__ = (UniqueConstraint("person_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"))
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)


class ClaimContent(Base):
    """The contents of a claim when approval was requested; the steps that follow refer to it; never changed."""

    __tablename__ = "claim_contents"
    __table_args__ = (UniqueConstraint("claim_id", "sha256"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"))
    # a hash of everything below, the pieces and their texts
    sha256: Mapped[str] = mapped_column(String(64))
    rating: Mapped[int | None]
    # the owner's words, None where there were none
    text_id: Mapped[int | None] = mapped_column(ForeignKey("claim_texts.id"), index=True)
    # {"code", "set", "number", "wording": {fi, sv, en}, "official"} as they were then
    wording: Mapped[dict[str, object]] = mapped_column(JSON)


class ClaimContentPiece(Base):
    """Own work in a content, as those who answered saw it."""

    __tablename__ = "claim_content_pieces"

    content_id: Mapped[int] = mapped_column(
        ForeignKey("claim_contents.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[EvidenceKind] = mapped_column(one_of(EvidenceKind))
    title: Mapped[str] = mapped_column(String(200))
    text_id: Mapped[int] = mapped_column(ForeignKey("claim_texts.id"), index=True)


class ClaimCopy(Base):
    """A diary entry that was attached to a request for approval, and the newest such request."""

    __tablename__ = "claim_copies"

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("diary_entries.id", ondelete="CASCADE"), primary_key=True
    )
    claim_id: Mapped[int] = mapped_column(
        ForeignKey("claims.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    # the number of the request's event
    number: Mapped[int]


class ClaimEvent(Base):
    """A step in a claim's life: who, when, what, and what was in the claim then; never changed."""

    __tablename__ = "claim_events"
    __table_args__ = (UniqueConstraint("claim_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claims.id", ondelete="CASCADE"))
    number: Mapped[int]
    action: Mapped[ClaimAction] = mapped_column(one_of(ClaimAction))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    # the name as it was then
    by_name: Mapped[str] = mapped_column(String(100))
    comment: Mapped[str] = mapped_column(Text)
    content_id: Mapped[int] = mapped_column(ForeignKey("claim_contents.id"), index=True)
