"""Audit lines: who did what to what, written in the same transaction as the change; and who has read what."""

from datetime import datetime, time

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import db
from lms.clock import HELSINKI, day_of
from lms.db import Base, UTCDateTime


class AuditLine(Base):
    __tablename__ = "audit_lines"
    __table_args__ = (Index("ix_audit_lines_about", "about_id", "action", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    # `thing.happened`, as in `claim.approved`
    action: Mapped[str] = mapped_column(String(60))
    object_type: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[str] = mapped_column(String(40))
    # the person whom this concerns, when it is not the actor
    about_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))


def record(
    session: Session,
    action: str,
    *,
    by: int | None,
    object_type: str,
    object_id: int | str,
    now: datetime,
    about: int | None = None,
) -> None:
    """Add an audit line to the transaction; ids only, never a person's text or name."""
    session.add(
        AuditLine(
            at=now,
            actor_id=by,
            action=action,
            object_type=object_type,
            object_id=str(object_id),
            about_id=about,
        )
    )


def record_reading(
    session: Session,
    action: str,
    *,
    object_type: str,
    object_id: int | str,
    by: int,
    about: int | None,
    now: datetime,
) -> None:
    """Record, once a day, that somebody has read another person's data; reading one's own is not recorded.

    The line is written in a separate transaction, because the request only reads; `session` is closed
    first, so that the two never wait for one another.
    """
    if about is None or about == by:
        return
    midnight = datetime.combine(day_of(now), time(), HELSINKI)
    found = exists().where(
        AuditLine.about_id == about,
        AuditLine.action == action,
        AuditLine.at >= midnight,
        AuditLine.actor_id == by,
        AuditLine.object_id == str(object_id),
    )
    if session.scalar(select(found)):
        return
    session.close()
    with db.transaction() as own:
        record(own, action, by=by, object_type=object_type, object_id=object_id, about=about, now=now)


def readings_of(session: Session, person_id: int, *, limit: int, offset: int = 0) -> list[AuditLine]:
    """Return the lines about others reading the person's data, the newest first."""
    statement = (
        select(AuditLine)
        .where(*_is_reading_of(person_id))
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return list(session.scalars(statement))


def reading_count(session: Session, person_id: int) -> int:
    """Return how many lines `readings_of` finds without a limit."""
    return session.scalar(select(func.count()).select_from(AuditLine).where(*_is_reading_of(person_id))) or 0


def _is_reading_of(person_id: int) -> tuple[ColumnElement[bool], ...]:
    is_of_another = or_(AuditLine.actor_id.is_(None), AuditLine.actor_id != person_id)
    return AuditLine.about_id == person_id, AuditLine.action.like("%.read"), is_of_another


def was_done(session: Session, action: str, *, by: int, object_type: str, object_id: int | str) -> bool:
    """Return whether this person has done this to this object, which may have been deleted since."""
    found = exists().where(
        AuditLine.actor_id == by,
        AuditLine.action == action,
        AuditLine.object_type == object_type,
        AuditLine.object_id == str(object_id),
    )
    return bool(session.scalar(select(found)))


def last_of_nobody(
    session: Session, action: str, *, object_type: str, object_id: int | str, about: int
) -> datetime | None:
    """Return when the action was last done to this object by somebody who has erased their account since."""
    statement = select(func.max(AuditLine.at)).where(
        AuditLine.about_id == about,
        AuditLine.action == action,
        AuditLine.object_type == object_type,
        AuditLine.object_id == str(object_id),
        AuditLine.actor_id.is_(None),
    )
    return session.scalar(statement)
