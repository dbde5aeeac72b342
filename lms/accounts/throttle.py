"""Guessing is slowed per account and per address; the counts live in the database, so all workers share them."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from math import ceil

from sqlalchemy import ColumnElement, delete, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import SignInTry


@dataclass(frozen=True)
class Limit:
    tries: int
    within: timedelta


PAIR = Limit(5, timedelta(minutes=5))
ACCOUNT = Limit(20, timedelta(hours=1))
ADDRESS = Limit(40, timedelta(minutes=10))
KEPT_FOR = timedelta(hours=1)


def key_of(kind: str, value: str, *, secret: str) -> str:
    """Return a keyed hash: the table tells nothing of who tried from where."""
    return hmac.new(secret.encode(), f"{kind}\0{value}".encode(), "sha256").hexdigest()


def network_of(address: str) -> str:
    """Return the address's neighbourhood: /24 of IPv4, /56 of IPv6."""
    try:
        width = 24 if ip_address(address).version == 4 else 56
        return str(ip_network(f"{address}/{width}", strict=False))
    except ValueError:
        return "unknown"


def reserve(session: Session, *, account: str, address: str, now: datetime) -> SignInTry | int:
    """Count a try before it is checked, so that tries sent at once are all counted.

    Returns the counted try, or the seconds to wait when there have been too many.
    """
    _wait_in_line(session, account, address)
    session.execute(delete(SignInTry).where(SignInTry.at < now - KEPT_FOR))
    pair = (SignInTry.account == account) & (SignInTry.address == address)
    waits = (
        _wait(session, pair, PAIR, now),
        _wait(session, SignInTry.account == account, ACCOUNT, now),
        _wait(session, SignInTry.address == address, ADDRESS, now),
    )
    if max(waits) > 0:
        return max(waits)
    counted = SignInTry(account=account, address=address, at=now)
    session.add(counted)
    session.flush()
    return counted


def _wait_in_line(session: Session, *keys: str) -> None:
    """Let tries at the same account or from the same address count one after another.

    SQLite's writing transactions do so by themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        for key in sorted(keys):  # always in the same order, so that two never wait for each other
            session.execute(select(func.pg_advisory_xact_lock(func.hashtext(key))))


def _wait(session: Session, which: ColumnElement[bool], limit: Limit, now: datetime) -> int:
    """Return the seconds until the limit lets one more try pass; 0 when it does now."""
    newest = (
        select(SignInTry.at).where(which, SignInTry.at > now - limit.within).order_by(SignInTry.at.desc())
    )
    oldest_that_counts = session.scalar(newest.offset(limit.tries - 1).limit(1))
    return (
        0
        if oldest_that_counts is None
        else ceil((oldest_that_counts + limit.within - now).total_seconds()) or 1
    )


def forget(session: Session, *, account: str, address: str) -> None:
    """Forget the pair's tries after a success."""
    session.execute(delete(SignInTry).where(SignInTry.account == account, SignInTry.address == address))
