"""create_app(): a table of contents of the program; it wires and does no work."""

import logging
from importlib import import_module
from importlib.util import find_spec

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import (
    access,
    addresses,
    compression,
    config,
    db,
    errors,
    headers,
    health,
    i18n,
    login,
    personal_data,
    templating,
)
from lms.bodies import WholeBodies
from lms.config import LOOPBACK, Settings

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
)

# the same file names in every feature, each present only when it has content
VIEW_MODULES = ("views", "review_views", "staff_views")

MAX_REQUEST_BYTES = 1_000_000
MAX_FIELD_BYTES = 500_000
MAX_FIELDS = 1_000


def create_app(settings: Settings | None = None) -> Flask:
    """Return the program as a WSGI app. Raises ConfigurationError on settings that make no sense."""
    settings = settings or config.load()
    app = Flask("lms", static_folder=None, template_folder=str(templating.template_folder()))
    app.jinja_environment = templating.Pages
    app.config.from_mapping(_flask_settings(settings))
    app.extensions["settings"] = settings
    logging.getLogger("lms").setLevel(logging.INFO)
    addresses.init_app(app, hosts=LOOPBACK | {settings.host})
    db.init_app(app, settings)
    login.init_app(app)
    i18n.init_app(app)
    errors.init_app(app)
    CSRFProtect(app).exempt(headers.bp)
    access.init_app(app, login.may)
    templating.init_app(app, settings)
    compression.init_app(app)
    health.init_app(app)
    for feature in FEATURES:
        _add_feature(app, feature)
    app.wsgi_app = WholeBodies(app.wsgi_app, largest=MAX_REQUEST_BYTES)  # type: ignore[method-assign]
    headers.init_app(app)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.environment is config.Environment.TEST,
        "MAX_CONTENT_LENGTH": MAX_REQUEST_BYTES,
        "MAX_FORM_MEMORY_SIZE": MAX_FIELD_BYTES,
        "MAX_FORM_PARTS": MAX_FIELDS,
        "SESSION_COOKIE_NAME": "__Host-lms" if settings.is_https else "lms",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open overnight still saves
        "WTF_CSRF_SSL_STRICT": False,  # we send no referrer; the token and SameSite guard
        "PROPAGATE_EXCEPTIONS": False,
    }


def _add_feature(app: Flask, feature: str) -> None:
    """Add what the feature has: views, ears for signals, personal data."""
    for name in VIEW_MODULES:
        if module := _module(feature, name):
            app.register_blueprint(module.bp)
    _module(feature, "listeners")
    if module := _module(feature, "privacy"):
        personal_data.register(module.HOLDINGS)


def _module(feature: str, name: str):  # type: ignore[no-untyped-def]  # a module has no narrower type
    path = f"lms.{feature}.{name}"
    return import_module(path) if find_spec(path) else None


def import_models() -> None:
    """Import every model, so that the metadata is whole."""
    for feature in FEATURES:
        _module(feature, "models")
    import_module("lms.audit")
