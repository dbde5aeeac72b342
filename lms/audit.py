"""Audit lines: who did what to what, written in the transaction of the change itself; and who has read what."""

from datetime import datetime, time

from sqlalchemy import ForeignKey, Index, String, exists, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from lms import db
from lms.clock import HELSINKI
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
    # the person whose matter this is, when it is not the actor's own
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


def leave_trace(
    session: Session,
    action: str,
    *,
    object_type: str,
    object_id: int | str,
    by: int,
    about: int | None,
    now: datetime,
) -> None:
    """Write down, once a day, that somebody has read what is another's; one's own leaves no trace.

    The line is written in a transaction of its own, for the request only reads; what `session` has
    read is let go first, so that the two never wait for one another.
    """
    if about is None or about == by:
        return
    midnight = datetime.combine(now.astimezone(HELSINKI).date(), time(), HELSINKI)
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


def lines_about(
    session: Session, person_id: int, *, action_like: str = "%", limit: int = 100
) -> list[AuditLine]:
    """Return the newest lines about a person whose action matches an SQL LIKE pattern."""
    statement = (
        select(AuditLine)
        .where(AuditLine.about_id == person_id, AuditLine.action.like(action_like))
        .order_by(AuditLine.at.desc(), AuditLine.id.desc())
        .limit(limit)
    )
    return list(session.scalars(statement))


def last_of_nobody(
    session: Session, action: str, *, object_type: str, object_id: int | str, about: int
) -> datetime | None:
    """Return when the action was last done to this by somebody who has erased their account since."""
    statement = select(func.max(AuditLine.at)).where(
        AuditLine.about_id == about,
        AuditLine.action == action,
        AuditLine.object_type == object_type,
        AuditLine.object_id == str(object_id),
        AuditLine.actor_id.is_(None),
    )
    return session.scalar(statement)
