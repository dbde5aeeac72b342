"""From a cookie's token to a person, and from a user name and password to a token."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import current_app, request
from sqlalchemy.exc import DBAPIError

from lms import clock, db, login
from lms.accounts import operations, passwords, queries, throttle
from lms.i18n import _, ngettext
from lms.login import SignedIn

log = logging.getLogger(__name__)


def load(token: str) -> SignedIn | None:
    """Return the person of a sign-in token; None when it has ended or grown old."""
    rows = queries.rows_of_sign_in(db.engine(), token)
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    now = clock.now()
    if not queries.is_good(first.started_at, first.seen_at, roles=roles, now=now):
        return None
    if now - first.seen_at > operations.SEEN_EVERY:
        _mark_seen(first.sign_in_id)
    return SignedIn(
        id=first.id,
        username=first.username,
        name=first.name,
        language=first.language,
        roles=roles,
        sign_in_id=first.sign_in_id,
        token=token,
        stored_bytes=first.stored_bytes,
    )


def _mark_seen(sign_in_id: int) -> None:
    """Note that the sign-in is in use; when the database takes no writes just now, a later page notes it."""
    try:
        with db.transaction() as session:
            operations.mark_seen(session, sign_in_id, now=clock.now())
    except DBAPIError:
        log.warning("a sign-in could not be marked as seen")


@dataclass(frozen=True)
class Refused:
    """The user name and password do not belong together, or there were too many tries."""

    wait_seconds: int = 0

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.TOO_MANY_REQUESTS if self.wait_seconds else HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_seconds)} if self.wait_seconds else {}

    @property
    def message(self) -> str:
        """Return what to tell the person; it never says whether there is such a user name."""
        if not self.wait_seconds:
            return str(_("The user name and the password do not belong together. Check both and try again."))
        minutes = -(-self.wait_seconds // 60)
        return str(
            ngettext(
                "There were too many tries. Wait a minute and try again.",
                "There were too many tries. Wait %(num)d minutes and try again.",
                minutes,
            )
        )


@dataclass(frozen=True)
class _Keys:
    """Under which keyed hashes a try is counted."""

    account: str
    address: str


def _keys(username: str) -> _Keys:
    secret = current_app.config["SECRET_KEY"]
    network = throttle.network_of(request.remote_addr or "")
    return _Keys(
        account=throttle.key_of("account", username, secret=secret),
        address=throttle.key_of("address", network, secret=secret),
    )


def _check(username: str, password: str, keys: _Keys) -> str | Refused:
    """Check a password under the throttle and return the stored hash that it matches.

    The counter must survive the refusal, so it is written in a short transaction of its own; hashing comes after it.
    """
    with db.transaction() as session:
        counted = throttle.reserve(session, account=keys.account, address=keys.address, now=clock.now())
        person = queries.person_by_username(session, username)
        known_hash = person.password_hash if person and person.disabled_at is None else None
    if isinstance(counted, int):
        current_app.logger.warning("password refused: too many tries")
        return Refused(wait_seconds=counted)
    if not passwords.matches(known_hash, password) or known_hash is None:
        current_app.logger.info("password refused: wrong name or password")
        return Refused()
    return known_hash


def try_password(username: str, password: str) -> SignedIn | Refused:
    """Check a password under the throttle and start a sign-in."""
    username = operations.normal_username(username)
    keys = _keys(username)
    known_hash = _check(username, password, keys)
    if isinstance(known_hash, Refused):
        return known_hash
    rehashed = passwords.hash_password(password) if passwords.is_outdated(known_hash) else known_hash
    with db.transaction() as session:
        throttle.forget(session, account=keys.account, address=keys.address)
        person = queries.person_by_username(session, username)
        if person is None or person.password_hash != known_hash or person.disabled_at is not None:
            return Refused()
        person.password_hash = rehashed
        token = operations.start_sign_in(session, person, now=clock.now())
    return load(token) or Refused()


def confirm_password(person: SignedIn, password: str) -> Refused | None:
    """Check again that the person at the keyboard knows the password; return why not, or None.

    Call it before the request's own transaction opens: it counts the try in a transaction of its own.
    """
    keys = _keys(person.username)
    found = _check(person.username, password, keys)
    with db.transaction() as session:
        if isinstance(found, Refused):
            operations.note_wrong_password(session, person.id, now=clock.now())
            return found
        throttle.forget(session, account=keys.account, address=keys.address)
    return None


login.load_with(load)
