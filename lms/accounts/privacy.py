"""The personal data of accounts; the person's own row is deleted last."""

from collections.abc import Iterator
from datetime import datetime

from flask import current_app
from sqlalchemy import delete, or_, select, update
from sqlalchemy.orm import Session

from lms import audit_words, limits
from lms.accounts import operations, queries, throttle
from lms.accounts.models import Person, PersonRole, SignIn, SignInCounter
from lms.accounts.policy import ROLE_LABELS
from lms.audit import AuditLine
from lms.i18n import LANGUAGES, lazy
from lms.limits import HourCount
from lms.personal_data import Column, ExportRecord, Holding, Retained, as_moment, one_of
from lms.quota import PersonStorage

LINES_AT_ONCE = 200


def _export_person(session: Session, person_id: int) -> list[ExportRecord]:
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


def _export_roles(session: Session, person_id: int) -> list[ExportRecord]:
    rows = session.scalars(select(PersonRole.role).where(PersonRole.person_id == person_id))
    return [{"role": role.value} for role in sorted(rows)]


def _erase_roles(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(PersonRole).where(PersonRole.person_id == person_id))


def _export_sign_ins(session: Session, person_id: int) -> list[ExportRecord]:
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


def _export_counters(session: Session, person_id: int) -> list[ExportRecord]:
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


def _export_lines(session: Session, person_id: int) -> Iterator[ExportRecord]:
    """Yield the audit lines about the person; other actors are named only for readings, which the person sees anyway."""
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
    """Unlink the person from the audit lines, which are retained."""
    own = (AuditLine.object_type == "person") & (AuditLine.object_id == str(person_id))
    session.execute(update(AuditLine).where(own).values(object_id=""))
    session.execute(update(AuditLine).where(AuditLine.actor_id == person_id).values(actor_id=None))
    session.execute(update(AuditLine).where(AuditLine.about_id == person_id).values(about_id=None))


def _export_counts(session: Session, person_id: int) -> list[ExportRecord]:
    statement = select(HourCount).where(HourCount.who == limits.key_of(person_id)).order_by(HourCount.what)
    return [
        {"key": found.what, "at": found.hour.isoformat(), "times": found.count}
        for found in session.scalars(statement)
    ]


def _erase_counts(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(HourCount).where(HourCount.who == limits.key_of(person_id)))


def _export_storage(session: Session, person_id: int) -> list[ExportRecord]:
    used = session.scalar(select(PersonStorage.bytes).where(PersonStorage.person_id == person_id))
    return [{"bytes": used}] if used else []


def _erase_storage(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(PersonStorage).where(PersonStorage.person_id == person_id))


# erased from the last to the first, after the data of all features above
HOLDINGS = (
    Holding(
        name="people",
        label=lazy("Your name, user name, language and password"),
        tables=frozenset({"people"}),
        export=_export_person,
        erase=_erase_person,
        columns={
            "username": Column(lazy("User name")),
            "name": Column(lazy("Name")),
            "language": Column(lazy("Language"), one_of(LANGUAGES)),
            "created_at": Column(lazy("Made"), as_moment),
            "disabled_at": Column(lazy("Closed"), as_moment),
        },
    ),
    Holding(
        name="person_roles",
        label=lazy("Your roles"),
        tables=frozenset({"person_roles"}),
        export=_export_roles,
        erase=_erase_roles,
        columns={
            "role": Column(lazy("Role"), one_of({role.value: label for role, label in ROLE_LABELS.items()})),
        },
    ),
    Holding(
        name="sign_ins",
        label=lazy("Where you are signed in now"),
        tables=frozenset({"sign_ins"}),
        export=_export_sign_ins,
        erase=_erase_sign_ins,
        columns={
            "started_at": Column(lazy("Started"), as_moment),
            "seen_at": Column(lazy("Last seen"), as_moment),
        },
    ),
    Holding(
        name="sign_in_counters",
        label=lazy("Wrong tries to sign in with your user name during the last hours"),
        tables=frozenset({"sign_in_counters"}),
        export=_export_counters,
        erase=_erase_counters,
        columns={
            "wrong": Column(lazy("Wrong tries")),
            "at": Column(lazy("When"), as_moment),
            "opens_at": Column(lazy("You can try again"), as_moment),
        },
        unshown=frozenset({"door", "counts"}),
    ),
    Holding(
        name="hour_counts",
        label=lazy("How often you have saved and sent within the last hours"),
        tables=frozenset({"hour_counts"}),
        export=_export_counts,
        erase=_erase_counts,
        columns={
            "at": Column(lazy("When"), as_moment),
            "times": Column(lazy("How many times")),
        },
        unshown=frozenset({"key"}),
    ),
    Holding(
        name="person_storage",
        label=lazy("How much space your texts take"),
        tables=frozenset({"person_storage"}),
        export=_export_storage,
        erase=_erase_storage,
        columns={
            "bytes": Column(lazy("Bytes")),
        },
    ),
    Holding(
        name="audit_lines",
        label=lazy("What has happened in the service, by you or to your things"),
        tables=frozenset({"audit_lines"}),
        export=_export_lines,
        erase=_erase_lines,
        columns={
            "at": Column(lazy("When"), as_moment),
            "action": Column(lazy("What happened"), audit_words.sentence),
            "by_me": Column(lazy("Done by you")),
            "by": Column(lazy("Who")),
        },
        unshown=frozenset({"object"}),
        retained=(
            Retained(lazy("The log of the service keeps what happened and when, but not that it was you.")),
        ),
        only_unlinked=True,
    ),
)
