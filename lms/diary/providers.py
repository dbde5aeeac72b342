"""What the diary asks of the features above it: where copies of an entry are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.providers import Providers


class CopyState(StrEnum):
    """Who sees a copy, and whether its writer can remove it."""

    # instructors can read it
    SHOWN = "shown"
    # nobody else can read it yet, and the writer can remove it
    OWN = "own"
    # it remains in a permanent record, but nobody else can see it now
    RECORDED = "kept"


@dataclass(frozen=True)
class Copy:
    """A copy of an entry, as it was then, elsewhere on the site; `title` is the name of where it is."""

    title: Mapping[str, str]
    url: str
    state: CopyState


# each returns its own feature's copies of the entry with this id
copy_providers: Providers[Callable[[Session, int], list[Copy]]] = Providers()


def copies_of(session: Session, entry_id: int) -> list[Copy]:
    """Return the copies of an entry in other features."""
    return [copy for provide in copy_providers for copy in provide(session, entry_id)]
