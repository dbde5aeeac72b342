"""What every page needs: the frame around it, filters for times and people's writing, addresses of static files."""

import hashlib
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request
from flask.templating import Environment
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined
from whitenoise import WhiteNoise

from lms import form_texts
from lms.config import ROOT, Settings
from lms.db import MEGABYTE, READING_METHODS
from lms.error_pages import way_back
from lms.i18n import LANGUAGES, current_language
from lms.links import url_for
from lms.login import SignedIn, current_person
from lms.markup import render
from lms.quota import Space
from lms.serving.headers import NONCE
from lms.wording import clock_time, clock_time_today, day, moment, percent

STATIC = ROOT / "static"
# where these files are served, before any view is asked
STATIC_PATH = "/static/"
SERVICE_NAME = "Taitoverstas"


class TemplateEnvironment(Environment):
    """A Jinja environment whose templates share one set of globals, which makes imports between them faster.

    A name that a view has not given is a fault: taken for nothing, it hid what a page had lost.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **{**options, "undefined": StrictUndefined})

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return an attribute for a template.

        An attribute that the class does not have is undefined, as usual; an AttributeError inside a property is a bug,
        which Jinja would mistake for a missing attribute.
        """
        try:
            return getattr(obj, attribute)
        except AttributeError:
            if hasattr(type(obj), attribute):
                raise
        return super().getattr(obj, attribute)


@dataclass(frozen=True)
class NavItem:
    """A link in the navigation bar, which has room for five, or in the person's menu."""

    label: str
    url: str
    icon: str
    current: bool
    count: int | None = None
    in_bar: bool = True


class Frame:
    """The context object of base.html; whatever needs a query is evaluated only when it is shown."""

    service_name = SERVICE_NAME
    languages = tuple(LANGUAGES.items())

    def __init__(self, settings: Settings, places_of: Callable[[SignedIn], list[NavItem]]) -> None:
        self._places_of = places_of
        self.operator = settings.operator
        self._person_quota = settings.person_quota_mb * MEGABYTE

    @property
    def language(self) -> str:
        if "page_language" not in g:
            g.page_language = current_language()
        return str(g.page_language)

    @property
    def person(self) -> SignedIn | None:
        return current_person()

    @property
    def space(self) -> Space | None:
        """Return how much of their space the person's texts take, None when nobody is signed in."""
        person = current_person()
        return Space(person.stored_bytes, self._person_quota) if person else None

    @property
    def nav_items(self) -> list[NavItem]:
        person = current_person()
        if person is None or "nav_refused" in g:
            return []
        return self._places_of(person)

    @property
    def path(self) -> str:
        return page_path()

    @property
    def has_unsaved_text(self) -> bool:
        """Return whether the page shows text from a refused form, which is stored nowhere else."""
        return bool(form_texts.of_request())

    @property
    def nonce(self) -> str:
        return str(request.environ.get(NONCE, ""))


def csrf_token() -> str:
    """Return the CSRF token for the page's forms, signed once per request."""
    return str(g.csrf_token if "csrf_token" in g else generate_csrf())


def page_path() -> str:
    """Return the address of the page that is shown; forms on it send it along as the way back."""
    if "page_path" not in g:
        g.page_path = _page_path()
    return str(g.page_path)


def _page_path() -> str:
    if request.method in READING_METHODS:
        path = request.full_path.rstrip("?")
        return path if path.isprintable() else url_for("home")
    return way_back()


@cache
def static_version() -> str:
    """Return a short hash of all static files; it is part of their addresses, so browsers may cache them for good."""
    digest = hashlib.sha256()
    for path in sorted(STATIC.rglob("*")):
        if path.is_file() and path.suffix not in (".br", ".gz"):
            digest.update(str(path.relative_to(STATIC)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:12]


def static_url(name: str) -> str:
    return f"{STATIC_PATH}{static_version()}/{name}"


def _is_immutable(path: str, url: str) -> bool:
    return url.startswith(STATIC_PATH)


def init_app(app: Flask, settings: Settings, places_of: Callable[[SignedIn], list[NavItem]]) -> None:
    """Set the templates up; `places_of` returns the links in a person's bar and menu."""
    frame = Frame(settings, places_of)
    app.context_processor(lambda: {"frame": frame})
    app.jinja_env.globals.update(static_url=static_url, csrf_token=csrf_token, page_path=page_path)
    app.jinja_env.globals["unsaved"] = None  # a text that is on one page alone: few pages give one
    app.jinja_env.filters.update(day=day, moment=moment, percent=percent)
    app.jinja_env.filters.update(clock_time=clock_time, time_today=clock_time_today)
    app.jinja_env.filters.update(paragraphs=render.paragraphs, published_html=render.published_html)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    static = WhiteNoise(
        app.wsgi_app, immutable_file_test=_is_immutable, autorefresh=False, allow_all_origins=False
    )
    static.add_files(str(STATIC), prefix=static_url(""))
    app.wsgi_app = static  # type: ignore[method-assign]  # the documented way to add middleware


def template_folder() -> Path:
    return ROOT / "templates"
