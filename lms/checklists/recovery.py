"""Saving what was written in a claim before the sign-in ended; approval is never requested."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.checklists import operations, policy
from lms.checklists.forms import ClaimForm
from lms.errors import Invalid
from lms.form_recovery import ExpiredForm, Recovered
from lms.forms import first_error
from lms.i18n import _
from lms.links import url_for
from lms.login import SignedIn


def _recover_claim(session: Session, form: ExpiredForm, *, by: SignedIn, now: datetime) -> Recovered:
    claim = policy.claim_for_owner(session, form.address["claim_id"], by)
    fields = form.fields.copy()
    fields.poplist("remove")  # work is removed only by somebody who sees the page
    fields["action"] = "save"
    entered = ClaimForm(formdata=fields)
    if not entered.validate():
        raise Invalid(first_error(entered))
    draft = entered.draft(with_work=True)
    is_there = draft.text in (None, claim.text) and draft.rating in (None, claim.rating)
    if not is_there or draft.entry_id or draft.answer_id:
        # a form without a version overwrites nothing that is there
        seen = None if is_there else entered.seen_version() or 0
        operations.save_claim(session, claim, draft, by=by, version=seen, now=now)
    return Recovered(_("Saved. Nothing has been sent yet."), url_for("checklists.claim", claim_id=claim.id))


RECOVERERS = {"checklists.change_claim": _recover_claim}
