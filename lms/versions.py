"""The optimistic lock of texts: a page does not overwrite what was saved after it was shown."""

from lms.errors import ChangedElsewhere


def is_current(seen: int | None, saved: int) -> bool:
    """Return whether a page showed what is saved now; without a version there is nothing to compare."""
    return seen is None or seen == saved


def require_current(seen: int | None, saved: int) -> None:
    """Raise ChangedElsewhere when something newer than the page showed has been saved."""
    if not is_current(seen, saved):
        raise ChangedElsewhere
