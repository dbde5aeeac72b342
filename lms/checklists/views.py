"""One's own checklists and claims: reading, writing, requesting approval."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, autosave, clock, db
from lms.access import Permission
from lms.checklists import evidence, operations, policy, queries
from lms.checklists.forms import REQUEST, SAVE, WITHDRAW, ClaimForm
from lms.checklists.models import Claim
from lms.checklists.read_models import Prospect
from lms.checklists.states import CHANGEABLE, RATINGS, ClaimState
from lms.errors import Invalid, NotFound
from lms.forms import options, refusal
from lms.i18n import _, in_language, lazy, ngettext
from lms.links import url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages, asked_number
from lms.serving import bodies
from lms.wording import day, decimal

bp = Blueprint("checklists", __name__)

CLAIM = "/claims/<int:claim_id>"
STEPS_ON_A_PAGE = 20
# more than any diary needs; a database refuses very large offsets
MOST_WORK_PAGES = 10_000

MESSAGES = {
    SAVE: lazy("Saved. Nothing has been sent yet."),
    REQUEST: lazy("Sent to your instructor. You can take it back until it is answered."),
    WITHDRAW: lazy("You took the request back. Everything is safe, and you can write again."),
}


@bp.get("/checklists")
@access.requires(Permission.OWN_WORK)
def checklists() -> ResponseReturnValue:
    found = queries.checklists_of(db.session(), signed_in().id)
    with_counts = [(checklist, _in_words(checklist.counts)) for checklist in found]
    return render_template("checklists/checklists.html", checklists=with_counts)


@bp.get("/checklists/<checklist>")
@access.requires(Permission.OWN_WORK)
def checklist(checklist: str) -> ResponseReturnValue:
    session, person = db.session(), signed_in()
    claims = queries.claims_of(session, person.id, checklist)
    criteria_set = queries.set_of(session, checklist)
    if not claims or criteria_set is None:
        raise NotFound
    groups = groupby(claims, key=lambda claim: in_language(claim.group_title))
    return render_template(
        "checklists/checklist.html",
        criteria_set=criteria_set,
        scope=_scope(criteria_set.scope),
        groups=[(title, list(rows)) for title, rows in groups],
        counts=_in_words(Counter(claim.state for claim in claims)),
    )


def _scope(points: float | None) -> str | None:
    return None if points is None else decimal(points)


def _in_words(counts: Mapping[ClaimState, int]) -> str:
    """Return the numbers of claims in each state as words: "2 approved · 1 waiting"."""
    words = {
        ClaimState.APPROVED: ngettext(
            "%(num)d approved", "%(num)d approved", counts.get(ClaimState.APPROVED, 0)
        ),
        ClaimState.WAITING: ngettext("%(num)d waiting", "%(num)d waiting", counts.get(ClaimState.WAITING, 0)),
        ClaimState.RETURNED: ngettext(
            "%(num)d not yet", "%(num)d not yet", counts.get(ClaimState.RETURNED, 0)
        ),
        ClaimState.OPEN: ngettext("%(num)d open", "%(num)d open", counts.get(ClaimState.OPEN, 0)),
    }
    return " · ".join(said for state, said in words.items() if counts.get(state))


@bp.get(CLAIM)
@access.requires(Permission.OWN_WORK)
def claim(claim_id: int) -> ResponseReturnValue:
    session = db.session()
    found = policy.claim_for_owner(session, claim_id, signed_in())
    form = ClaimForm(
        formdata=None,
        data={"rating": str(found.rating or ""), "text": found.text, "autosaved_version": found.version},
    )
    return _claim_page(session, found, form)


@bp.post(CLAIM)
@access.requires(Permission.OWN_WORK)
@bodies.takes_writing
def change_claim(claim_id: int) -> ResponseReturnValue:
    session, person = db.session(), signed_in()
    found = policy.claim_for_owner(session, claim_id, person)
    form = ClaimForm()
    is_autosave = autosave.is_autosave()
    if not form.validate():
        return _refused(session, found, form)
    action = SAVE if is_autosave else str(form.action.data)
    try:
        is_done = _act(session, found, form, action, by=person, with_work=not is_autosave)
    except Invalid as error:
        form.form_errors.append(str(error.message))
        return _refused(session, found, form)
    if is_autosave:
        return autosave.saved(version=found.version, at=clock.now())
    if is_done:
        flash(str(MESSAGES[action]))
    else:
        flash(_("Saved, but not sent: nobody can answer it just now."), "attention")
    return redirect(url_for("checklists.claim", claim_id=found.id))


def _refused(session: Session, claim: Claim, form: ClaimForm) -> ResponseReturnValue:
    """Show the claim again with the errors; a script gets only the messages."""
    if autosave.is_by_script():
        return refusal(form)
    return _claim_page(session, claim, form), 422


def _act(
    session: Session, claim: Claim, form: ClaimForm, action: str, *, by: SignedIn, with_work: bool
) -> bool:
    """Do what was pressed and return whether it was done: a request that nobody can answer is only saved."""
    version, now = form.seen_version(), clock.now()
    draft = form.draft(with_work=with_work)
    if action == SAVE:
        operations.save_claim(session, claim, draft, by=by, version=version, now=now)
    elif action == REQUEST:
        return operations.request_approval(session, claim, by=by, draft=draft, version=version, now=now)
    else:
        operations.withdraw(session, claim, by=by, version=version, now=now)
    return True


def _claim_page(session: Session, claim: Claim, form: ClaimForm) -> str:
    is_changeable, is_approved = claim.state in CHANGEABLE, claim.state is ClaimState.APPROVED
    steps = queries.steps_of(session, claim.id, limit=STEPS_ON_A_PAGE)
    last = steps[-1] if steps else None
    count, address = (last.number if last else 0), url_for("checklists.claim", claim_id=claim.id)
    pages = Pages.of(count, size=STEPS_ON_A_PAGE, path=address, anchor="talk")
    if pages.offset:
        steps = queries.steps_of(session, claim.id, limit=pages.size, offset=pages.offset)
    older_work = _offer_work(session, claim, form) if is_changeable else None
    return render_template(
        "checklists/claim.html",
        claim=claim,
        criterion=queries.criterion_of(session, claim),
        pieces=queries.pieces_of(session, claim.id),
        steps=steps,
        pages=pages,
        last=last,
        # the first step is always a request
        was_asked=last is not None,
        form=form,
        older_work=older_work,
        is_changeable=is_changeable,
        prospect=Prospect.ANSWERED if is_approved else queries.prospect_of(session, claim),
        rating=RATINGS.get(claim.rating or 0),
    )


def _offer_work(session: Session, claim: Claim, form: ClaimForm) -> str | None:
    """Fill the form's choices with the owner's work; the label of a diary entry says whether it is shared.

    Return the address of the page with older work, None when there is none.
    """
    nothing, most = ("", _("Nothing now")), evidence.MOST_CHOICES
    page = asked_number("work", last=MOST_WORK_PAGES)
    entries = evidence.entry_choices(session, claim.person_id, (page - 1) * most)
    answers = evidence.answer_choices(session, claim.person_id, (page - 1) * most)
    has_older = max(len(entries), len(answers)) > most
    entries, answers = entries[:most], answers[:most]
    form.entry.choices = options([nothing, *((str(entry.id), _entry_label(entry)) for entry in entries)])
    form.answer.choices = options(
        [nothing, *((str(answer.id), f"{answer.title} ({day(answer.saved_at)})") for answer in answers)]
    )
    older = url_for("checklists.claim", claim_id=claim.id, work=page + 1, _anchor="work")
    return older if has_older else None


def _entry_label(entry: evidence.EntryChoice) -> str:
    title, at = entry.title or _("Diary entry"), day(entry.created_at)
    if entry.shared:
        return str(_("%(title)s (%(day)s), shared with your instructor", title=title, day=at))
    return str(_("%(title)s (%(day)s), not shared", title=title, day=at))
