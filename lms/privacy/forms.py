"""The form for erasing one's own data."""

from wtforms import PasswordField
from wtforms.validators import DataRequired, Length

from lms.forms import Form, Tick, required
from lms.i18n import lazy


class EraseForm(Form):
    understood = Tick(
        lazy("I understand that my data cannot be brought back."),
        [DataRequired(lazy("Tick this when you are sure."))],
    )
    password = PasswordField(lazy("Password"), [required(), Length(max=1_000)])
