"""The optimistic lock of texts: what was saved after a page was shown is not overwritten from that page."""

from lms.errors import ChangedElsewhere


def is_current(seen: int | None, saved: int) -> bool:
    """Return whether a page showed what is saved now; one that tells no version asks for no comparison."""
    return seen is None or seen == saved


def require_current(seen: int | None, saved: int) -> None:
    """Raise ChangedElsewhere when something newer than the page showed has been saved."""
    if not is_current(seen, saved):
        raise ChangedElsewhere
