"""create_app(): wires the parts of the program together, in order, and does no work itself."""

from flask import Flask
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from lms import (
    access,
    audit_words,
    autosave,
    config,
    error_pages,
    form_recovery,
    form_texts,
    i18n,
    links,
    login,
    logs,
    personal_data,
    templating,
    user_text,
)
from lms.accounts import sign_in
from lms.config import LOOPBACK, Settings
from lms.core import FEATURES, create_core, module_of
from lms.feature import Feature
from lms.home.navigation import nav_items_for
from lms.serving import addresses, bodies, compression, headers, health


def create_app(settings: Settings | None = None) -> Flask:
    """Return the program as a WSGI app. Raises ConfigurationError on invalid settings."""
    settings = settings or config.load()
    app = create_core(settings)
    app.template_folder = str(templating.template_folder())
    app.jinja_environment = templating.TemplateEnvironment
    app.config.from_mapping(_flask_settings(settings))
    login.init_app(app, sign_in.load)
    i18n.init_app(app)
    error_pages.init_app(app)
    # before anything reads the form, but after the language of an error page is known
    addresses.init_app(app, hosts=LOOPBACK | {settings.host})
    bodies.init_app(app)
    user_text.init_app(app)
    autosave.init_app(app)
    CSRFProtect(app).exempt(headers.bp)
    access.init_app(app, login.may)
    templating.init_app(app, settings, nav_items_for)
    compression.init_app(app)
    health.init_app(app, settings)
    form_recovery.init_app(app)
    audit_words.init_app(app)
    form_texts.init_app(app)
    personal_data.init_app(app)
    for name in FEATURES:
        if module := module_of(name, "feature"):
            _add_feature(app, module.FEATURE)
    headers.init_app(app)
    links.init_app(app)
    logs.init_app(app, settings)
    if settings.proxies:
        hops = settings.proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops)  # type: ignore[method-assign]
    return app


def _flask_settings(settings: Settings) -> dict[str, object]:
    return {
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.environment is config.Environment.TEST,
        "MAX_CONTENT_LENGTH": bodies.SHORT_BYTES,
        "SESSION_COOKIE_NAME": "__Host-lms" if settings.is_https else "lms",
        "SESSION_COOKIE_SECURE": settings.is_https,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # a page left open overnight still saves
        "WTF_CSRF_SSL_STRICT": False,  # our pages send no referrer; the token and SameSite protect
        "PROPAGATE_EXCEPTIONS": False,
    }


def _add_feature(app: Flask, feature: Feature) -> None:
    """Add a feature's pages, and register what the layers below need to know about it."""
    for blueprint in feature.blueprints:
        app.register_blueprint(blueprint)
    audit_words.register(app, feature.audit_words)
    form_texts.register(app, feature.forms)
    form_recovery.register(app, feature.recoverers)
    personal_data.register(app, feature.holdings)
