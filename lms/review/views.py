"""The instructor's queue: everything that waits, and several decisions with one press."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, clock, db
from lms.access import Permission
from lms.checklists import followed
from lms.checklists import operations as claim_operations
from lms.checklists import policy as claim_policy
from lms.checklists.read_models import Decision
from lms.errors import Conflict
from lms.forms import chosen_id
from lms.i18n import _, current_language, in_language, ngettext
from lms.login import SignedIn, signed_in
from lms.paging import Pages
from lms.review import operations, queries
from lms.review.addresses import item_url, queue_url, run_param
from lms.review.forms import APPROVE, RETURN, DecisionForm, chosen_claims
from lms.review.operations import Undecided
from lms.review.wording import waited
from lms.runs import queries as run_queries
from lms.serving import bodies

bp = Blueprint("review", __name__)

ON_A_PAGE = 200
MOST_NAMED = 5


@bp.get("/review")
@access.requires(Permission.CLAIM_REVIEW)
def queue() -> ResponseReturnValue:
    return _queue_page(DecisionForm(formdata=None))


@bp.post("/review")
@access.requires(Permission.CLAIM_REVIEW)
@bodies.takes_writing
def decide_several() -> ResponseReturnValue:
    session, person = db.session(), signed_in()
    form, chosen = DecisionForm(), chosen_claims()
    is_refused = not form.validate() or form.refuse_decision(APPROVE, RETURN)
    if not chosen:
        form.form_errors.append(_("Tick at least one item first."))
    if is_refused or not chosen:
        return _queue_page(form, ticked=frozenset(chosen)), 422
    undecided = operations.decide_several(
        session,
        claim_policy.claims_to_decide(session, chosen, person),
        approving=form.decision.data == APPROVE,
        comment=form.comment.data or "",
        version_of=lambda claim_id: chosen_id(request.form.get(f"version-{claim_id}")),
        by=person,
        now=clock.now(),
    )
    _flash_outcome(
        session, undecided, decided=len(chosen) - len(undecided), approving=form.decision.data == APPROVE
    )
    return redirect(queue_url(chosen_run()))


def chosen_run() -> int | None:
    """Return the run in the address that the queue is filtered by."""
    return chosen_id(request.args.get("run"))


def _queue_page(form: DecisionForm, *, ticked: frozenset[int] = frozenset()) -> str:
    session, person, now, run_id = db.session(), signed_in(), clock.now(), chosen_run()
    count = queries.waiting_count(session, person.id, run_id)
    pages = Pages.of(count, size=ON_A_PAGE, path=queue_url(), params=run_param(run_id))
    items = queries.queue(session, person.id, run_id, limit=pages.size, offset=pages.offset)
    runs, language = run_queries.runs_of_instructor(session, person.id), current_language()
    return render_template(
        "review/queue.html",
        form=form,
        ticked=ticked,
        items=[(item, item_url(item.kind, item.id, run_id), waited(item.since, now)) for item in items],
        has_claims=any(item.kind == queries.CLAIM for item in items),
        count=count,
        pages=pages,
        runs=[run for run in runs if run.is_open],
        names={run.id: run.full_name_in(language) for run in runs},
        run_id=run_id,
        address=queue_url(run_id),
        decisions=recent_decisions(session, person),
    )


def recent_decisions(session: Session, person: SignedIn) -> list[Decision]:
    """Return the person's own decisions that can still be taken back."""
    since = clock.now() - claim_operations.UNDO_WITHIN
    return followed.decisions_since(session, person.id, since)


def _flash_outcome(session: Session, undecided: list[Undecided], *, decided: int, approving: bool) -> None:
    """Say how many were decided on, and which could not be. Raises Conflict when none could."""
    labels = followed.labels_of(session, [one.claim_id for one in undecided])
    sentences = []
    for one in undecided[:MOST_NAMED]:
        name, wording = labels[one.claim_id]
        sentences.append(f"{name}: {in_language(wording)} {one.message}")
    if len(undecided) > MOST_NAMED:
        rest = len(undecided) - MOST_NAMED
        sentences.append(ngettext("And %(num)d more had changed.", "And %(num)d more had changed.", rest))
    if not decided:
        raise Conflict(" ".join(sentences))
    if approving:
        flash(ngettext("You approved %(num)d item.", "You approved %(num)d items.", decided))
    else:
        flash(
            ngettext("You answered %(num)d item: not yet.", "You answered %(num)d items: not yet.", decided)
        )
    for sentence in sentences:
        flash(sentence, "attention")
