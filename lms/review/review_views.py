"""Deciding on one claim or one answer to a task; the next one in the queue opens by itself."""

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, audit, clock, db
from lms.access import Permission
from lms.catalogue.outline import outline_of, page_of
from lms.checklists import followed
from lms.checklists import operations as claim_operations
from lms.checklists import policy as claim_policy
from lms.checklists import queries as claim_queries
from lms.checklists.read_models import AskedClaim
from lms.checklists.states import RATINGS, ClaimState
from lms.coursefiles.blocks.task import TaskPart
from lms.i18n import _, current_language
from lms.links import url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages
from lms.review import queries
from lms.review.addresses import item_url, queue_url, run_param
from lms.review.forms import APPROVE, PASS, RETURN, UNDO, DecisionForm
from lms.review.queries import AnswerOwner
from lms.review.views import chosen_run, recent_decisions
from lms.review.wording import waited
from lms.runs import queries as run_queries
from lms.serving import bodies
from lms.tasks import operations as answer_operations
from lms.tasks import policy as answer_policy
from lms.tasks import queries as answer_queries
from lms.tasks.queries import SentAnswer
from lms.tasks.states import AnswerState

bp = Blueprint("review_one", __name__)

CLAIM = "/review/claims/<int:claim_id>"
ANSWER = "/review/answers/<int:answer_id>"
STEPS_ON_A_PAGE = 20


@bp.get(CLAIM)
@access.requires(Permission.CLAIM_REVIEW)
def claim(claim_id: int) -> ResponseReturnValue:
    found = claim_policy.claim_as_asked(db.session(), claim_id, signed_in())
    return _claim_page(found, DecisionForm(formdata=None, data={"version": found.version}))


@bp.post(CLAIM)
@access.requires(Permission.CLAIM_REVIEW)
@bodies.takes_writing
def decide_claim(claim_id: int) -> ResponseReturnValue:
    session, person, now = db.session(), signed_in(), clock.now()
    form = DecisionForm()
    if not form.validate() or form.refuse_decision(APPROVE, RETURN, UNDO):
        return _claim_page(claim_policy.claim_as_asked(session, claim_id, person), form), 422
    found = claim_policy.claim_to_decide(session, claim_id, person)
    version, comment = form.version.data, form.comment.data or ""
    if form.decision.data == UNDO:
        claim_operations.undo(session, found, by=person, version=version, now=now)
        flash(_("You took your answer back. This is waiting again."))
        return redirect(item_url(queries.CLAIM, found.id, chosen_run()))
    next_url = _next_url(session, person, queries.CLAIM, found.id)
    owner = followed.owner_of(session, person.id, found)
    if form.decision.data == APPROVE:
        claim_operations.approve(session, found, by=person, comment=comment, version=version, now=now)
        flash(_("You approved this. %(name)s sees it on the start page.", name=owner.name))
    else:
        claim_operations.return_claim(session, found, by=person, comment=comment, version=version, now=now)
        flash(_("You answered: not yet. %(name)s sees your next step on the start page.", name=owner.name))
    return redirect(next_url)


@bp.get(ANSWER)
@access.requires(Permission.CLAIM_REVIEW)
def answer(answer_id: int) -> ResponseReturnValue:
    found = answer_policy.sent_answer_for_instructor(db.session(), answer_id, signed_in())
    return _answer_page(found, DecisionForm(formdata=None, data={"version": found.version}))


@bp.post(ANSWER)
@access.requires(Permission.CLAIM_REVIEW)
@bodies.takes_writing
def decide_answer(answer_id: int) -> ResponseReturnValue:
    session, person, now = db.session(), signed_in(), clock.now()
    found = answer_policy.sent_answer_for_instructor(session, answer_id, person)
    form = DecisionForm()
    if not form.validate() or form.refuse_decision(PASS, RETURN):
        return _answer_page(found, form), 422
    version, comment = form.version.data, form.comment.data or ""
    next_url = _next_url(session, person, queries.ANSWER, found.id)
    owner = queries.owner_of_answer(session, found)
    if form.decision.data == PASS:
        answer_operations.pass_answer(session, found, by=person, comment=comment, version=version, now=now)
        flash(_("You accepted the answer. %(name)s sees it on the start page.", name=owner.name))
    else:
        answer_operations.return_answer(session, found, by=person, comment=comment, version=version, now=now)
        flash(_("You answered: not yet. %(name)s sees your next step on the start page.", name=owner.name))
    return redirect(next_url)


def _next_url(session: Session, person: SignedIn, kind: str, item_id: int) -> str:
    """Return the address of the next waiting item: the one after this, else the oldest, else the queue."""
    run_id = chosen_run()
    queue_order = queries.queue_order(session, person.id, run_id)
    this = (kind, item_id)
    place = queue_order.index(this) if this in queue_order else -1
    others = [one for one in (*queue_order[place + 1 :], *queue_order[: place + 1]) if one != this]
    if not others:
        return queue_url(run_id)
    next_kind, next_id = others[0]
    return item_url(next_kind, next_id, run_id)


