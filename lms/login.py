"""Who is signed in: a small typed layer over Flask-Login."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask, g, has_request_context
from flask_login import LoginManager, current_user, login_user, logout_user

from lms.access import PERMISSIONS_OF, Permission, Role


class Actor(Protocol):
    """The person who acts, as operations take them: the signed-in person, or one read from the database."""

    @property
    def id(self) -> int: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True)
class SignedIn:
    """The signed-in person, read by every request in one query."""

    id: int
    username: str
    name: str
    language: str
    roles: frozenset[Role]
    sign_in_id: int
    token: str
    # the bytes that their texts take
    stored_bytes: int = 0

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """Return what the cookie carries: the sign-in's token, never the person's id."""
        return self.token

    @property
    def first_name(self) -> str:
        return self.name.split()[0] if self.name.split() else self.username

    def may(self, permission: Permission) -> bool:
        return any(permission in PERMISSIONS_OF[role] for role in self.roles)


manager = LoginManager()
manager.session_protection = None


def current_person() -> SignedIn | None:
    """Return who is signed in, or None."""
    if not has_request_context():
        return None
    found = current_user._get_current_object()
    return found if isinstance(found, SignedIn) else None


def known_id() -> int | None:
    """Return the signed-in person's id if this request has looked it up already, else None."""
    found = g.get("_login_user")
    return found.id if isinstance(found, SignedIn) else None


def signed_in() -> SignedIn:
    """Return who is signed in. Raises RuntimeError when nobody is: only for views that require a permission."""
    person = current_person()
    if person is None:
        raise RuntimeError("this view is open to people who are not signed in")
    return person


def may(permission: Permission) -> bool | None:
    """Return whether the signed-in person has `permission`; None when nobody is signed in."""
    person = current_person()
    return person.may(permission) if person else None


def start(person: SignedIn) -> None:
    """Make this browser's cookie carry the person's sign-in."""
    login_user(person)


def stop() -> None:
    """Forget the sign-in in this browser's cookie."""
    logout_user()


def has_ended() -> bool:
    """Look again whether the sign-in that this request began with has ended, as after an erasure."""
    person = current_person()
    return person is not None and manager._user_callback(person.token) is None


def forget() -> None:
    """Continue this request as if nobody were signed in."""
    g._login_user = manager.anonymous_user()


def skip_person_lookup() -> None:
    """Render the rest of this request without looking the person up, because the database is unavailable."""
    if not hasattr(g, "_login_user"):
        g._login_user = manager.anonymous_user()


def init_app(app: Flask, load: Callable[[str], SignedIn | None]) -> None:
    """Set up Flask-Login; `load` finds the person of a sign-in token."""
    state: Any = app
    manager.user_loader(load)
    manager.init_app(state, add_context_processor=False)
    # there is no remember-me cookie, and looking for one would make every response vary by cookie
    app.after_request_funcs[None].remove(manager._update_remember_cookie)
