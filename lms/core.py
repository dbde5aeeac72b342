"""create_core(): the program without its pages, as the commands use it."""

import logging
from collections.abc import Mapping, Set
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from flask import Flask
from flask.logging import default_handler

from lms import db, maintenance
from lms.checklists.listeners import copies_in_claims, open_claims_of_all, open_claims_of_one
from lms.checklists.queries import waiting_in_run as claims_waiting
from lms.config import Settings
from lms.diary.listeners import remove_deleted
from lms.diary.providers import copy_providers
from lms.logs import LineFormatter
from lms.runs.providers import waiting_counters
from lms.runs.signals import enrolled, version_taken
from lms.tasks.queries import waiting_in_run as answers_waiting

_LEARNING = {"accounts", "catalogue", "runs", "tasks", "quizzes", "diary"}
_BELOW_THE_TOP = _LEARNING | {"criteria", "lessons", "checklists", "certificates"}

# every feature, in the order in which pages are added, with the features that it may import; a test enforces this
FEATURES: Mapping[str, Set[str]] = {
    "accounts": set(),
    "catalogue": {"accounts"},
    "help": {"catalogue"},
    "criteria": {"accounts", "catalogue"},
    "booklets": {"catalogue", "criteria"},
    "runs": {"accounts", "catalogue", "criteria"},
    "tasks": {"accounts", "catalogue", "runs"},
    "quizzes": {"accounts", "catalogue", "runs"},
    "diary": {"accounts", "catalogue", "runs"},
    "lessons": _LEARNING,
    "checklists": _LEARNING | {"criteria"},
    "certificates": _BELOW_THE_TOP,
    "review": _BELOW_THE_TOP,
    "privacy": _BELOW_THE_TOP,
    "home": _BELOW_THE_TOP | {"review"},
    "demo": _BELOW_THE_TOP | {"home"},
}

# tables that no feature owns
FOUNDATION_MODELS = ("lms.audit", "lms.limits", "lms.quota")


def create_core(settings: Settings) -> Flask:
    """Return an app with settings, the database, all models and all listeners, but no pages."""
    app = Flask("lms", static_folder=None)
    app.extensions["settings"] = settings
    logging.getLogger("lms").setLevel(logging.INFO)
    default_handler.setFormatter(LineFormatter())  # for a server that does not configure logging itself
    db.init_app(app, settings)
    import_models()
    connect_features()
    return app


def connect_features() -> None:
    """Connect listeners to signals, and providers to the features that ask them; calling this twice does no harm."""
    enrolled.connect(open_claims_of_one)
    version_taken.connect(open_claims_of_all)
    maintenance.due.connect(remove_deleted)
    copy_providers.register(copies_in_claims)
    waiting_counters.register(answers_waiting)
    waiting_counters.register(claims_waiting)


def import_models() -> None:
    """Import every model, so that the metadata is complete."""
    for feature in FEATURES:
        module_of(feature, "models")
    for module in FOUNDATION_MODELS:
        import_module(module)


def module_of(feature: str, name: str) -> ModuleType | None:
    """Return the feature's module of that name, None when it has none."""
    path = f"lms.{feature}.{name}"
    return import_module(path) if find_spec(path) else None
