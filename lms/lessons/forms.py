"""The forms of a lesson page: marking the lesson done, and answering a task."""

from wtforms import ValidationError

from lms import autosave
from lms.forms import Form, ShownNumber, Switch, Text, first_error
from lms.i18n import lazy


class DoneForm(Form):
    """Marks the lesson done (`1`) or not done (`0`)."""

    done = Switch("0", "1")


class TaskAnswerForm(Form):
    """An answer to a task; only sending requires that it is not empty."""

    answer = Text(lazy("My answer"), default="")
    action = Switch("save", "send", "withdraw", missing="save")
    # the version that the page showed; without it there is no check
    version = ShownNumber()

    @property
    def is_sending(self) -> bool:
        return bool(self.action.data == "send") and not autosave.is_autosave()

    @property
    def is_withdrawing(self) -> bool:
        return bool(self.action.data == "withdraw")

    def validate_action(self, field: Switch) -> None:
        if self.is_withdrawing and autosave.is_autosave():
            raise ValidationError(str(lazy("Use the buttons of the page.")))

    def validate_answer(self, field: Text) -> None:
        if self.is_sending and not (field.data or "").strip():
            raise ValidationError(str(lazy("Write your answer first.")))

    @property
    def message(self) -> str:
        """Return the first error, for the line beside the field."""
        return first_error(self)
