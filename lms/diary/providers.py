"""What the diary asks of the features above it: where copies of an entry are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.providers import Providers


class CopyState(StrEnum):
    """Who sees a copy, and whether its writer can take it away."""

    # instructors can read it
    SHOWN = "shown"
    # nobody else has got it yet, and the writer can take it away
    OWN = "own"
    # it stays in a record that is never rewritten, but nobody else sees it now
    RECORDED = "kept"


@dataclass(frozen=True)
class Copy:
    """A copy of an entry, as the entry was once, at another place; `title` is what the place is called."""

    title: Mapping[str, str]
    url: str
    state: CopyState


# each returns the copies of the entry with this id that its feature keeps
copy_providers: Providers[Callable[[Session, int], list[Copy]]] = Providers()


def copies_of(session: Session, entry_id: int) -> list[Copy]:
    """Return the copies of an entry that others keep."""
    return [copy for provide in copy_providers for copy in provide(session, entry_id)]
