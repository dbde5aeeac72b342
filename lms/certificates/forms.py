"""The form that chooses whose certificates are issued."""

from wtforms import SelectField, SelectMultipleField
from wtforms.validators import ValidationError

from lms.certificates.content import Kind
from lms.forms import Form, Tick, once, options, row_number
from lms.i18n import _, lazy


class IssueForm(Form):
    """Without `confirm` it asks for a preview."""

    people = SelectMultipleField(lazy("People"), coerce=row_number, validate_choice=False)
    template = SelectField(
        lazy("Kind of certificate"),
        [once],
        choices=options([(Kind.COMPLETION.value, lazy("Course certificate"))]),
        default=Kind.COMPLETION.value,
    )
    confirm = Tick()

    def validate_people(self, field: SelectMultipleField) -> None:
        if not field.data:
            raise ValidationError(_("Choose at least one person."))
