"""Saving a form that arrives after the sign-in has ended: each feature declares how its own forms are saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from flask import Flask, current_app
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from lms.login import SignedIn


@dataclass(frozen=True)
class ExpiredForm:
    """A form as it was sent; `mark` stays the same when the same form is sent again."""

    address: Mapping[str, Any]
    fields: MultiDict[str, str]
    mark: str


@dataclass(frozen=True)
class Recovered:
    """The text is saved for its writer: the message to them, and the page where it is now."""

    message: str
    url: str


class Recoverer(Protocol):
    """Saves the writer's text without sharing it, sending it, or overwriting anything newer.

    Raises a DomainError when it cannot; the text is then shown to its writer with the reason.
    """

    def __call__(self, session: Session, form: ExpiredForm, *, by: SignedIn, now: datetime) -> Recovered: ...


def init_app(app: Flask) -> None:
    app.extensions["form_recovery"] = {}


def register(app: Flask, rescues: Mapping[str, Recoverer]) -> None:
    """Register how the forms of a feature's endpoints are saved. Raises RuntimeError for an unknown endpoint."""
    if unknown := rescues.keys() - app.view_functions.keys():
        raise RuntimeError(f"forms of views that are not there are saved: {sorted(unknown)}")
    app.extensions["form_recovery"].update(rescues)


def recoverer_of(endpoint: str) -> Recoverer | None:
    """Return how the endpoint's form is saved, None for a form that goes to somebody else."""
    found: Recoverer | None = current_app.extensions["form_recovery"].get(endpoint)
    return found
