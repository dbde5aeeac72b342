"""Reading people and sign-ins."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Engine, Row, func, or_, select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person, PersonRole, SignIn

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
    )
    .join(SignIn, SignIn.person_id == Person.id)
    .outerjoin(PersonRole, PersonRole.person_id == Person.id)
    .where(Person.disabled_at.is_(None))
)


def hash_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def rows_of_sign_in(engine: Engine, token: str) -> Sequence[Row[tuple[int, str, str, str, int, datetime, datetime, Role]]]:
    """Return the sign-in of a cookie's token with its person, one row per role; nothing for a disabled person."""
    with engine.connect() as connection:
        return connection.execute(_SIGNED_IN.where(SignIn.token_hash == hash_of_token(token))).all()


def person_by_username(session: Session, username: str) -> Person | None:
    return session.scalar(select(Person).where(Person.username == username))


def person_by_id(session: Session, person_id: int) -> Person | None:
    return session.get(Person, person_id)


def people(session: Session, *, search: str = "", role: Role | None = None, offset: int = 0, limit: int = 100) -> list[Person]:
    """Return people by name; `search` is found anywhere in the name or the user name."""
    statement = select(Person).order_by(Person.name, Person.id).offset(offset).limit(limit)
    if search:
        statement = statement.where(
            or_(Person.name.icontains(search, autoescape=True), Person.username.icontains(search, autoescape=True))
        )
    if role is not None:
        statement = statement.where(Person.role_rows.any(PersonRole.role == role))
    return list(session.scalars(statement))


def people_with_role(session: Session, role: Role) -> list[Person]:
    """Return the people in a role who can sign in, by name."""
    statement = (
        select(Person)
        .where(Person.role_rows.any(PersonRole.role == role), Person.disabled_at.is_(None))
        .order_by(Person.name, Person.id)
    )
    return list(session.scalars(statement))


def names_of(session: Session, person_ids: Sequence[int]) -> dict[int, str]:
    """Return the shown names of people by id."""
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(person_ids)))
    return {row.id: row.name for row in rows}


def count_with_role(session: Session, role: Role) -> int:
    """Return how many people who can sign in have the role."""
    statement = (
        select(func.count())
        .select_from(PersonRole)
        .join(Person, Person.id == PersonRole.person_id)
        .where(PersonRole.role == role, Person.disabled_at.is_(None))
    )
    return session.scalar(statement) or 0
