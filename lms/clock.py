"""The one clock of the program: UTC in code, Helsinki time on screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")

_fixed_at: ContextVar[datetime | None] = ContextVar("fixed_at", default=None)


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return _fixed_at.get() or datetime.now(UTC)


def today() -> date:
    """Return the calendar day in Helsinki."""
    return now().astimezone(HELSINKI).date()


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Let the clock stand at `at` (aware) inside the block."""
    token = _fixed_at.set(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed_at.reset(token)
