"""Who may see an answer to a task and decide on it."""

from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.login import SignedIn
from lms.tasks import queries
from lms.tasks.models import TaskAnswer


def answer_for_instructor(session: Session, answer_id: int, person: SignedIn) -> TaskAnswer:
    """Return an answer for the instructors of the run it was given in. Raises NotFound for everybody else."""
    answer = queries.answer_seen_by(session, answer_id, person.id)
    if answer is None:
        raise NotFound
    return answer
