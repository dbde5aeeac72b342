"""Forms for creating and changing runs, and for enrolling people in them."""

from datetime import date

from wtforms import BooleanField, DateField, SelectField, SelectMultipleField
from wtforms.validators import InputRequired, Optional, ValidationError
from wtforms.widgets import CheckboxInput

from lms.accounts.operations import normal_username
from lms.errors import Invalid
from lms.forms import Form, Line, ShownNumber, Switch, Text, Tick, required, row_number
from lms.i18n import _, lazy
from lms.runs.operations import RunDetails

NAME_LENGTH = 120
# browsers send the first; people type the second where the browser has no date picker
DATE_FORMATS = ["%Y-%m-%d", "%d.%m.%Y"]
FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 1, 1)
MOST_USERNAMES = 500


class Day(DateField):
    """A date as the browser's date picker sends it or as people in Finland write it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(_("Write the date like this: 23.11.2026")) from None

    def post_validate(self, form: object, validation_stopped: bool) -> None:
        if self.data and not FIRST_DAY <= self.data <= LAST_DAY:
            raise ValidationError(_("Check the year."))


class ShownForm(Form):
    """What the page showed before the press: the course's newest version, and how many works waited."""

    version = ShownNumber()
    waiting = ShownNumber()


def shown() -> ShownForm:
    """Return what the page showed before the press. Raises Invalid for values that no page shows."""
    form = ShownForm()
    if not form.validate():
        raise Invalid(_("Go back and use the buttons of the page."))
    return form


class ActionForm(Form):
    """Which form of a run's page was sent."""

    action = Switch("save", "open", "close", "enrol", "take-version")


class DetailsForm(Form):
    # whether the run has instructors already, regardless of what is ticked
    has_instructors = False
    name = Line(lazy("What the group calls it"), [required()], length=NAME_LENGTH)
    starts_on = Day(lazy("First day"), [InputRequired(lazy("Choose the first day."))], format=DATE_FORMATS)
    ends_on = Day(lazy("Last day"), [Optional()], format=DATE_FORMATS)
    self_enrolment = Tick(
        lazy("Anyone signed in may join by themselves while it is open"),
        render_kw={"value": "1"},
    )
    instructors = SelectMultipleField(lazy("Instructors"), coerce=row_number, option_widget=CheckboxInput())

    def validate_ends_on(self, field: DateField) -> None:
        if field.data and self.starts_on.data and field.data < self.starts_on.data:
            raise ValidationError(_("The run cannot end before it starts."))

    def details(self) -> RunDetails:
        """Return what was filled in; call it on a valid form only."""
        assert self.name.data
        assert self.starts_on.data
        return RunDetails(
            name=self.name.data,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
            # the field is deleted where the course allows no self-enrolment
            self_enrolment=bool(self.self_enrolment and self.self_enrolment.data),
            instructor_ids=frozenset(self.instructors.data or ()),
        )


class NewRunForm(DetailsForm):
    course = SelectField(lazy("Course"))
    # the slugs of the courses without self-enrolment
    by_invitation: frozenset[str] = frozenset()

    def validate_self_enrolment(self, field: BooleanField) -> None:
        if field.data and self.course.data in self.by_invitation:
            raise ValidationError(
                _("Staff enrol the people of this course. Take the tick off: nobody joins it by themselves.")
            )


class EnrolForm(Form):
    # the operation checks whether they may be enrolled: the search results may have changed since
    people = SelectMultipleField(
        lazy("People found"), coerce=row_number, option_widget=CheckboxInput(), validate_choice=False
    )
    usernames = Text(lazy("User names, one on each line"), [Optional()])

    def names(self) -> list[str]:
        """Return the typed user names, normalised as they are stored, without duplicates."""
        lines = (normal_username(line) for line in (self.usernames.data or "").splitlines())
        return list(dict.fromkeys(line for line in lines if line))

    def validate_usernames(self, field: Text) -> None:
        if len(self.names()) > MOST_USERNAMES:
            raise ValidationError(_("Enrol at most %(count)d people at a time.", count=MOST_USERNAMES))
