"""Changing people and sign-ins."""

import re
import secrets
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, db, maintenance, user_text
from lms.access import Role
from lms.accounts import passwords, queries
from lms.accounts.models import Person, PersonRole, SignIn
from lms.errors import Conflict, Invalid, NotFound
from lms.i18n import LANGUAGES, _

USERNAME = re.compile(r"[a-z0-9åäö][a-z0-9åäö._-]{1,48}[a-z0-9åäö]")
SIGN_INS_AT_ONCE = 5
SEEN_EVERY = timedelta(minutes=5)
# no sign-in is valid for longer than half a day, so its row can be deleted after a day
SIGN_IN_RETENTION = timedelta(days=1)


def normal_username(text: str) -> str:
    """Return a user name in the form in which it is stored and looked up."""
    return user_text.compatible(user_text.one_line(text)).casefold()


def new_password_hash(password: str, *, roles: Collection[Role], names: Collection[str]) -> str:
    """Return the hash of a new password. Raises Invalid for one that is too short or easy to guess.

    It is slow on purpose: call it before the transaction opens.
    """
    passwords.check_new(password, roles=roles, names=names)
    return hash_of(password)


def hash_of(password: str) -> str:
    """Return the hash of a password that nobody has chosen for themselves, as it is."""
    return passwords.hash_password(password)


def add_person(
    session: Session,
    *,
    username: str,
    name: str,
    roles: Collection[Role],
    password_hash: str | None,
    now: datetime,
    by: int | None = None,
    language: str = "fi",
) -> Person:
    """Add a person. Raises Invalid for a user name or roles that make no sense, Conflict when the name is taken."""
    username = normal_username(username)
    if not USERNAME.fullmatch(username):
        raise Invalid(_("A user name has 3 to 50 letters, numbers, dots or hyphens."))
    if not roles:
        raise Invalid(_("Choose at least one role."))
    if queries.person_by_username(session, username):
        raise Conflict(_("The user name %(name)s is taken. Choose another one.", name=username))
    person = Person(
        username=username, name=name, password_hash=password_hash, language=language, created_at=now
    )
    person.role_rows = [PersonRole(role=role) for role in sorted(set(roles))]
    session.add(person)
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(_("The user name %(name)s is taken. Choose another one.", name=username)) from None
    audit.record(
        session, "person.added", by=by, object_type="person", object_id=person.id, about=person.id, now=now
    )
    return person


def _record(session: Session, action: str, person: Person, *, by: int | None, now: datetime) -> None:
    audit.record(session, action, by=by, object_type="person", object_id=person.id, about=person.id, now=now)
    session.flush()


def correct_name(session: Session, person: Person, *, name: str, by: int, now: datetime) -> None:
    """Change the name that others see; what was issued or written under the old name retains that."""
    if name == person.name:
        return
    person.name = name
    _record(session, "person.renamed", person, by=by, now=now)


def set_password(
    session: Session,
    person: Person,
    *,
    password_hash: str,
    checked_for: Collection[Role],
    by: int | None,
    now: datetime,
) -> None:
    """Set a new password for the person; all their sign-ins end.

    Raises Conflict when the password was checked for roles that allow a shorter one than the person's roles do now.
    """
    if not db.lock(session, person):
        raise NotFound
    if passwords.shortest(checked_for) < passwords.shortest(person.roles):
        raise Conflict(_("The roles were changed just now. Choose the password again."))
    person.password_hash = password_hash
    end_sign_ins(session, person.id)
    _record(session, "person.password-set", person, by=by, now=now)


def change_own_password(
    session: Session, person: Person, *, password_hash: str, checked_for: Collection[Role], now: datetime
) -> str:
    """Change the person's own password and return the token of a new sign-in; all earlier ones end."""
    set_password(session, person, password_hash=password_hash, checked_for=checked_for, by=person.id, now=now)
    return start_sign_in(session, person, now=now)


