"""The diary's forms: an entry, and a comment on one."""

import secrets

from wtforms import HiddenField
from wtforms.validators import ValidationError

from lms.diary.models import DiaryEntry
from lms.diary.operations import EntryContent
from lms.diary.queries import EntryView
from lms.forms import COMMENT_LENGTH, LINE_LENGTH, Form, Line, ShownNumber, Text, at_most, one_line, required
from lms.i18n import lazy

KEY_LENGTH = 40
# the maximum length of a title made from the text's first words
TITLE_LENGTH = 40


def draw_key() -> str:
    """Return a key for a new form; the same form sent twice creates one entry."""
    return secrets.token_urlsafe(16)


def first_words(text: str) -> str:
    """Return the beginning of a text as its title, cut between words."""
    line = " ".join(text.split())
    if len(line) <= TITLE_LENGTH:
        return line
    cut = line[: TITLE_LENGTH + 1].rsplit(" ", 1)[0][:TITLE_LENGTH]
    return cut.rstrip(".,;:!?–- ") + "…"


class EntryForm(Form):
    title = Line(lazy("A title for your text"))
    body = Text(lazy("Your own text"), [required()])
    # the button that was pressed, if it was about sharing
    shared = HiddenField()
    key = HiddenField(validators=[at_most(KEY_LENGTH)], filters=(one_line,))
    # the field's name in the pages and their script
    version = ShownNumber(name="revision")
    run = HiddenField()
    lesson = HiddenField()
    prompt = HiddenField()

    def validate_shared(self, field: HiddenField) -> None:
        if (field.raw_data or ["0"]) not in (["0"], ["1"]):
            raise ValidationError(str(lazy("Use the buttons of the page.")))

    @property
    def form_key(self) -> str:
        """Return the form's key; a client that sends none gets a new one."""
        return self.key.data or draw_key()

    @property
    def seen_version(self) -> int:
        """Return the version that the writer's page showed, 0 for none."""
        return self.version.data or 0

    def content(self, *, prompt_title: str, is_pressed: bool) -> EntryContent:
        """Return what to save; a text without a title gets the prompt's title, or its own first words.

        Only a person's press of a sharing button changes who may read it.
        """
        body = self.body.data or ""
        return EntryContent(
            title=self.title.data or prompt_title[:LINE_LENGTH] or first_words(body),
            body=body,
            shared=self.shared.data == "1" if is_pressed and self.shared.data else None,
        )


def form_of(entry: EntryView | DiaryEntry) -> EntryForm:
    """Return a form filled with the entry."""
    return EntryForm(
        formdata=None,
        data={
            "title": entry.title,
            "body": entry.body,
            "version": entry.version,
        },
    )


class CommentForm(Form):
    body = Text(lazy("Write a comment"), [required()], length=COMMENT_LENGTH, id="comment")
