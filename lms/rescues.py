"""What becomes of a form that came after its sign-in had ended: each feature says how its own forms are saved."""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from datetime import datetime
from types import ModuleType
from typing import Any, Protocol

from flask import Flask, current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.login import SignedIn


@dataclass(frozen=True)
class KeptForm:
    """A form as it was sent; `mark` is the same when the same form is brought again."""

    address: Mapping[str, Any]
    fields: MultiDict[str, str]
    mark: str


@dataclass(frozen=True)
class Rescued:
    """The text is safe as its writer's own: what to tell them, and the page where it stands now."""

    told: str
    url: str


class Rescue(Protocol):
    """Saves the writer's own text: never shared, never sent, nothing newer overwritten.

    Raises a DomainError when it cannot; the text is then shown to its writer with the reason.
    """

    def __call__(self, session: Session, form: KeptForm, *, by: SignedIn, now: datetime) -> Rescued: ...


def init_app(app: Flask) -> None:
    app.extensions["rescues"] = {}
    app.extensions["without_writing"] = set()


def register(app: Flask, module: ModuleType) -> None:
    """Take what a feature declares: RESCUES by endpoint, and the endpoints of its forms WITHOUT_WRITING."""
    found: Mapping[str, Rescue] = getattr(module, "RESCUES", {})
    silent: Set[str] = getattr(module, "WITHOUT_WRITING", frozenset())
    if unknown := {*found, *silent} - app.view_functions.keys():
        raise RuntimeError(f"{module.__name__} names views that are not there: {sorted(unknown)}")
    app.extensions["rescues"].update(found)
    app.extensions["without_writing"].update(silent)


def rescue_of(endpoint: str) -> Rescue | None:
    """Return how the text of the endpoint's form is saved; None for a form that reaches somebody else."""
    found: Rescue | None = current_app.extensions["rescues"].get(endpoint)
    return found


def holds_writing(endpoint: str) -> bool:
    """Tell whether the endpoint's form may hold people's writing, and not only names and passwords."""
    return endpoint not in current_app.extensions["without_writing"]
