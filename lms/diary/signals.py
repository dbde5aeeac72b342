"""What the diary asks of the features above it, which it does not know: where copies of an entry stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from blinker import Signal
from sqlalchemy.orm import Session

# sent with session=, entry_id=; each receiver returns the list of the copies that it keeps
copies_asked = Signal("copies asked")


class CopyState(StrEnum):
    """Who sees a copy, and whether its writer can take it away."""

    # instructors can read it
    SHOWN = "shown"
    # nobody else has got it yet, and the writer can take it away
    OWN = "own"
    # it stays in a record that is never rewritten, but nobody else sees it now
    KEPT = "kept"


@dataclass(frozen=True)
class Copy:
    """A copy of an entry, as the entry was once, at another place; `title` is what the place is called."""

    title: Mapping[str, str]
    url: str
    state: CopyState


def copies_of(session: Session, entry_id: int) -> list[Copy]:
    """Return the copies of an entry that others keep."""
    answers = copies_asked.send(None, session=session, entry_id=entry_id)
    return [copy for _receiver, copies in answers for copy in copies]
