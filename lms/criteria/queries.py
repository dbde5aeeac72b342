"""Reading the versions of criteria sets."""

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.criteria.models import CriteriaSet


def versions_for_publishing(session: Session, slug: str) -> list[CriteriaSet]:
    """Return every version of a set with its criteria, oldest first, locked until the transaction ends."""
    # A statement that waited for the lock returns the old rows; only one that begins after the wait sees new ones.
    session.execute(select(CriteriaSet.id).where(CriteriaSet.slug == slug).with_for_update()).all()
    statement = (
        select(CriteriaSet)
        .where(CriteriaSet.slug == slug)
        .order_by(CriteriaSet.number)
        .options(selectinload(CriteriaSet.criteria))
        .execution_options(populate_existing=True)
    )
    return list(session.scalars(statement))


def current_slugs(session: Session, qualification: int | None) -> list[str]:
    """Return the names of the sets, those of one qualification's requirements when it is given."""
    statement = select(CriteriaSet.slug).where(CriteriaSet.is_current).order_by(CriteriaSet.slug)
    if qualification is not None:
        statement = statement.where(CriteriaSet.qualification == qualification)
    return list(session.scalars(statement))
