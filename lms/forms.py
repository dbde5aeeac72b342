"""The base of every form, the field types that hold people's writing, and the numbers that pages bring back."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request
from wtforms import BooleanField, Field, RadioField, StringField, TextAreaField
from wtforms import Form as WTForm
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.fields.core import UnboundField
from wtforms.validators import DataRequired, Length, ValidationError
from wtforms.widgets import HiddenInput, TextArea

from lms import autosave, user_text
from lms.errors import NotFound
from lms.i18n import DOMAIN, _, lazy
from lms.wording import decimal

# stands for the fields of the request itself
POSTED = object()

LINE_LENGTH = 200
COMMENT_LENGTH = 4_000
TEXT_LENGTH = 20_000
# the largest whole number that both databases hold in a row's id or counter
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
    """A form with the product's messages, filled from the posted text fields and from nothing else.

    Neither JSON nor a file under a text field's name is input. CSRFProtect checks the token of every POST before
    the view runs; csrf_token() is in the templates.
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
    """Refuse an empty field and one that holds only white space."""
    return DataRequired(lazy("Write something here first."))


class _AtMost(Length):
    """A longest length, told with its number as people write it."""

    def __call__(self, form: object, field: Field) -> None:
        if len(field.data or "") > self.max:
            message = _("This is too long. At most %(max)s characters fit here.", max=decimal(self.max))
            raise ValidationError(str(message))


def at_most(length: int) -> Length:
    return _AtMost(max=length)


class _Paper(TextArea):
    """A field that takes a text of any length: one that is too long comes back whole, and nothing is cut unseen."""

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
    # taken along to the page that asks to sign in again, where somebody else may sit by then
    is_carried: bool


def field_names(*forms: type[Form]) -> frozenset[str]:
    """Return the names of all fields of the forms."""
    return frozenset(name for form in forms for name in dir(form) if _declared(form, name))


def writing_fields(*forms: type[Form]) -> Iterator[WritingField]:
    """Yield the lines and texts of the forms, in their order."""
    for form in forms:
        declared = [(name, field) for name in dir(form) if (field := _declared(form, name))]
        for name, field in sorted(declared, key=lambda item: item[1].creation_counter):
            if issubclass(field.field_class, Line | Text):
                yield WritingField(name, field.args[0], field.kwargs.get("is_carried", True))


def _declared(form: type[Form], name: str) -> Any:
    """Return the field of that name as the form declares it, None for anything else."""
    found = getattr(form, name)
    return found if isinstance(found, UnboundField) else None


def options(labels: Iterable[tuple[str, object]]) -> list[Any]:
    """Return the choices of a radio or select field from (value, label) pairs."""
    return [SelectChoice(value, label) for value, label in labels]


def once(form: object, field: Field) -> None:
    """Refuse a field of a closed set that comes more than once: nobody could tell which was meant."""
    if len(field.raw_data or ()) > 1:
        raise ValidationError(str(_BUTTONS))


class Switch(RadioField):
    """What a button or a hidden field of the page says: one of a closed set, once.

    Anything else is refused, and so is nothing, unless `missing` says what that means; let it be what does no harm.
    """

    def __init__(self, *values: str, missing: str | None = None, **kwargs: Any) -> None:
        super().__init__(
            "", [once], choices=options((value, value) for value in values), default=missing, **kwargs
        )
        self.invalid_choice_message = _BUTTONS


class Tick(BooleanField):
    """A box to tick, which sends its own value or nothing; anything else is refused."""

    ON = frozenset({"1", "y", "on", "true"})
    OFF = frozenset({"0", "", "false"})

    def pre_validate(self, form: object) -> None:
        given = self.raw_data or ()
        if len(given) > 1 or not set(given) <= self.ON | self.OFF:
            raise ValidationError(str(_BUTTONS))

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist) and valuelist[0] in self.ON


def row_number(text: object) -> int:
    """Return the id or counter of a row out of a form or an address. Raises ValueError for what no row can have."""
    digits = str(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(LARGEST_NUMBER))):
        raise ValueError(str(_BUTTONS))
    number = int(digits)
    if number > LARGEST_NUMBER:
        raise ValueError(str(_BUTTONS))
    return number


def chosen_id(text: str | None) -> int | None:
    """Return the id that a form or an address names, None for none. Raises NotFound for what no row can have."""
    try:
        return row_number(text) if text else None
    except ValueError:
        raise NotFound from None


class ShownNumber(Field):
    """A number that the page showed and its form brings back, such as the version of a text; None when it brings none."""

    widget = HiddenInput()
    data: int | None

    def _value(self) -> str:
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: list[str]) -> None:
        text = next(iter(valuelist), "")
        # nonsense comes back as 0, the number of a page that has shown nothing yet
        self.data = 0 if text else None
        if text:
            self.data = row_number(text)


def first_errors(form: Form) -> Mapping[str, str]:
    """Return the first message of each field that has one."""
    return {field.name: str(field.errors[0]) for field in form if field.errors}


def first_error(form: Form) -> str:
    """Return the first thing that is wrong; empty when nothing is."""
    return str(next(iter([*first_errors(form).values(), *form.form_errors]), ""))


def refusal(form: Form) -> tuple[dict[str, object], int]:
    """Return the answer to a script about a form that is not accepted."""
    return autosave.refused(" ".join(map(str, form.form_errors)), first_errors(form))
