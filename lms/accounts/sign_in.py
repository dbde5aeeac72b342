"""From a cookie's token to a person, and from a user name and password to a token."""

from dataclasses import dataclass
from datetime import timedelta

from flask import current_app, request

from lms import clock, db, login
from lms.access import STAFF_ROLES
from lms.accounts import operations, passwords, queries, throttle
from lms.login import SignedIn

# SECURITY: staff leave a screen open among people; a participant writes slowly at home
IDLE_STAFF = timedelta(minutes=30)
IDLE_PARTICIPANT = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)


def load(token: str) -> SignedIn | None:
    """Return the person of a sign-in token; None when it has ended or grown old."""
    rows = queries.rows_of_sign_in(db.engine(), token)
    if not rows:
        return None
    first = rows[0]
    roles = frozenset(row.role for row in rows if row.role is not None)
    now = clock.now()
    idle = IDLE_STAFF if roles & STAFF_ROLES else IDLE_PARTICIPANT
    if now - first.seen_at > idle or now - first.started_at > ABSOLUTE:
        return None
    if now - first.seen_at > operations.SEEN_EVERY:
        with db.transaction() as session:
            operations.mark_seen(session, first.sign_in_id, now=now)
    return SignedIn(
        id=first.id,
        username=first.username,
        name=first.name,
        language=first.language,
        roles=roles,
        sign_in_id=first.sign_in_id,
        token=token,
    )


@dataclass(frozen=True)
class Refused:
    """The user name and password do not belong together, or there were too many tries."""

    wait_seconds: int = 0


def try_password(username: str, password: str) -> SignedIn | Refused:
    """Check a password under the throttle and start a sign-in.

    The counter must survive the refusal, so it is written in short transactions of its own; hashing is done between them.
    """
    username = operations.normal_username(username)
    secret = current_app.config["SECRET_KEY"]
    account = throttle.key_of("account", username, secret=secret)
    address = throttle.key_of("address", throttle.network_of(request.remote_addr or ""), secret=secret)
    now = clock.now()
    with db.transaction() as session:
        counted = throttle.reserve(session, account=account, address=address, now=now)
        person = queries.person_by_username(session, username)
        known_hash = person.password_hash if person and person.disabled_at is None else None
    if isinstance(counted, int):
        current_app.logger.warning("sign-in refused: too many tries")
        return Refused(wait_seconds=counted)
    if not passwords.matches(known_hash, password):
        current_app.logger.info("sign-in refused: wrong name or password")
        return Refused()
    rehashed = passwords.hash_password(password) if passwords.is_outdated(known_hash or "") else known_hash
    with db.transaction() as session:
        throttle.forget(session, account=account, address=address)
        person = queries.person_by_username(session, username)
        if person is None or person.password_hash != known_hash or person.disabled_at is not None:
            return Refused()
        person.password_hash = rehashed
        token = operations.start_sign_in(session, person, now=now)
    return load(token) or Refused()


login.load_with(load)