def _position(queue_order: list[tuple[str, int]], kind: str, item_id: int) -> str:
    """Return "1 / 3" for an item in the queue, an empty text for others."""
    this = (kind, item_id)
    return f"{queue_order.index(this) + 1} / {len(queue_order)}" if this in queue_order else ""


def _claim_page(found: AskedClaim, form: DecisionForm) -> str:
    session, person, now = db.session(), signed_in(), clock.now()
    steps = claim_queries.steps_of(session, found.id, limit=STEPS_ON_A_PAGE)
    last = steps[-1] if steps else None
    pages = _pages(last.number if last else 0, item_url(queries.CLAIM, found.id))
    if pages.offset:
        steps = claim_queries.steps_of(session, found.id, limit=pages.size, offset=pages.offset)
    owner = followed.owner_of(session, person.id, found)
    shown = {
        "owner": owner,
        "run_name": _run_name(session, owner.run_id, person),
        "criterion": claim_queries.criterion_of(session, found, as_asked=True),
        "position": _position(queries.queue_order(session, person.id, chosen_run()), queries.CLAIM, found.id),
        "decisions": recent_decisions(session, person),
    }
    if last is not None and found.person_id != person.id:
        _record_reading(session, queries.CLAIM, found.id, about=found.person_id)
    return render_template(
        "review/claim.html",
        **shown,
        claim=found,
        form=form,
        steps=steps,
        pages=pages,
        last=last,
        asked=found.asked,
        rating=RATINGS.get(found.asked.rating or 0) if found.asked else None,
        waited=waited(found.changed_at, now),
        may_decide=found.state is ClaimState.WAITING and claim_policy.may_decide(found, person),
        reader=person.id,
        run_id=chosen_run(),
        address=item_url(queries.CLAIM, found.id, chosen_run()),
    )


def _pages(count: int, path: str) -> Pages:
    """Return the pages of a conversation, the newest steps on the first."""
    return Pages.of(count, size=STEPS_ON_A_PAGE, path=path, params=run_param(chosen_run()), anchor="talk")


def _run_name(session: Session, run_id: int, person: SignedIn) -> str:
    """Return the name of the group through which the reader follows the claim, with its course."""
    run = run_queries.run_for(session, run_id, person.id)
    return run.full_name_in(current_language()) if run else ""


def _answer_page(found: SentAnswer, form: DecisionForm) -> str:
    session, person, now = db.session(), signed_in(), clock.now()
    steps = answer_queries.history_for_instructor(session, found.id, limit=STEPS_ON_A_PAGE)
    last = steps[-1] if steps else None
    pages = _pages(last.number if last else 0, item_url(queries.ANSWER, found.id))
    if pages.offset:
        steps = answer_queries.history_for_instructor(
            session, found.id, limit=pages.size, offset=pages.offset
        )
    owner = queries.owner_of_answer(session, found)
    shown = {
        **_assignment(session, owner, found),
        "position": _position(
            queries.queue_order(session, person.id, chosen_run()), queries.ANSWER, found.id
        ),
        "decisions": recent_decisions(session, person),
        "run_name": outline_of(session, owner.content_hash).group_in(current_language(), owner.run_name),
    }
    _record_reading(session, queries.ANSWER, found.id, about=owner.id)
    return render_template(
        "review/answer.html",
        **shown,
        answer=found,
        owner=owner,
        form=form,
        steps=steps,
        pages=pages,
        last=last,
        waited=waited(found.sent_at, now),
        may_decide=found.state is AnswerState.SENT,
        is_taken_back=found.state is AnswerState.DRAFT,
        run_id=chosen_run(),
        address=item_url(queries.ANSWER, found.id, chosen_run()),
    )


def _assignment(session: Session, owner: AnswerOwner, found: SentAnswer) -> dict[str, object]:
    """Return what the task asks, as published HTML, and where: the lesson's title and address.

    If the run's version no longer has the task, only the lesson is returned; if it has no such lesson either, nothing.
    """
    outline = outline_of(session, owner.content_hash)
    task = outline.tasks.get(found.task)
    lesson = outline.lessons_by_slug.get(task.lesson if task else found.lesson)
    if lesson is None:
        return {}
    page = page_of(session, owner.content_hash, lesson.slug, language=outline.language, plain=False)
    tasks = {part.id: part for part in page.parts if isinstance(part, TaskPart)}
    return {
        "assignment": tasks[found.task].html if found.task in tasks else None,
        "lesson_title": lesson.title_in(current_language()),
        "lesson_url": url_for(
            "lessons.lesson",
            run_id=owner.run_id,
            slug=lesson.slug,
            _anchor=f"task-{task.id}" if task else "",
        ),
    }


def _record_reading(session: Session, kind: str, object_id: int, *, about: int) -> None:
    audit.record_reading(
        session,
        f"{kind}.read",
        object_type=kind,
        object_id=object_id,
        by=signed_in().id,
        about=about,
        now=clock.now(),
    )
