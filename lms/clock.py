"""The one clock of the program: UTC in code, Helsinki time on screen."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

HELSINKI = ZoneInfo("Europe/Helsinki")

# set only by tests; shared by all threads, so that work in another thread sees the same fixed time
_fixed_at: list[datetime] = []


def now() -> datetime:
    """Return the present moment as an aware UTC datetime."""
    return _fixed_at[-1] if _fixed_at else datetime.now(UTC)


def today() -> date:
    """Return the calendar day in Helsinki."""
    return day_of(now())


def day_of(moment: datetime) -> date:
    """Return the calendar day in Helsinki of an aware moment."""
    return moment.astimezone(HELSINKI).date()


@contextmanager
def fixed(at: datetime) -> Iterator[None]:
    """Stop the clock at `at` (aware) inside the block."""
    _fixed_at.append(at.astimezone(UTC))
    try:
        yield
    finally:
        _fixed_at.pop()
