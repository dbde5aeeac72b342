"""Who may see an answer to a task, and decide on it."""

from sqlalchemy.orm import Session

from lms.errors import NotFound
from lms.login import SignedIn
from lms.tasks import queries
from lms.tasks.queries import SentAnswer


def sent_answer_for_instructor(session: Session, answer_id: int, person: SignedIn) -> SentAnswer:
    """Return an answer as it was sent, for an instructor of its run to read and decide on.

    Raises NotFound for everybody else, and for an answer that was never sent: nobody else may read a draft.
    """
    answer = queries.sent_answer_seen_by(session, answer_id, person.id)
    if answer is None:
        raise NotFound
    return answer
