"""Input of signing in, own password, and people."""

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

from lms.access import Role
from lms.forms import Form, Line, at_most, required
from lms.i18n import LANGUAGES, lazy

PASSWORD_FIELD_LENGTH = 1_000

ROLE_LABELS = {
    Role.PARTICIPANT: lazy("Participant"),
    Role.INSTRUCTOR: lazy("Instructor"),
    Role.TEACHER: lazy("Teacher"),
    Role.STAFF: lazy("Staff"),
    Role.ADMIN: lazy("Admin"),
}


class SignInForm(Form):
    username = StringField(
        lazy("User name"), [InputRequired(lazy("Write your user name.")), at_most(200)], render_kw={"autocapitalize": "none"}
    )
    password = PasswordField(
        lazy("Password"), [InputRequired(lazy("Write your password.")), Length(max=PASSWORD_FIELD_LENGTH)]
    )


class PasswordForm(Form):
    current = PasswordField(lazy("Your password now"), [required(), Length(max=PASSWORD_FIELD_LENGTH)])
    new = PasswordField(lazy("New password"), [required(), Length(max=PASSWORD_FIELD_LENGTH)])


class FirstPasswordForm(Form):
    password = PasswordField(lazy("New password"), [required(), Length(max=PASSWORD_FIELD_LENGTH)])


class RolesForm(Form):
    roles = SelectMultipleField(lazy("Roles"), choices=[(role.value, label) for role, label in ROLE_LABELS.items()])


class PersonForm(RolesForm):
    username = Line(lazy("User name"), [required()], length=50)
    name = Line(lazy("Name"), [required()], length=100)
    language = SelectField(lazy("Language"), choices=list(LANGUAGES.items()), default="fi")
    password = PasswordField(lazy("First password"), [required(), Length(max=PASSWORD_FIELD_LENGTH)])
