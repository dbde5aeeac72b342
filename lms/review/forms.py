"""The instructor's decision: yes or not yet, a comment, and the version that the page showed."""

from flask import request

from lms.forms import COMMENT_LENGTH, Form, ShownNumber, Switch, Text, chosen_id
from lms.i18n import lazy

APPROVE, PASS, RETURN, UNDO = "approve", "pass", "return", "undo"


class DecisionForm(Form):
    comment = Text(lazy("What do you want to say?"), length=COMMENT_LENGTH)
    decision = Switch(APPROVE, PASS, RETURN, UNDO)
    version = ShownNumber()

    def refuse_decision(self, *possible: str) -> bool:
        """Add the errors that the fields cannot check: no decision, or "not yet" without a next step."""
        if self.decision.data not in possible:
            self.form_errors.append(lazy("Use the buttons of the page."))
        elif self.decision.data == RETURN and not (self.comment.data or "").strip():
            self.comment.errors = [lazy("Write one next step, so that it is easy to go on.")]
        return bool(self.errors)


def chosen_claims() -> list[int]:
    """Return the ids of the ticked claims, without duplicates."""
    return sorted({found for value in request.form.getlist("claims") if (found := chosen_id(value))})
