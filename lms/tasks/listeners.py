"""What the tasks tell when a run asks: how many answers wait for its instructors."""

from sqlalchemy.orm import Session

from lms.runs.models import Run
from lms.runs.signals import works_counted
from lms.tasks import queries


@works_counted.connect
def count_answers(_sender: object, *, session: Session, run: Run) -> int:
    """Return how many answers of the run's people wait."""
    return queries.waiting_in_run(session, run.id)
