"""From a cookie's token to a person, and from a user name and password to a token."""

import logging
from dataclasses import dataclass
from http import HTTPStatus

from flask import current_app, request
from sqlalchemy.exc import DBAPIError

from lms import clock, db
from lms.accounts import devices, operations, passwords, queries, throttle
from lms.accounts.models import Door, Person
from lms.i18n import _, ngettext
from lms.login import SignedIn

log = logging.getLogger(__name__)


def load(token: str) -> SignedIn | None:
    """Return the person of a sign-in token, None when it has ended or expired."""
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
    """Record that the sign-in is in use; if the database cannot be written now, a later request does it."""
    try:
        with db.transaction() as session:
            operations.mark_seen(session, sign_in_id, now=clock.now())
    except DBAPIError:
        log.warning("a sign-in could not be marked as seen")


@dataclass(frozen=True)
class SignInRefused:
    """The user name and password do not belong together, or there were too many tries."""

    wait_seconds: int = 0
    is_stranger: bool = False

    @property
    def status(self) -> HTTPStatus:
        return HTTPStatus.TOO_MANY_REQUESTS if self.wait_seconds else HTTPStatus.UNPROCESSABLE_ENTITY

    @property
    def headers(self) -> dict[str, str]:
        return {"Retry-After": str(self.wait_seconds)} if self.wait_seconds else {}

    @property
    def message(self) -> str:
        """Return the message for the person; it never reveals whether the user name exists."""
        if not self.wait_seconds:
            return str(_("The user name and the password do not belong together. Check both and try again."))
        if not self.is_stranger:
            return self._how_long
        other_ways = _(
            "If you have a device on which you have signed in before, you can try there at once. "
            "Your instructor helps, too."
        )
        return f"{self._how_long} {other_ways}"

    @property
    def _how_long(self) -> str:
        if self.wait_seconds < 60:
            return str(
                ngettext(
                    "There were too many tries. Wait a second and try again.",
                    "There were too many tries. Wait %(num)d seconds and try again.",
                    self.wait_seconds,
                )
            )
        return str(
            ngettext(
                "There were too many tries. Wait a minute and try again.",
                "There were too many tries. Wait %(num)d minutes and try again.",
                -(-self.wait_seconds // 60),
            )
        )


def _try_of(username: str, person: Person | None) -> throttle.Try:
    """Return the try, with its counters, of this user name from this browser."""
    secret, address = current_app.config["SECRET_KEY"], request.remote_addr or ""
    account = throttle.account_key(username, secret=secret)
    device = devices.current()
    if person and device.knows(person.id, person.device_generation):
        return throttle.of_device(Door.PASSWORD, account=account, device=device.number, secret=secret)
    named = current_app.extensions["settings"].known_networks
    return throttle.of_stranger(Door.PASSWORD, account=account, address=address, named=named, secret=secret)


def _check(
    person: Person | None, password: str, *, wait: int, is_stranger: bool = False
) -> str | SignInRefused:
    """Return the stored hash that the password matches, or why it is refused; the log says why, with ids only."""
    who = person.id if person else "nobody"
    if wait:
        log.warning("a password was refused unchecked: too many tries; person %s, %d s", who, wait)
        return SignInRefused(wait_seconds=wait, is_stranger=is_stranger)
    is_open = person is not None and person.can_sign_in
    known_hash = person.password_hash if person and is_open else None
    if passwords.matches(known_hash, password) and known_hash is not None:
        return known_hash
    why = "it is wrong" if is_open else "the account cannot sign in" if person else "no such account"
    log.warning("a password was refused: %s; person %s", why, who)
    return SignInRefused()


def try_password(username: str, password: str) -> SignedIn | SignInRefused:
    """Check a password under the throttle and start a sign-in.

    The counter must survive the refusal, so it is written in a separate short transaction; hashing comes after it.
    """
    username = operations.normal_username(username)
    with db.transaction() as session:
        person = queries.person_by_username(session, username)
        tried = _try_of(username, person)
        wait = throttle.reserve(session, tried, now=clock.now())
    known_hash = _check(person, password, wait=wait, is_stranger=bool(tried.queues))
    if isinstance(known_hash, SignInRefused):
        return known_hash
    rehashed = passwords.hash_password(password) if passwords.is_outdated(known_hash) else known_hash
    with db.transaction() as session:
        throttle.forget(session, tried)
        person = queries.person_by_username(session, username)
        if person is None or not person.can_sign_in or person.password_hash != known_hash:
            return SignInRefused()
        person.password_hash = rehashed
        token = operations.start_sign_in(session, person, now=clock.now())
    devices.remember(person.id, person.device_generation)
    return load(token) or SignInRefused()


def confirm_password(person: SignedIn, password: str) -> SignInRefused | None:
    """Check again that the person at the keyboard knows the password; return None, or the refusal.

    It has the person's own counter: tries by strangers on the sign-in page do not delay it.
    Call it before the request's own transaction opens: it counts the try in a separate transaction.
    """
    secret = current_app.config["SECRET_KEY"]
    account = throttle.account_key(person.username, secret=secret)
    tried = throttle.of_person(Door.PASSWORD, account=account, person_id=person.id, secret=secret)
    with db.transaction() as session:
        wait = throttle.reserve(session, tried, now=clock.now())
        owner = queries.person_by_id(session, person.id)
    found = _check(owner, password, wait=wait)
    with db.transaction() as session:
        if isinstance(found, SignInRefused):
            if found.wait_seconds:
                return found
            operations.note_wrong_password(session, person.id, now=clock.now())
            return found
        throttle.forget(session, tried)
    return None
