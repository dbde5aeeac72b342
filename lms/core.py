"""create_core(): the program without its pages, which is all that a command needs."""

import logging
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from flask import Flask
from flask.logging import default_handler

from lms import db
from lms.config import Settings
from lms.logs import LineFormatter

FEATURES = (
    "accounts",
    "catalogue",
    "help",
    "criteria",
    "booklets",
    "runs",
    "tasks",
    "quizzes",
    "diary",
    "lessons",
    "checklists",
    "certificates",
    "review",
    "privacy",
    "home",
    "demo",
)

# tables that no feature owns
FOUNDATION_MODELS = ("lms.audit", "lms.limits", "lms.quota")


def create_core(settings: Settings) -> Flask:
    """Return an app with settings, the database, all models and all ears for signals, but no pages."""
    app = Flask("lms", static_folder=None)
    app.extensions["settings"] = settings
    logging.getLogger("lms").setLevel(logging.INFO)
    default_handler.setFormatter(LineFormatter())  # for a server that sets up no log of its own
    db.init_app(app, settings)
    import_models()
    for feature in FEATURES:
        module_of(feature, "listeners")
    return app


def import_models() -> None:
    """Import every model, so that the metadata is whole."""
    for feature in FEATURES:
        module_of(feature, "models")
    for module in FOUNDATION_MODELS:
        import_module(module)


def module_of(feature: str, name: str) -> ModuleType | None:
    """Return the feature's module of that name; None when the feature has none."""
    path = f"lms.{feature}.{name}"
    return import_module(path) if find_spec(path) else None
