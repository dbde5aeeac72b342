"""The base of every form, field types for people's writing, and fields for numbers that pages send back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # missing from the stubs
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import HiddenInput, TextArea

from lms import autosave, user_text
from lms.errors import NotFound
from lms.i18n import DOMAIN, _, lazy
from lms.wording import decimal

# a default that means: read the fields of the request
POSTED = object()

LINE_LENGTH = 200
COMMENT_LENGTH = 4_000
TEXT_LENGTH = 20_000
# the largest integer that both databases store in a row's id or counter
LARGEST_NUMBER = 2**31 - 1


_BUTTONS = lazy("Use the buttons of the page.")


class _Translations:
    """WTForms' own messages, from the product's catalogues."""

    def gettext(self, message: str) -> str:
        return str(DOMAIN.gettext(message))

    def ngettext(self, one: str, many: str, count: int) -> str:
        # WTForms fills in its own placeholders afterwards
        return str(DOMAIN.get_translations().ungettext(one, many, count))


class Form(WTForm):
    """A form with the product's messages, filled only from the posted text fields.

    JSON, and a file under a text field's name, are ignored. CSRFProtect checks the token of every POST before
    the view runs; templates add it with csrf_token().
    """

    class Meta:
        def get_translations(self, form: object) -> _Translations:
            return _Translations()

    def __init__(self, formdata: Any = POSTED, **kwargs: Any) -> None:
        if formdata is POSTED:
            formdata = request.form if request.method == "POST" else None
        super().__init__(formdata=formdata, **kwargs)


def one_line(value: str | None) -> str | None:
    return None if value is None else user_text.one_line(value)


def required() -> DataRequired:
    """Refuse an empty field and one that contains only white space."""
    return DataRequired(lazy("Write something here first."))


class _AtMost(Length):
    """A maximum length, whose message formats the number as people write it."""

    def __call__(self, form: object, field: Field) -> None:
        if len(field.data or "") > self.max:
            message = _("This is too long. At most %(max)s characters fit here.", max=decimal(self.max))
            raise ValidationError(str(message))


def at_most(length: int) -> Length:
    return _AtMost(max=length)


class _Paper(TextArea):
    """A text area without maxlength: a text that is too long is refused and shown whole instead of cut silently."""

    def __init__(self) -> None:
        self.validation_attrs = [name for name in TextArea.validation_attrs if name != "maxlength"]


class Line(StringField):
    """One line of text, at most `length` letters; `is_carried`: see WritingField."""

    def __init__(
        self,
        label: Any,
        validators: Sequence[Callable[..., Any]] = (),
        *,
        length: int = LINE_LENGTH,
        is_carried: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [*validators, at_most(length)], filters=(one_line,), **kwargs)


class Text(TextAreaField):
    """Several lines of plain text, at most `length` letters; `is_carried`: see WritingField."""

    widget = _Paper()

    def __init__(
        self,
        label: Any,
        validators: Sequence[Callable[..., Any]] = (),
        *,
        length: int = TEXT_LENGTH,
        is_carried: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(label, [*validators, at_most(length)], **kwargs)


@dataclass(frozen=True)
class WritingField:
    """A field that holds people's writing, which is shown to its writer again when the form is refused."""

    name: str
    label: object
    # whether to show it on the page that asks to sign in again, where somebody else may be sitting by then
    is_carried: bool


def field_names(*forms: type[Form]) -> frozenset[str]:
    """Return the names of all fields of the forms."""
    return frozenset(name for form in forms for name in dir(form) if _declared(form, name))


def writing_fields(*forms: type[Form]) -> Iterator[WritingField]:
    """Yield the Line and Text fields of the forms, in order."""
    for form in forms:
        declared = [(name, field) for name in dir(form) if (field := _declared(form, name))]
        for name, field in sorted(declared, key=lambda item: item[1].creation_counter):
            if issubclass(field.field_class, Line | Text):
                yield WritingField(name, field.args[0], field.kwargs.get("is_carried", True))


def _declared(form: type[Form], name: str) -> Any:
    """Return the field of that name as the form class declares it, None for any other attribute."""
    found = getattr(form, name)
    return found if isinstance(found, UnboundField) else None


def options(labels: Iterable[tuple[str, object]]) -> list[Any]:
    """Return the choices of a radio or select field from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in labels]


def once(form: object, field: Field) -> None:
    """Refuse a choice that is sent more than once: it is not clear which was meant."""
    if len(field.raw_data or ()) > 1:
        raise ValidationError(str(_BUTTONS))


class Switch(RadioField):
    """The value of a button or a hidden field: one of a closed set, sent once.

    Anything else is refused, and so is no value, unless `missing` says what that means; choose what does no harm.
    """

    def __init__(self, *values: str, missing: str | None = None, **kwargs: Any) -> None:
        super().__init__(
            "", [once], choices=options((value, value) for value in values), default=missing, **kwargs
        )
        self.invalid_choice_message = _BUTTONS


class Tick(BooleanField):
    """A checkbox, which sends its value or nothing; anything else is refused."""

    ON = frozenset({"1", "y", "on", "true"})
    OFF = frozenset({"0", "", "false"})

    def pre_validate(self, form: object) -> None:
        given = self.raw_data or ()
        if len(given) > 1 or not set(given) <= self.ON | self.OFF:
            raise ValidationError(str(_BUTTONS))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist) and valuelist[0] in self.ON


def row_number(text: object) -> int:
    """Return a row's id or counter from a form or an address. Raises ValueError for a number that no row can have."""
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_NUMBER))):
        raise ValueError(str(_BUTTONS))
    number = int(digits)
    if number > LARGEST_NUMBER:
        raise ValueError(str(_BUTTONS))
    return number


def chosen_id(text: str | None) -> int | None:
    """Return the id in a form or an address, None for none. Raises NotFound for an id that no row can have."""
    try:
        return row_number(text) if text else None
    except ValueError:
        raise NotFound from None


class ShownNumber(Field):
    """A number from the page that its form sends back, such as the version of a text; None when it is missing."""

    widget = HiddenInput()
    data: int | None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = next(iter(valuelist), "")
        # an invalid number is shown again as 0, the version of a page that has not shown a text yet
        self.data = 0 if text else None
        if text:
            self.data = row_number(text)


def first_errors(form: Form) -> Mapping[str, str]:
    """Return the first message of each field that has one."""
    return {field.name: str(field.errors[0]) for field in form if field.errors}


def first_error(form: Form) -> str:
    """Return the first error message; empty when there is none."""
    return str(next(iter([*first_errors(form).values(), *form.form_errors]), ""))


def refusal(form: Form) -> tuple[dict[str, object], int]:
    """Return the response that tells a script why its form was not accepted."""
    return autosave.refused(" ".join(map(str, form.form_errors)), first_errors(form))
