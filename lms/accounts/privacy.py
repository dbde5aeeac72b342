"""What accounts hold about people; the person's own row is the last to go."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms import limits
from lms.accounts import operations, queries, throttle
from lms.accounts.models import Person, PersonRole, SignIn, SignInCounter
from lms.audit import AuditLine
from lms.limits import HourCount
from lms.personal_data import Holding, Kept, Row
from lms.quota import PersonStorage

LINES_AT_ONCE = 200


def _export_person(session: Session, person_id: int) -> list[Row]:
    person = queries.person_by_id(session, person_id)
    if person is None:
        return []
    return [
        {
            "username": person.username,
            "name": person.name,
            "language": person.language,
            "created_at": person.created_at.isoformat(),
            "disabled_at": person.disabled_at.isoformat() if person.disabled_at else None,
        }
    ]


def _erase_person(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(Person).where(Person.id == person_id))


def _export_roles(session: Session, person_id: int) -> list[Row]:
    rows = session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    return [{"role": role.value} for role in sorted(rows)]


def _erase_roles(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(PersonRole).where(PersonRole.person_id == person_id))


def _export_sign_ins(session: Session, person_id: int) -> list[Row]:
    statement = select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.id)
    return [
        {"started_at": sign_in.started_at.isoformat(), "seen_at": sign_in.seen_at.isoformat()}
        for sign_in in session.scalars(statement)
    ]


def _erase_sign_ins(session: Session, person_id: int, now: datetime) -> None:
    operations.end_sign_ins(session, person_id)


def _account_key(session: Session, person_id: int) -> str:
    person = queries.person_by_id(session, person_id)
    username = person.username if person else ""
    return throttle.account_key(username, secret=current_app.config["SECRET_KEY"])


def _export_counters(session: Session, person_id: int) -> list[Row]:
    statement = select(SignInCounter).where(SignInCounter.account == _account_key(session, person_id))
    return [
        {
            "door": counter.door.value,
            "counts": counter.subject.value,
            "wrong": counter.wrong,
            "at": counter.at.isoformat(),
            "opens_at": counter.opens_at.isoformat(),
        }
        for counter in session.scalars(statement.order_by(SignInCounter.at, SignInCounter.subject))
    ]


def _erase_counters(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(SignInCounter).where(SignInCounter.account == _account_key(session, person_id)))


def _export_lines(session: Session, person_id: int) -> Iterator[Row]:
    """Yield what the log tells of the person; of others only who has looked, which the person sees anyway."""
    statement = (
        select(AuditLine, Person.name)
        .outerjoin(Person, Person.id == AuditLine.actor_id)
        .where(or_(AuditLine.actor_id == person_id, AuditLine.about_id == person_id))
        .order_by(AuditLine.id)
    )
    for line, name in session.execute(statement, execution_options={"yield_per": LINES_AT_ONCE}):
        yield {
            "at": line.at.isoformat(),
            "action": line.action,
            "object": f"{line.object_type} {line.object_id}",
            "by_me": line.actor_id == person_id,
            "by": name if line.action.endswith(".read") and line.actor_id != person_id else None,
        }


def _erase_lines(session: Session, person_id: int, now: datetime) -> None:
    """Take the person off the log: what happened stays, to whom does not."""
    own = (AuditLine.object_type == "person") & (AuditLine.object_id == str(person_id))
    session.execute(update(AuditLine).where(own).values(object_id=""))
    session.execute(update(AuditLine).where(AuditLine.actor_id == person_id).values(actor_id=None))
    session.execute(update(AuditLine).where(AuditLine.about_id == person_id).values(about_id=None))


def _export_counts(session: Session, person_id: int) -> list[Row]:
    statement = select(HourCount).where(HourCount.who == limits.key_of(person_id)).order_by(HourCount.what)
    return [
        {"key": found.what, "at": found.hour.isoformat(), "times": found.count}
        for found in session.scalars(statement)
    ]


def _erase_counts(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(HourCount).where(HourCount.who == limits.key_of(person_id)))


def _export_storage(session: Session, person_id: int) -> list[Row]:
    used = session.scalar(select(PersonStorage.bytes).where(PersonStorage.person_id == person_id))
    return [{"bytes": used}] if used else []


def _erase_storage(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(PersonStorage).where(PersonStorage.person_id == person_id))


# erased from the last to the first, after everything that features above hold
HOLDINGS = (
    Holding("people", frozenset({"people"}), _export_person, _erase_person),
    Holding("person_roles", frozenset({"person_roles"}), _export_roles, _erase_roles),
    Holding("sign_ins", frozenset({"sign_ins"}), _export_sign_ins, _erase_sign_ins),
    Holding("sign_in_counters", frozenset({"sign_in_counters"}), _export_counters, _erase_counters),
    Holding("hour_counts", frozenset({"hour_counts"}), _export_counts, _erase_counts),
    Holding("person_storage", frozenset({"person_storage"}), _export_storage, _erase_storage),
    Holding(
        "audit_lines",
        frozenset({"audit_lines"}),
        _export_lines,
        _erase_lines,
        kept=(Kept("The log of the service keeps what happened and when, but not that it was you."),),
        only_unlinked=True,
    ),
)
