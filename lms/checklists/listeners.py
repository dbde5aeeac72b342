"""Opens claims when somebody is enrolled and when a run switches to a newer version."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.checklists import operations, queries
from lms.checklists.copies import copies_of_entry
from lms.diary.providers import Copy
from lms.links import url_for
from lms.runs.models import Run


def open_claims_of_one(_sender: object, *, session: Session, run: Run, person_id: int, now: datetime) -> None:
    """Open the claims of the run's checklist for the person who was enrolled."""
    if checklist := queries.checklist_of_version(session, run.version_id):
        operations.open_claims(session, [person_id], checklist=checklist, now=now)


def open_claims_of_all(_sender: object, *, session: Session, run: Run, now: datetime) -> None:
    """Open the claims that a newer version of the course adds, for everybody in the run."""
    if checklist := queries.checklist_of_version(session, run.version_id):
        operations.open_claims(session, queries.people_of_run(session, run.id), checklist=checklist, now=now)


def copies_in_claims(session: Session, entry_id: int) -> list[Copy]:
    """Return the copies of a diary entry in claims, for the diary."""
    return [
        Copy(copy.wording, url_for("checklists.claim", claim_id=copy.claim_id), copy.state)
        for copy in copies_of_entry(session, entry_id)
    ]
