"""What people wrote in a form that is refused, to be shown again: each endpoint's forms say which fields hold it."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Flask, current_app, g, request
from werkzeug.exceptions import HTTPException

from lms.forms import Form, WritingField, writing_fields

# before the name of a field of a refused form, in the form that carries it along, and where the form was sent
PREFIX = "kept-"
PATH = "kept_path"

Fields = tuple[WritingField, ...]


def init_app(app: Flask) -> None:
    app.extensions["form_texts"] = {}


def register(app: Flask, forms: Mapping[str, tuple[type[Form], ...]]) -> None:
    """Take the forms that a feature's endpoints take. Raises RuntimeError for an endpoint that is not there."""
    if unknown := forms.keys() - app.view_functions.keys():
        raise RuntimeError(f"forms are declared for views that are not there: {sorted(unknown)}")
    known: dict[str, Fields] = app.extensions["form_texts"]
    known.update({endpoint: tuple(writing_fields(*taken)) for endpoint, taken in forms.items() if taken})


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
    carried = {
        name.removeprefix(PREFIX): text for name, text in request.form.items() if name.startswith(PREFIX)
    }
    target = target_of(request.form.get(PATH, ""))
    return _texts(_fields_of(request.endpoint), request.form) or _texts(
        _fields_of(target[0] if target else None), carried
    )


def carried(path: str, fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return what of a form sent to `path` may be shown before its writer has signed in again."""
    target = target_of(path)
    declared: Fields = current_app.extensions["form_texts"].get(target[0], ()) if target else ()
    return _texts((field for field in declared if field.is_carried), fields)


def _fields_of(endpoint: str | None) -> Fields:
    """Return the fields of the endpoint's forms; of all forms for an address that takes none, or no longer."""
    known: dict[str, Fields] = current_app.extensions["form_texts"]
    if endpoint in known:
        return known[endpoint]
    every = (field for fields in known.values() for field in fields)
    return tuple({field.name: field for field in every}.values())


def _texts(fields: Iterable[WritingField], given: Mapping[str, str]) -> list[tuple[str, str]]:
    return [(str(field.label), given[field.name]) for field in fields if given.get(field.name, "").strip()]