def set_roles(session: Session, person: Person, *, roles: Collection[Role], by: int, now: datetime) -> None:
    """Give the person exactly these roles. Raises Invalid for none, Conflict when no admin would be left.

    A password that may be too short for the roles stops working: its length cannot be derived from its hash.
    """
    if not roles:
        raise Invalid(_("Choose at least one role."))
    # the admins are locked before the person, always in this order, so that two who change each other never deadlock
    has_other_admin = Role.ADMIN in roles or has_another_admin(session, person.id)
    if not db.lock(session, person):
        raise NotFound
    if Role.ADMIN in person.roles and not has_other_admin:
        raise _only_admin()
    if passwords.shortest(person.roles) < passwords.shortest(roles):
        person.password_hash = None
    person.role_rows = [PersonRole(role=role) for role in sorted(set(roles))]
    end_sign_ins(session, person.id)
    _record(session, "person.roles-set", person, by=by, now=now)


def set_disabled(session: Session, person: Person, *, disabled: bool, by: int, now: datetime) -> None:
    """Close or open the person's account; closing ends their sign-ins."""
    if disabled and person.id == by:
        raise Conflict(_("You cannot close your own account here. Ask another admin."))
    if disabled and Role.ADMIN in person.roles:
        require_another_admin(session, person.id)
    person.disabled_at = now if disabled else None
    if disabled:
        end_sign_ins(session, person.id)
    action = "person.disabled" if disabled else "person.enabled"
    _record(session, action, person, by=by, now=now)


def has_another_admin(session: Session, person_id: int) -> bool:
    """Return whether another admin can sign in; the admins are locked until the transaction ends."""
    return any(admin_id != person_id for admin_id in queries.admins_for_change(session))


def require_another_admin(session: Session, person_id: int) -> None:
    """Raise Conflict when no other admin can sign in."""
    if not has_another_admin(session, person_id):
        raise _only_admin()


def _only_admin() -> Conflict:
    return Conflict(_("This is the only admin. Give somebody else the role first."))


def set_language(session: Session, person_id: int, language: str) -> None:
    """Store the language that a person chose. Raises Invalid for one that the site does not have."""
    if language not in LANGUAGES:
        raise Invalid(_("Choose one of the languages on the page."))
    session.execute(update(Person).where(Person.id == person_id).values(language=language))


def start_sign_in(session: Session, person: Person, *, now: datetime) -> str:
    """Start a sign-in and return its token, which only the cookie contains; only the person's newest five remain."""
    token = secrets.token_urlsafe(32)
    session.add(
        SignIn(person_id=person.id, token_hash=queries.hash_of_token(token), started_at=now, seen_at=now)
    )
    session.flush()
    session.execute(delete(SignIn).where(SignIn.started_at < now - SIGN_IN_RETENTION))
    kept = (
        select(SignIn.id)
        .where(SignIn.person_id == person.id)
        .order_by(SignIn.id.desc())
        .limit(SIGN_INS_AT_ONCE)
    )
    session.execute(
        delete(SignIn).where(SignIn.person_id == person.id, SignIn.id.not_in(kept.scalar_subquery()))
    )
    audit.record(
        session, "person.signed-in", by=person.id, object_type="person", object_id=person.id, now=now
    )
    maintenance.due.send(None, session=session, now=now)
    return token


def end_sign_in(session: Session, sign_in_id: int, *, by: int, now: datetime) -> None:
    session.execute(delete(SignIn).where(SignIn.id == sign_in_id))
    audit.record(session, "person.signed-out", by=by, object_type="person", object_id=by, now=now)


def end_sign_ins(session: Session, person_id: int) -> None:
    """End every sign-in of a person and invalidate their device cookies."""
    session.execute(delete(SignIn).where(SignIn.person_id == person_id))
    session.execute(
        update(Person).where(Person.id == person_id).values(device_generation=Person.device_generation + 1)
    )


def sign_out_everywhere(session: Session, person_id: int, *, now: datetime) -> None:
    """End every sign-in of a person at their own request."""
    end_sign_ins(session, person_id)
    audit.record(
        session,
        "person.signed-out-everywhere",
        by=person_id,
        object_type="person",
        object_id=person_id,
        now=now,
    )


def note_wrong_password(session: Session, person_id: int, *, now: datetime) -> None:
    """Record that a wrong password was given in a signed-in browser."""
    audit.record(
        session, "person.password-wrong", by=person_id, object_type="person", object_id=person_id, now=now
    )


def mark_seen(session: Session, sign_in_id: int, *, now: datetime) -> None:
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))
