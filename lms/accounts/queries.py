"""Reading people and sign-ins."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Engine, Row, bindparam, func, or_, select
from sqlalchemy.orm import Session

from lms.access import STAFF_ROLES, Role
from lms.accounts.models import Person, PersonRole, SignIn
from lms.quota import PersonStorage

# SECURITY: staff leave a screen open among people; a participant writes slowly at home
IDLE_STAFF = timedelta(minutes=30)
IDLE_PARTICIPANT = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)

# the hot read of every signed-in request: one row per role
_SIGNED_IN = (
    select(
        Person.id,
        Person.username,
        Person.name,
        Person.language,
        SignIn.id.label("sign_in_id"),
        SignIn.started_at,
        SignIn.seen_at,
        PersonRole.role,
        func.coalesce(PersonStorage.bytes, 0).label("stored_bytes"),
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .outerjoin(PersonStorage, PersonStorage.person_id == Person.id)
    .where(Person.disabled_at.is_(None), SignIn.token_hash == bindparam("token_hash"))
)


def hash_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def rows_of_sign_in(
    engine: Engine, token: str
) -> Sequence[Row[int, str, str, str, int, datetime, datetime, Role, int]]:
    """Return the sign-in of a cookie's token with its person, one row per role; nothing for a disabled person."""
    with engine.connect() as connection:
        return connection.execute(_SIGNED_IN, {"token_hash": hash_of_token(token)}).all()


def person_by_username(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username))


def person_by_id(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def lock_person(session: Session, person_id: int) -> bool:
    """Lock the person's row, so that no new row can refer to it; False when it has been deleted."""
    statement = select(Person.id).where(Person.id == person_id).with_for_update()
    return session.scalar(statement) is not None


class PeopleOrder(StrEnum):
    """What a list of people is sorted by."""

    NAME = "name"
    USERNAME = "username"
    NEWEST = "newest"

    @classmethod
    def of(cls, text: str | None) -> "PeopleOrder":
        """Return the order named by `text`, or the usual one."""
        return next((order for order in cls if order == text), cls.NAME)


_COLUMNS = {
    PeopleOrder.NAME: (func.lower(Person.name), Person.id),
    PeopleOrder.USERNAME: (Person.username,),
    PeopleOrder.NEWEST: (Person.created_at.desc(), Person.id.desc()),
}


def name_holds(words: str) -> ColumnElement[bool]:
    """Return an SQL condition: a person's name or user name contains the words, in any case."""
    return or_(*(column.icontains(words, autoescape=True) for column in (Person.name, Person.username)))


def _found(search: str, role: Role | None) -> list[ColumnElement[bool]]:
    """Return the conditions of a search: words anywhere in the name or the user name, and a role."""
    conditions: list[ColumnElement[bool]] = []
    if search:
        conditions.append(name_holds(search))
    if role is not None:
        conditions.append(Person.role_rows.any(PersonRole.role == role))
    return conditions


def people(
    session: Session,
    *,
    search: str = "",
    role: Role | None = None,
    order: PeopleOrder = PeopleOrder.NAME,
    offset: int = 0,
    limit: int = 100,
) -> list[Person]:
    """Return one page of the people who match."""
    statement = select(Person).where(*_found(search, role)).order_by(*_COLUMNS[order])
    return list(session.scalars(statement.offset(offset).limit(limit)))


def count_people(session: Session, *, search: str = "", role: Role | None = None) -> int:
    """Return how many people match."""
    return session.scalar(select(func.count()).select_from(Person).where(*_found(search, role))) or 0


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the shown names of people by id."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def admins_for_change(session: Session) -> Sequence[int]:
    """Return the admins who can sign in, locked until the transaction ends, so that two never remove each other."""
    statement = (
        select(Person.id)
        .join(PersonRole, PersonRole.person_id == Person.id)
        .where(PersonRole.role == Role.ADMIN, Person.can_sign_in)
        .order_by(Person.id)
        .with_for_update()
    )
    return session.scalars(statement).all()


def is_good(started_at: datetime, seen_at: datetime, *, roles: Collection[Role], now: datetime) -> bool:
    """Return whether a sign-in of a person with these roles has not been idle for too long and is not too old."""
    idle = IDLE_STAFF if STAFF_ROLES & set(roles) else IDLE_PARTICIPANT
    return now - seen_at <= idle and now - started_at <= ABSOLUTE


def sign_ins_of(session: Session, person_id: int, *, roles: Collection[Role], now: datetime) -> list[SignIn]:
    """Return the person's sign-ins that are still valid, newest first."""
    statement = select(SignIn).where(SignIn.person_id == person_id).order_by(SignIn.started_at.desc())
    return [
        sign_in
        for sign_in in session.scalars(statement)
        if is_good(sign_in.started_at, sign_in.seen_at, roles=roles, now=now)
    ]
