"""Shows people again what they wrote in a refused form; each endpoint's forms declare which fields contain writing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

from lms.forms import Form, WritingField, field_names, writing_fields

# a form that carries a refused form along puts this before its field names, and has its path in a field of its own
PREFIX = "kept-"
PATH = "kept_path"


@dataclass(frozen=True)
class Fields:
    """The fields of an endpoint's forms: those for people's writing, and the names of all."""

    writing: tuple[WritingField, ...] = ()
    names: frozenset[str] = frozenset()


def init_app(app: Flask) -> None:
    app.extensions["form_texts"] = {}


def register(app: Flask, forms: Mapping[str, tuple[type[Form], ...]]) -> None:
    """Register the forms of a feature's endpoints. Raises RuntimeError for an endpoint that does not exist."""
    if unknown := forms.keys() - app.view_functions.keys():
        raise RuntimeError(f"forms are declared for views that are not there: {sorted(unknown)}")
    known: dict[str, Fields] = app.extensions["form_texts"]
    known.update(
        {name: Fields(tuple(writing_fields(*taken)), field_names(*taken)) for name, taken in forms.items()}
    )


def target_of(path: str) -> tuple[str, Mapping[str, Any]] | None:
    """Return the endpoint that takes a form sent to `path`, with the values in the path; None when there is none."""
    if not path.startswith("/") or path[1:2] in ("/", "\\"):
        return None
    try:
        view, address = current_app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return None
    return str(view), address


def of_request() -> list[tuple[str, str]]:
    """Return what the person wrote in the refused request, as (label, text) pairs."""
    if request.method != "POST" or g.get("body_refused"):
        return []
    brought = {
        name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)
    }
    target = target_of(request.form.get(PATH, ""))
    return _all_texts(request.endpoint, request.form) or _all_texts(target[0] if target else None, brought)


def carried(path: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the texts of a form sent to `path` that may be shown before its writer has signed in again."""
    target = target_of(path)
    fields = _fields_of(target[0]).writing if target else ()
    return _texts((field for field in fields if field.is_carried), given)


def _all_texts(endpoint: str | None, given: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the texts in the endpoint's own fields, then those in fields that only other forms of the site have.

    A page that has long been open may send fields that the endpoint no longer takes.
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
