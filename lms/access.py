"""Who may do what: roles, permissions and the table between them; a view must declare what it needs."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

View = TypeVar("View", bound=Callable[..., Any])


class Role(StrEnum):
    PARTICIPANT = "participant"
    INSTRUCTOR = "instructor"
    TEACHER = "teacher"
    STAFF = "staff"
    ADMIN = "admin"


STAFF_ROLES = frozenset(Role) - {Role.PARTICIPANT}


class Permission(StrEnum):
    """`resource:action`; the feature's policy decides on the single object."""

    CERTIFICATE_ISSUE = "certificate:issue"
    CLAIM_REVIEW = "claim:review"
    OWN_WORK = "own:work"
    PERSON_ADD = "person:add"
    PERSON_LIST = "person:list"
    RUN_FOLLOW = "run:follow"
    RUN_MANAGE = "run:manage"


_EVERYBODY = frozenset({Permission.OWN_WORK})

PERMISSIONS_OF: Mapping[Role, frozenset[Permission]] = {
    Role.PARTICIPANT: _EVERYBODY,
    Role.INSTRUCTOR: _EVERYBODY | {Permission.CLAIM_REVIEW, Permission.RUN_FOLLOW},
    Role.TEACHER: _EVERYBODY,
    Role.STAFF: _EVERYBODY
    | {
        Permission.CERTIFICATE_ISSUE,
        Permission.PERSON_LIST,
        Permission.RUN_FOLLOW,
        Permission.RUN_MANAGE,
    },
    Role.ADMIN: _EVERYBODY | {Permission.PERSON_ADD, Permission.PERSON_LIST},
}


class SignInNeeded(Exception):
    """Nobody is signed in, and the page is not public."""


class Undeclared(RuntimeError):
    """A view declares neither `public` nor `requires`: a bug."""


def public(view: View) -> View:
    """Open a view to everybody, signed in or not."""
    view.access = None  # type: ignore[attr-defined]  # the declaration is read by the guard and by tests
    return view


def requires(permission: Permission) -> Callable[[View], View]:
    """Open a view to signed-in people who have `permission`; for others it does not exist."""

    def declare(view: View) -> View:
        view.access = permission  # type: ignore[attr-defined]  # as above
        return view

    return declare


def declared(app: Flask, endpoint: str) -> Permission | None:
    """Return the permission that the endpoint's view requires, None when it is public.

    Raises Undeclared for a view that declares nothing.
    """
    view = app.view_functions[endpoint]
    try:
        permission: Permission | None = getattr(view, "access")  # noqa: B009  # set by the two declarations
    except AttributeError:
        raise Undeclared(f"{endpoint} needs @access.requires(...) or @access.public") from None
    return permission


def init_app(app: Flask, may: Callable[[Permission], bool | None]) -> None:
    """Guard every endpoint; `may` returns True, False, or None when nobody is signed in."""

    def guard() -> None:
        if request.endpoint is None:
            return  # no such page: the router answers 404 or 405
        permission = declared(current_app, request.endpoint)
        if permission is None:
            return
        allowed = may(permission)
        if allowed is None:
            raise SignInNeeded
        if not allowed:
            abort(404)

    app.before_request(guard)
