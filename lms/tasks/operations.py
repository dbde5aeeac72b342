"""Saving, sending and withdrawing answers to tasks; passing and returning them."""

from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, limits, quota, versions
from lms.catalogue.outline import TaskOutline
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.i18n import _
from lms.login import Actor
from lms.runs.states import RunState
from lms.tasks import queries
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.queries import SentAnswer
from lms.tasks.states import MOVES, SELF_MOVES, AnswerAction, AnswerState

# in these states the answer has been handed in; handing in the same text again changes nothing
HANDED_IN = frozenset({AnswerState.SENT, AnswerState.PASSED})

_AUDITED = {
    AnswerAction.SEND: "answer.sent",
    AnswerAction.PASS: "answer.passed",
    AnswerAction.RETURN: "answer.returned",
    AnswerAction.WITHDRAW: "answer.withdrawn",
}


def save_answer(
    session: Session,
    enrolment_id: int,
    task: TaskOutline,
    *,
    text: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> TaskAnswer:
    """Save an answer without handing it in; an answer that its writer has marked done remains done.

    `version` is the version that the page showed; None skips the check.
    Raises Conflict when the answer has changed since, or is with the instructor.
    """
    answer = _own_answer(session, enrolment_id, task, now=now)
    if answer.text == text and answer.version:
        return answer
    limits.count(session, limits.ANSWER_SAVES, by.id, now=now)
    _write(answer, AnswerAction.SAVE, task, text=text, version=version, now=now)
    session.flush()
    return answer


def send_answer(
    session: Session,
    enrolment_id: int,
    task: TaskOutline,
    *,
    text: str,
    version: int | None,
    by: Actor,
    now: datetime,
) -> TaskAnswer:
    """Send an answer to the instructor, or mark it done if only its writer checks it. A repeat changes nothing.

    When nobody can answer, it is saved and not sent: its state is then not in HANDED_IN.
    Raises Invalid for an empty answer, Conflict as `save_answer` does.
    """
    if task.review == Reviewer.INSTRUCTOR and not queries.can_be_answered(session, enrolment_id, by.id):
        return save_answer(session, enrolment_id, task, text=text, version=version, by=by, now=now)
    if not text.strip():
        raise Invalid(_("Write your answer first."))
    answer = _own_answer(session, enrolment_id, task, now=now)
    if answer.text == text and answer.state in HANDED_IN:
        return answer
    limits.count(session, limits.ANSWERS_SENT, by.id, now=now)
    was_handed_in = answer.state is AnswerState.SENT
    _write(answer, AnswerAction.SEND, task, text=text, version=version, now=now)
    if not was_handed_in:
        answer.sent_at = now
        _add_event(session, answer, AnswerAction.SEND, by=by, comment="", now=now)
    session.flush()
    return answer


def withdraw_answer(
    session: Session, enrolment_id: int, task: TaskOutline, *, by: Actor, now: datetime
) -> None:
    """Take a sent answer back, so that its writer can continue with it. A repeat changes nothing.

    Raises NotFound where there is no answer, Conflict when it has been decided or waits for nobody.
    """
    answer = queries.locked_answer_to(session, enrolment_id, task.id)
    if answer is None:
        raise NotFound
    last = queries.last_event_of(session, answer.id)
    if answer.state is AnswerState.DRAFT and last and last.action is AnswerAction.WITHDRAW:
        return
    moves = SELF_MOVES if answer.reviewer is Reviewer.SELF else MOVES
    target = moves.get((answer.state, AnswerAction.WITHDRAW))
    if target is None:
        raise Conflict(_why_not_withdrawn(answer.state))
    answer.state = target
    answer.version += 1
    _add_event(session, answer, AnswerAction.WITHDRAW, by=by, comment="", now=now)
    session.flush()


def pass_answer(
    session: Session,
    answer: TaskAnswer | SentAnswer,
    *,
    by: Actor,
    comment: str = "",
    version: int | None,
    now: datetime,
) -> None:
    """Accept an answer. Raises Conflict, naming who was first, when it no longer waits."""
    _decide(session, answer, AnswerAction.PASS, by=by, comment=comment, version=version, now=now)


def return_answer(
    session: Session,
    answer: TaskAnswer | SentAnswer,
    *,
    by: Actor,
    comment: str,
    version: int | None,
    now: datetime,
) -> None:
    """Return an answer with a next step.

    Raises Invalid without one, Conflict as `pass_answer` does and when the run has ended.
    """
    if not comment.strip():
        raise Invalid(_("Write a next step: what could the person try now?"))
    if queries.run_state_of(session, answer) is not RunState.OPEN:
        raise Conflict(_("The run has ended, so the writer cannot mend this any more. You can accept it."))
    _decide(session, answer, AnswerAction.RETURN, by=by, comment=comment, version=version, now=now)


def _own_answer(session: Session, enrolment_id: int, task: TaskOutline, *, now: datetime) -> TaskAnswer:
    """Return the answer with its row locked; an empty draft of version 0 if there is none."""
    answer = queries.locked_answer_to(session, enrolment_id, task.id)
    if answer is not None:
        return answer
    answer = TaskAnswer(
        enrolment_id=enrolment_id,
        task=task.id,
        lesson=task.lesson,
        title=task.title,
        reviewer=Reviewer(task.review),
        text="",
        state=AnswerState.DRAFT,
        version=0,
        saved_at=now,
    )
    try:
        with session.begin_nested():
            session.add(answer)
    except IntegrityError:  # the same form was sent twice at once, and the other request added the row
        found = queries.locked_answer_to(session, enrolment_id, task.id)
        if found is None:
            raise Conflict from None
        return found
    return answer


def _write(
    answer: TaskAnswer,
    action: AnswerAction,
    task: TaskOutline,
    *,
    text: str,
    version: int | None,
    now: datetime,
) -> None:
    if answer.state in (AnswerState.DRAFT, AnswerState.RETURNED):
        answer.reviewer = Reviewer(task.review)  # fixed once the answer has been handed in
    moves = SELF_MOVES if answer.reviewer is Reviewer.SELF else MOVES
    target = moves.get((answer.state, action))
    if target is None:
        raise Conflict(_why_unchangeable(answer.state))
    versions.require_current(version, answer.version)
    answer.lesson, answer.title = task.lesson, task.title
    answer.text, answer.state = text, target
    answer.version += 1
    answer.saved_at = now


def _why_unchangeable(state: AnswerState) -> str:
    """Return why an answer cannot be changed now."""
    if state is AnswerState.PASSED:
        return str(_("Your instructor has accepted this answer, so it no longer changes."))
    return str(_("Your answer is with the instructor now. You can write more when it comes back."))


def _why_not_withdrawn(state: AnswerState) -> str:
    """Return why an answer cannot be taken back now."""
    if state is AnswerState.PASSED:
        return str(_("Your instructor has just accepted this answer, so it can no longer be taken back."))
    if state is AnswerState.RETURNED:
        return str(_("Your instructor has already answered this. You can write again."))
    return str(_("This answer is not waiting for anybody."))


def _decide(
    session: Session,
    answer: TaskAnswer | SentAnswer,
    action: AnswerAction,
    *,
    by: Actor,
    comment: str,
    version: int | None,
    now: datetime,
) -> None:
    locked = queries.locked_answer(session, answer.id)
    if locked is None:
        raise NotFound
    if locked.reviewer is Reviewer.SELF:
        raise NotAllowed(_("The writer checks this answer alone. Nobody needs to answer it."))
    target = MOVES.get((locked.state, action))
    if target is None or not versions.is_current(version, locked.version):
        raise Conflict(_who_was_first(session, locked, by))
    limits.count(session, limits.DECISIONS, by.id, now=now)
    locked.state = target
    locked.version += 1
    _add_event(session, locked, action, by=by, comment=comment, now=now)
    session.flush()


def _who_was_first(session: Session, answer: TaskAnswer, by: Actor) -> str:
    """Return a message about what happened to the answer before this decision."""
    last = queries.last_event_of(session, answer.id)
    if last and last.by_id == by.id:
        return str(_("You have already answered this."))
    if last and last.action is AnswerAction.PASS:
        return str(_("%(name)s was first and has accepted this answer.", name=last.by_name))
    if last and last.action is AnswerAction.RETURN:
        return str(_("%(name)s was first and has returned this answer.", name=last.by_name))
    if last and last.action is AnswerAction.WITHDRAW:
        return str(
            _("%(name)s took this answer back. It comes to you again when it is sent.", name=last.by_name)
        )
    return str(_("The answer has changed since you opened it. Read it again."))


def _add_event(
    session: Session, answer: TaskAnswer, action: AnswerAction, *, by: Actor, comment: str, now: datetime
) -> None:
    session.flush()
    # a decision stores a copy of the answer, which does not count towards the instructor's space
    is_taken_back = action is AnswerAction.WITHDRAW
    size = quota.size_of(answer.text if action is AnswerAction.SEND else comment)
    quota.take(session, by.id, size, even_when_full=is_taken_back)
    last = queries.last_event_of(session, answer.id)
    event = TaskAnswerEvent(
        answer_id=answer.id,
        number=last.number + 1 if last else 1,
        action=action,
        at=now,
        by_id=by.id,
        by_name=by.name,
        # the text of a withdrawn answer is with the step that sent it
        text="" if is_taken_back else answer.text,
        comment=comment,
    )
    session.add(event)
    is_done_alone = action is AnswerAction.SEND and answer.reviewer is Reviewer.SELF
    audit.record(
        session,
        "answer.done" if is_done_alone else _AUDITED[action],
        by=by.id,
        object_type="answer",
        object_id=answer.id,
        about=queries.writer_of(session, answer.enrolment_id),
        now=now,
    )
