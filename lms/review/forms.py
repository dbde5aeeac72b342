"""The instructor's decision: yes or not yet, a word, and what stood on the page when it was made."""

from flask import request
from wtforms import HiddenField

from lms.errors import NotFound
from lms.forms import COMMENT_LENGTH, Form, Switch, Text
from lms.i18n import lazy

# what the databases' ids can be at most
LARGEST_ID = 2**31 - 1

APPROVE, PASS, RETURN, UNDO = "approve", "pass", "return", "undo"


class DecisionForm(Form):
    comment = Text(lazy("What do you want to say?"), length=COMMENT_LENGTH)
    decision = Switch(APPROVE, PASS, RETURN, UNDO)
    version = HiddenField()

    def seen_version(self) -> int | None:
        """Return the version that was on the page, when the form tells it."""
        return number(self.version.data)

    def refuse_decision(self, *possible: str) -> bool:
        """Add the faults that the fields cannot see: no decision, or "not yet" without a next step."""
        if self.decision.data not in possible:
            self.form_errors.append(lazy("Use the buttons of the page."))
        elif self.decision.data == RETURN and not (self.comment.data or "").strip():
            self.comment.errors = [lazy("Write one next step, so that it is easy to go on.")]
        return bool(self.errors)


def number(value: str | None) -> int | None:
    """Return a number out of a form or an address. Raises NotFound for what cannot be an id."""
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= LARGEST_ID):
        raise NotFound
    return int(value)


def chosen_claims() -> list[int]:
    """Return the ids of the ticked claims, each once."""
    return sorted({found for value in request.form.getlist("claims") if (found := number(value))})
