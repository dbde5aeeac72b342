"""The form of a claim: the owner's rating, words and work."""

from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import AnyOf, Optional

from lms.checklists.operations import ClaimDraft
from lms.checklists.states import RATINGS
from lms.forms import Form, ShownNumber, Switch, Text, chosen_id, once, options
from lms.i18n import lazy

WORDS_LENGTH = 4_000

SAVE, REQUEST, WITHDRAW = "save", "request", "withdraw"


class ClaimForm(Form):
    """What the owner enters in a claim; a field that is not sent changes nothing."""

    rating = RadioField(
        lazy("How well can I do this now?"),
        choices=options((str(value), label) for value, label in RATINGS.items()),
        validators=[
            once,
            Optional(),
            AnyOf([str(value) for value in RATINGS], lazy("Choose one of the four.")),
        ],
        validate_choice=False,
    )
    text = Text(lazy("In my own words"), length=WORDS_LENGTH)
    entry = SelectField(lazy("From my diary"), choices=[], validate_choice=False)
    answer = SelectField(lazy("From my tasks"), choices=[], validate_choice=False)
    remove = HiddenField()
    action = Switch(SAVE, REQUEST, WITHDRAW, missing=SAVE)
    version = ShownNumber()
    # the same number, in the field that autosave.js updates
    autosaved_version = ShownNumber(name="revision")

    def draft(self, *, with_work: bool) -> ClaimDraft:
        """Return what was entered; autosave leaves `with_work` out, because only a press attaches or removes work."""
        return ClaimDraft(
            rating=int(self.rating.data) if self.rating.data else None,
            text=self.text.data if self.text.raw_data else None,
            entry_id=chosen_id(self.entry.data) if with_work else None,
            answer_id=chosen_id(self.answer.data) if with_work else None,
            removed_id=chosen_id(self.remove.data) if with_work else None,
        )

    def seen_version(self) -> int | None:
        """Return the version that the person's page showed, None when the form does not have it."""
        return self.autosaved_version.data if self.version.data is None else self.version.data
