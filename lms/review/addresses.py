"""The addresses of the queue."""

from lms.links import url_for
from lms.review.queries import CLAIM


def queue_url(run_id: int | None = None) -> str:
    """Return the address of the queue, narrowed to the chosen group."""
    return url_for("review.queue", run=run_id or None)


def item_url(kind: str, item_id: int, run_id: int | None = None) -> str:
    """Return the address of a waiting item, with the chosen group, so that the next item is from the same group."""
    if kind == CLAIM:
        return url_for("review_one.claim", claim_id=item_id, run=run_id or None)
    return url_for("review_one.answer", answer_id=item_id, run=run_id or None)


def run_param(run_id: int | None) -> dict[str, str | int]:
    """Return the query parameters for further pages: the chosen group."""
    return {"run": run_id} if run_id else {}
