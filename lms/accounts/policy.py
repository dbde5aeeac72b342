"""Who may do what to people, and whether the person at the keyboard is who they were."""

from collections.abc import Collection
from functools import cache

from flask import current_app
from sqlalchemy.orm import Session

from lms.access import Permission, Role
from lms.accounts import queries, sign_in
from lms.accounts.models import Person
from lms.config import ROOT
from lms.errors import NotAllowed, NotFound
from lms.i18n import _, lazy
from lms.login import SignedIn

ROLE_LABELS = {
    Role.PARTICIPANT: lazy("Participant"),
    Role.INSTRUCTOR: lazy("Instructor"),
    Role.TEACHER: lazy("Teacher"),
    Role.STAFF: lazy("Staff"),
    Role.ADMIN: lazy("Admin"),
}


def role_names(roles: Collection[Role]) -> list[str]:
    """Return the roles in words, always in the same order."""
    return [str(label) for role, label in ROLE_LABELS.items() if role in roles]


def person_for_reader(session: Session, person_id: int) -> Person:
    """Return a person to those who may list people. Raises NotFound when there is no such person."""
    person = queries.person_by_id(session, person_id)
    if person is None:
        raise NotFound
    return person


def person_for_admin(session: Session, person_id: int, by: SignedIn) -> Person:
    """Return a person to change. Raises NotFound for none, NotAllowed for those who only may look."""
    person = person_for_reader(session, person_id)
    if not may_change_people(by):
        raise NotAllowed(_("Only an admin changes people. Ask one."))
    return person


def may_change_people(by: SignedIn) -> bool:
    return by.may(Permission.PERSON_ADD)


def why_not_confirmed(person: SignedIn, password: str) -> str | None:
    """Return None when the password is the person's own, else what to tell them; guesses are counted.

    Call it before the request's own transaction opens.
    """
    refused = sign_in.confirm_password(person, password)
    if refused is None:
        return None
    return refused.message if refused.wait_seconds else _("This is not your current password. Try again.")


def words_to_avoid(*names: str) -> list[str]:
    """Return what a guesser tries first as a password: the person's names, and those of the site and its courses."""
    settings = current_app.extensions["settings"]
    return [*names, settings.operator.name, settings.host, *_shipped_courses()]


@cache
def _shipped_courses() -> tuple[str, ...]:
    return tuple(sorted(path.parent.name for path in (ROOT / "courses").glob("*/course.md")))
