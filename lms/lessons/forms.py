"""Input of a lesson page: an answer to a task."""

from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import AnyOf, Optional

from lms.forms import Form, Text, first_errors
from lms.i18n import lazy


class AnswerForm(Form):
    """An answer as it was typed; only sending asks that there is one."""

    answer = Text(lazy("My answer"), default="")
    action = StringField(default="save", validators=[AnyOf(("save", "send"))])
    # of the page it was written on; without it nothing is compared
    version = IntegerField(validators=[Optional()])

    @property
    def is_sending(self) -> bool:
        return bool(self.action.data == "send")

    def validate_answer(self, field: Text) -> None:
        if self.is_sending and not (field.data or "").strip():
            raise ValidationError(str(lazy("Write your answer first.")))

    @property
    def message(self) -> str:
        """Return the first thing that is wrong, for the line beside the field."""
        return next(iter(first_errors(self).values()), "")
