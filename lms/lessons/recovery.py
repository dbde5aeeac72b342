"""Saving an answer to a task that was written before the sign-in ended; it is never sent."""

from datetime import datetime

from sqlalchemy.orm import Session

from lms.errors import Invalid
from lms.form_recovery import ExpiredForm, Recovered
from lms.i18n import _
from lms.lessons import policy
from lms.lessons.forms import TaskAnswerForm
from lms.lessons.pages import lesson_url
from lms.login import SignedIn
from lms.runs.policy import run_for_learner
from lms.tasks.operations import save_answer


def _recover_answer(session: Session, form: ExpiredForm, *, by: SignedIn, now: datetime) -> Recovered:
    run, enrolment_id = run_for_learner(session, form.address["run_id"], by)
    task = policy.task_of(run, form.address["task_id"])
    fields = form.fields.copy()
    fields["action"] = "save"
    entered = TaskAnswerForm(formdata=fields)
    if not entered.validate():
        raise Invalid(entered.message)
    # a form without a version overwrites nothing that is there
    seen = entered.version.data or 0
    save_answer(session, enrolment_id, task, text=entered.answer.data or "", version=seen, by=by, now=now)
    is_for_sending = form.fields.get("action") == "send"
    message = _("Your answer is saved, but not sent yet.") if is_for_sending else _("Your answer is saved.")
    is_plain = form.fields.get("plain") == "1"
    return Recovered(message, lesson_url(run.id, task.lesson, plain=is_plain, card=f"task-{task.id}"))


RECOVERERS = {"lessons.answer": _recover_answer}
