"""What was written in a form that came after the sign-in had ended: carried along, given back to its writer alone."""

from dataclasses import dataclass

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer
from werkzeug.exceptions import HTTPException

from lms import errors

PREFIX = "kept-"
NEVER_KEPT = frozenset({"csrf_token", "page", "password", "current", "new"})

# no form of ours that holds writing has so many
MOST_FIELDS = 200

# their forms hold names and passwords, not people's writing
WITHOUT_WRITING = ("/me", "/people", "/sign-in", "/sign-out", "/language")

# their one press can save the writer's own text and do no more; every other form reaches somebody else
SAVING_VIEWS = frozenset({"diary.write", "diary.save", "lessons.answer", "checklists.change_claim"})


@dataclass(frozen=True)
class Kept:
    """The fields of a refused form, where it was sent, and the signed id of who wrote it, when that is known."""

    path: str
    fields: tuple[tuple[str, str], ...]
    writer: str

    @property
    def shown(self) -> list[tuple[str, str]]:
        """Return the people's writing among the fields, with its labels."""
        return errors.writing_in(dict(self.fields))

    @property
    def may_be_saved(self) -> bool:
        return _view_of(self.path) in SAVING_VIEWS and "decision" not in dict(self.fields)

    @property
    def is_for_sending(self) -> bool:
        """Tell whether the refused press was for more than saving."""
        return dict(self.fields).get("action", "save") != "save"

    @property
    def will_be_shared(self) -> bool:
        return dict(self.fields).get("shared") == "1"

    @property
    def for_saving(self) -> list[tuple[str, str]]:
        """Return the fields of a form whose press saves the text and neither sends nor removes anything."""
        return [
            (name, "save" if name == "action" else text) for name, text in self.fields if name != "remove"
        ]

    @property
    def carried(self) -> list[tuple[str, str]]:
        """Return the fields by which a form takes all of this along, as of_carrying_form() reads them."""
        return [
            ("kept_path", self.path),
            *([("kept_writer", self.writer)] if self.writer else []),
            *((PREFIX + name, text) for name, text in self.fields),
        ]

    def is_by(self, person_id: int) -> bool:
        try:
            return bool(_signer().loads(self.writer) == person_id)
        except BadSignature:
            return False


def of_refused_form(writer: int | None) -> Kept | None:
    """Return what this request brought without a good sign-in; None when there is no text in it.

    `writer` is who wrote it. SECURITY: name one only for a form that came with its token; any other may be somebody
    else's, and would be offered to this person as their own.
    """
    fields = tuple((name, text) for name, text in request.form.items(multi=True) if name not in NEVER_KEPT)
    return _worth_keeping(Kept(request.path, fields, _signer().dumps(writer) if writer else ""))


def of_carrying_form() -> Kept | None:
    """Return what the sign-in form, or the form of the languages beside it, carries along."""
    fields = tuple(
        (name.removeprefix(PREFIX), text)
        for name, text in request.form.items(multi=True)
        if name.startswith(PREFIX) and name.removeprefix(PREFIX) not in NEVER_KEPT
    )
    given = request.form.get
    return _worth_keeping(Kept(given("kept_path", ""), fields, given("kept_writer", "")))


def _worth_keeping(kept: Kept) -> Kept | None:
    if len(kept.fields) > MOST_FIELDS:
        return None
    is_elsewhere = any(kept.path == path or kept.path.startswith(f"{path}/") for path in WITHOUT_WRITING)
    return kept if kept.shown and not is_elsewhere and _view_of(kept.path) else None


def _view_of(path: str) -> str | None:
    """Return the name of our own view that takes a form sent to `path`; None when there is none."""
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return None
    try:
        view, _arguments = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return None
    return str(view)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="writer of a kept text")
