"""What the criteria do when courses are published: their own files go first, for courses name them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.signals import criteria_read
from lms.coursefiles.read.criteria import CriteriaFile
from lms.criteria.operations import PublishedCriteria, publish_criteria


@criteria_read.connect
def publish_read_criteria(
    _sender: object, *, session: Session, criteria: Sequence[CriteriaFile], now: datetime
) -> list[str]:
    """Publish each file and return what changed, in words."""
    return [line for file in criteria for line in _lines(publish_criteria(session, file, now))]


def _lines(published: PublishedCriteria) -> list[str]:
    name, number = published.criteria_set.slug, published.criteria_set.number
    if not published.is_changed:
        return [f"{name}: unchanged (version {number})"]
    count = len(published.criteria_set.criteria)
    lines = [f"{name}: version {number} is current, {count} {'criterion' if count == 1 else 'criteria'}"]
    lines += [f"  New criterion: {code}" for code in published.added]
    lines += [f"  Criterion taken away: {code}" for code in published.removed]
    lines += [f"  Criterion worded anew: {code}" for code in published.reworded]
    return lines
