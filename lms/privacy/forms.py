"""Input of erasing one's own data."""

from wtforms import BooleanField, PasswordField
from wtforms.validators import InputRequired, Length

from lms.forms import Form, required
from lms.i18n import lazy


class EraseForm(Form):
    understood = BooleanField(
        lazy("I understand that my data cannot be brought back."),
        [InputRequired(lazy("Tick this when you are sure."))],
    )
    password = PasswordField(lazy("Password"), [required(), Length(max=1_000)])
