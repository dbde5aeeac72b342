"""Slows guessing down without locking anybody out; all workers share the counters, which are in the database.

There are two means: waits that grow with one's own wrong tries and delay nobody else, and queues, in which those who
share an account, a network or the site get a slot each, so that one who tries most cannot block the others.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from math import ceil

from sqlalchemy import and_, delete, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Door, SignInCounter, Subject

Network = IPv4Network | IPv6Network

NOTHING = timedelta(0)


@dataclass(frozen=True)
class Backoff:
    """A number of wrong tries is free; each further one is followed by the next wait, and then always by the last."""

    free: int
    then: tuple[timedelta, ...]

    def after(self, wrong: int) -> timedelta:
        late = wrong - self.free
        return self.then[min(late, len(self.then) - 1)] if late >= 0 else NOTHING


@dataclass(frozen=True)
class Queue:
    """A number of tries passes at once, the others one by one; nobody gets a slot that is too far away."""

    at_once: int
    every: timedelta
    longest: timedelta

    def wait(self, ends_at: datetime, now: datetime) -> timedelta:
        """Return the time until the next slot in a queue whose last slot ends at `ends_at`."""
        return max(NOTHING, max(ends_at, now) + self.every - self.at_once * self.every - now)


# All limits; docs/operating.md explains them, docs/decisions.md says how many guesses they allow.
OWN_BACKOFF = Backoff(5, tuple(timedelta(seconds=seconds) for seconds in (30, 60, 120, 300, 900)))
ACCOUNT_QUEUE = Queue(20, timedelta(seconds=5), timedelta(minutes=5))
NETWORK_QUEUE = Queue(60, timedelta(seconds=5), timedelta(minutes=5))
# a class or a whole building behind one address
NAMED_NETWORK_QUEUE = Queue(600, timedelta(seconds=1), timedelta(minutes=5))
# ten hashes a second are a third of one processor core
EVERYONE_QUEUE = Queue(600, timedelta(milliseconds=100), timedelta(minutes=5))

# people need time to type when their slot has come
SLOT_VALID_FOR = timedelta(minutes=10)
# a queue is empty well before this
QUEUE_RETENTION = timedelta(minutes=15)
# free tries are counted anew after an hour: four tries an hour, as many as the longest wait allows
FREE_TRIES_RETENTION = timedelta(hours=1)
BACKOFF_RETENTION = timedelta(hours=3)
# several machines may share the database; a counter from further in the future was written with a wrong clock
CLOCKS_APART = timedelta(minutes=1)

QUEUES = (Subject.ACCOUNT, Subject.NETWORK, Subject.EVERYONE)
POSTGRESQL_LOCK = 0x7468726F74746C65  # "throttle"


@dataclass(frozen=True)
class Try:
    """A try at a door: the counter that it fills when it is wrong, and the queues in which it waits."""

    door: Door
    # the keyed hash of the account that is tried, whether or not it exists
    account: str
    subject: Subject
    key: str
    queues: tuple[tuple[Subject, str, Queue], ...] = ()


def key_of(kind: str, value: str, *, secret: str) -> str:
    """Return a keyed hash, so that the table does not reveal who tried from where."""
    return hmac.new(secret.encode(), f"{kind}\0{value}".encode(), "sha256").hexdigest()


def account_key(username: str, *, secret: str) -> str:
    """Return the keyed hash of an account, by the typed user name, whether or not it exists."""
    return key_of("account", username, secret=secret)


def of_stranger(door: Door, *, account: str, address: str, named: Sequence[Network], secret: str) -> Try:
    """Return a try from a browser without a device cookie for the account.

    A network that the operator has named waits only in its own queue, so that attacks from elsewhere do not delay it.
    """
    network = key_of("network", network_of(address), secret=secret)
    own_queue = (Subject.NETWORK, network, NETWORK_QUEUE)
    shared = ((Subject.ACCOUNT, account, ACCOUNT_QUEUE), (Subject.EVERYONE, "", EVERYONE_QUEUE))
    is_named = _is_in(address, named)
    return Try(
        door,
        account,
        Subject.PAIR,
        key_of("pair", account + host_of(address), secret=secret),
        ((Subject.NETWORK, network, NAMED_NETWORK_QUEUE),) if is_named else (own_queue, *shared),
    )


def of_device(door: Door, *, account: str, device: str, secret: str) -> Try:
    """Return a try from a browser in which the account's owner has signed in before."""
    return Try(door, account, Subject.DEVICE, key_of("device", account + device, secret=secret))


def of_person(door: Door, *, account: str, person_id: int, secret: str) -> Try:
    """Return a try of a signed-in person to confirm who they are."""
    return Try(door, account, Subject.PERSON, key_of("person", str(person_id), secret=secret))


def host_of(address: str) -> str:
    """Return the host's block: a single address of IPv4; a /64 of IPv6, because a machine has many addresses in it."""
    return _block_of(address, 32, 64)


def network_of(address: str) -> str:
    """Return the address's neighbourhood: /24 of IPv4, /48 of IPv6, which is what one customer gets."""
    return _block_of(address, 24, 48)


