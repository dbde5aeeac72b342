"""What people wrote in a form that is refused, to be shown again: each endpoint's forms say which fields hold it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

from lms.forms import Form, WritingField, field_names, writing_fields

# before the name of a field of a refused form, in the form that carries it along, and where the form was sent
PREFIX = "kept-"
PATH = "kept_path"


@dataclass(frozen=True)
class Fields:
    """What an endpoint's forms take: the fields that hold writing, and the names of all."""

    writing: tuple[WritingField, ...] = ()
    names: frozenset[str] = frozenset()


def init_app(app: Flask) -> None:
    app.extensions["form_texts"] = {}


def register(app: Flask, forms: Mapping[str, tuple[type[Form], ...]]) -> None:
    """Take the forms that a feature's endpoints take. Raises RuntimeError for an endpoint that is not there."""
    if unknown := forms.keys() - app.view_functions.keys():
        raise RuntimeError(f"forms are declared for views that are not there: {sorted(unknown)}")
    known: dict[str, Fields] = app.extensions["form_texts"]
    known.update(
        {name: Fields(tuple(writing_fields(*taken)), field_names(*taken)) for name, taken in forms.items()}
    )


def target_of(path: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return our own view that takes a form sent to `path`, with the values in the path; None when there is none."""
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return None
    try:
        view, address = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return None
    return str(view), address


def of_request() -> list[tuple[str, str]]:
    """Return what the person had written in the refused request, as (label, text) pairs."""
    if request.method != "POST" or g.get("body_refused"):
        return []
    brought = {
        name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)
    }
    target = target_of(request.form.get(PATH, ""))
    return _all_texts(request.endpoint, request.form) or _all_texts(target[0] if target else None, brought)


def carried(path: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what of a form sent to `path` may be shown before its writer has signed in again."""
    target = target_of(path)
    fields = _fields_of(target[0]).writing if target else ()
    return _texts((field for field in fields if field.is_carried), given)


def _all_texts(endpoint: str | None, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the texts of the endpoint's own forms, and what another form of ours would hold under another name.

    A page that was open for long may send a form that the endpoint does not take any more.
    """
    known: Mapping[str, Fields] = current_app.extensions["form_texts"]
    own = _fields_of(endpoint)
    others = {
        field.name: field
        for fields in known.values()
        for field in fields.writing
        if field.name not in own.names
    }
    return _texts((*own.writing, *others.values()), given)


def _fields_of(endpoint: str | None) -> Fields:
    known: Mapping[str, Fields] = current_app.extensions["form_texts"]
    return known.get(endpoint or "", Fields())


def _texts(fields: Iterable[WritingField], given: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(str(field.label), given[field.name]) for field in fields if given.get(field.name, "").strip()]
