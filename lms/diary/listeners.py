"""What the diary does when the site is tidied."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.diary import deletion


def remove_deleted(_sender: object, *, session: Session, now: datetime) -> None:
    """Remove the deleted entries that cannot be brought back any more."""
    deletion.remove_for_good(session, now=now)