def _block_of(address: str, width: int, width_of_ipv6: int) -> str:
    try:
        known = _plain(address)
    except ValueError:
        return "unknown"
    return str(ip_network(f"{known}/{width if known.version == 4 else width_of_ipv6}", strict=False))


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        return any(_plain(address) in network for network in networks)
    except ValueError:
        return False


def _plain(address: str) -> IPv4Address | IPv6Address:
    """Return an address; an IPv4 address in IPv6 notation becomes IPv4."""
    found = ip_address(address)
    return (found.ipv4_mapped or found) if isinstance(found, IPv6Address) else found


def reserve(session: Session, tried: Try, *, now: datetime) -> int:
    """Count a try before it is checked, so that tries sent at once are all counted.

    Returns 0 when it may be checked now, else the seconds to wait; a try that waits is not counted.
    """
    _one_by_one(session)
    if opens_at := _closed_until(session, tried, now):
        return _seconds(opens_at - now)
    _forget_old(session, now)
    stored = _stored(session, tried)
    own = stored.get(tried.subject) or _new(tried, tried.subject, tried.key, now)
    if not (own.has_slot and now <= own.opens_at + SLOT_VALID_FOR):
        queues = [
            (queue, stored.get(subject) or _new(tried, subject, key, now))
            for subject, key, queue in tried.queues
        ]
        wait, has_room = _join_queues(queues, now)
        if not has_room:
            return _seconds(wait)
        session.add_all([own, *(counter for _queue, counter in queues)])
        if wait > NOTHING:
            own.has_slot, own.opens_at, own.at = True, now + wait, now
            return _seconds(wait)
    own.wrong += 1
    own.has_slot, own.opens_at, own.at = False, now + OWN_BACKOFF.after(own.wrong), now
    return 0


def forget(session: Session, tried: Try) -> None:
    """Undo the count of a try that turned out right: only wrong ones count."""
    _one_by_one(session)
    stored = _stored(session, tried)
    if own := stored.get(tried.subject):
        session.delete(own)
    for subject, _key, queue in tried.queues:
        if counter := stored.get(subject):
            counter.opens_at -= queue.every


def _join_queues(queues: Sequence[tuple[Queue, SignInCounter]], now: datetime) -> tuple[timedelta, bool]:
    """Take a slot in each queue. Return the wait, and False when a queue is full and no slot was taken."""
    waits = [(queue.wait(counter.opens_at, now), queue.longest) for queue, counter in queues]
    if full := [longest for wait, longest in waits if wait > longest]:
        return max(full), False
    for queue, counter in queues:
        counter.opens_at, counter.at = max(counter.opens_at, now) + queue.every, now
    return max((wait for wait, _longest in waits), default=NOTHING), True


def _one_by_one(session: Session) -> None:
    """Lock, so that tries are counted one after another, as SQLite's writing transactions are anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(POSTGRESQL_LOCK)))


def _closed_until(session: Session, tried: Try, now: datetime) -> datetime | None:
    """Return when the next try with this counter may be checked, None for now; a flood of tries costs only this query."""
    return session.scalar(
        select(SignInCounter.opens_at).where(
            SignInCounter.door == tried.door,
            SignInCounter.subject == tried.subject,
            SignInCounter.key == tried.key,
            SignInCounter.opens_at > now,
            SignInCounter.at <= now + CLOCKS_APART,
        )
    )


def _forget_old(session: Session, now: datetime) -> None:
    """Remove the counters that delay nobody any more, and those from the future, written with a wrong clock."""
    subject, at, wrong = SignInCounter.subject, SignInCounter.at, SignInCounter.wrong
    is_own = subject.not_in(QUEUES)
    is_old = or_(
        subject.in_(QUEUES) & (at < now - QUEUE_RETENTION),
        is_own & (at < now - FREE_TRIES_RETENTION) & (wrong < OWN_BACKOFF.free),
        is_own & (at < now - BACKOFF_RETENTION),
        at > now + CLOCKS_APART,
    )
    session.execute(delete(SignInCounter).where(is_old).execution_options(synchronize_session=False))


def _stored(session: Session, tried: Try) -> dict[Subject, SignInCounter]:
    """Return the stored counters of the try."""
    wanted = [(tried.subject, tried.key), *((subject, key) for subject, key, _queue in tried.queues)]
    statement = select(SignInCounter).where(
        SignInCounter.door == tried.door,
        or_(*(and_(SignInCounter.subject == subject, SignInCounter.key == key) for subject, key in wanted)),
    )
    return {counter.subject: counter for counter in session.scalars(statement)}


def _new(tried: Try, subject: Subject, key: str, now: datetime) -> SignInCounter:
    return SignInCounter(
        door=tried.door,
        subject=subject,
        key=key,
        account="" if subject in (Subject.NETWORK, Subject.EVERYONE) else tried.account,
        wrong=0,
        at=now,
        opens_at=now,
        has_slot=False,
    )


def _seconds(wait: timedelta) -> int:
    return ceil(wait.total_seconds())
