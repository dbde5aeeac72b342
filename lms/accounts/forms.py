"""Forms for signing in, for one's own password, and for people."""

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired
from wtforms.widgets import CheckboxInput, ListWidget

from lms.access import Role
from lms.accounts.policy import ROLE_LABELS
from lms.forms import Form, Line, Switch, at_most, once, options, required
from lms.i18n import LANGUAGES, lazy

PASSWORD_FIELD_LENGTH = 1_000


def password_field(label: str) -> PasswordField:
    """Return a field for a password of any sensible length, taken exactly as it is typed."""
    return PasswordField(label, [required(), at_most(PASSWORD_FIELD_LENGTH)])


class SignInForm(Form):
    username = StringField(
        lazy("User name"),
        [InputRequired(lazy("Write your user name.")), at_most(200)],
        render_kw={"autocapitalize": "none"},
    )
    password = PasswordField(
        lazy("Password"),
        [
            InputRequired(lazy("Write your password.")),
            at_most(PASSWORD_FIELD_LENGTH),
        ],
    )


class LanguageForm(Form):
    language = Switch(*LANGUAGES)


class OwnPasswordForm(Form):
    current = password_field(lazy("Your current password"))
    new = password_field(lazy("New password"))


class GivenPasswordForm(Form):
    password = password_field(lazy("New password"))


def roles_field() -> SelectMultipleField:
    return SelectMultipleField(
        lazy("Roles"),
        [InputRequired(lazy("Choose at least one role."))],
        choices=options((role.value, label) for role, label in ROLE_LABELS.items()),
        option_widget=CheckboxInput(),
        widget=ListWidget(prefix_label=False),
    )


class RolesForm(Form):
    roles = roles_field()

    @property
    def chosen(self) -> frozenset[Role]:
        return frozenset(Role(value) for value in self.roles.data or ())


def name_field() -> Line:
    return Line(lazy("Name"), [required()], length=100, is_carried=False)


class NameForm(Form):
    name = name_field()


class PersonForm(RolesForm):
    """A new person; the fields, and so the errors, are in the order of the page."""

    name = name_field()
    username = Line(
        lazy("User name"),
        [required()],
        length=50,
        is_carried=False,
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    roles = roles_field()
    language = SelectField(lazy("Language"), [once], choices=options(LANGUAGES.items()), default="fi")
    password = password_field(lazy("First password"))


class DisabledForm(Form):
    """Whether the account is closed (`1`) or open (`0`)."""

    disabled = Switch("0", "1")
