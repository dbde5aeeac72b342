"""What the checklists do and tell for others: claims of a run's people, how many wait, copies of diary entries."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.checklists import operations, queries
from lms.checklists.copies import copies_of_entry
from lms.diary.signals import Copy, copies_asked
from lms.runs.models import Run
from lms.runs.signals import enrolled, version_taken, works_counted


@enrolled.connect
def open_claims_of_one(_sender: object, *, session: Session, run: Run, person_id: int, now: datetime) -> None:
    """Open the claims of the run's checklist for the person who was enrolled."""
    if checklist := queries.checklist_of_version(session, run.version_id):
        operations.open_claims(session, [person_id], checklist=checklist, now=now)


@version_taken.connect
def open_claims_of_all(_sender: object, *, session: Session, run: Run, now: datetime) -> None:
    """Open the claims that a newer version of the course brings, for everybody in the run."""
    if checklist := queries.checklist_of_version(session, run.version_id):
        operations.open_claims(session, queries.people_of_run(session, run.id), checklist=checklist, now=now)


@works_counted.connect
def count_claims(_sender: object, *, session: Session, run: Run) -> int:
    """Return how many claims of the run's people wait."""
    return queries.waiting_in_run(session, run.id)


@copies_asked.connect
def copies_in_claims(_sender: object, *, session: Session, entry_id: int) -> list[Copy]:
    """Return the copies of a diary entry that stand in claims."""
    return copies_of_entry(session, entry_id)
