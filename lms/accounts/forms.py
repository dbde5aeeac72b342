"""Input of signing in, own password, and people."""

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length
from wtforms.widgets import CheckboxInput, ListWidget

from lms.access import Role
from lms.accounts.policy import ROLE_LABELS
from lms.forms import Form, Line, at_most, options, plain, required
from lms.i18n import LANGUAGES, lazy

PASSWORD_FIELD_LENGTH = 1_000

LENGTH_MESSAGE = lazy("This is too long. At most %(max)d characters fit here.")


def password_field(label: str) -> PasswordField:
    """Return a field for a password of any sensible length, taken exactly as it is typed."""
    return PasswordField(label, [required(), Length(max=PASSWORD_FIELD_LENGTH, message=LENGTH_MESSAGE)])


class SignInForm(Form):
    username = StringField(
        lazy("User name"),
        [InputRequired(lazy("Write your user name.")), at_most(200), plain],
        render_kw={"autocapitalize": "none"},
    )
    password = PasswordField(
        lazy("Password"),
        [
            InputRequired(lazy("Write your password.")),
            Length(max=PASSWORD_FIELD_LENGTH, message=LENGTH_MESSAGE),
        ],
    )


class OwnPasswordForm(Form):
    current = password_field(lazy("Your password now"))
    new = password_field(lazy("New password"))


class GivenPasswordForm(Form):
    password = password_field(lazy("New password"))


class RolesForm(Form):
    roles = SelectMultipleField(
        lazy("Roles"),
        [InputRequired(lazy("Choose at least one role."))],
        choices=options((role.value, label) for role, label in ROLE_LABELS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )

    @property
    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or ())


class PersonForm(RolesForm):
    username = Line(
        lazy("User name"),
        [required()],
        length=50,
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    name = Line(lazy("Name"), [required()], length=100)
    language = SelectField(lazy("Language"), choices=options(LANGUAGES.items()), default="fi")
    password = password_field(lazy("First password"))
