"""Addresses of the site's own pages, built from the names of their views; no other module writes one out."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app

View = TypeVar("View", bound=Callable[..., Any])
Build = Callable[..., str]

# a list's page has some hundred links; the addresses contain only ids and slugs, so they may be cached
MOST_CACHED = 4096


def named(name: str) -> Callable[[View], View]:
    """Give a view a name by which every feature can link to it, even one that must not import the view's feature."""

    def name_it(view: View) -> View:
        view.link_name = name  # type: ignore[attr-defined]  # read by names_of()
        return view

    return name_it


def names_of(app: Flask) -> dict[str, str]:
    """Return the named views' endpoints by name. Raises RuntimeError when two views have the same name."""
    named_views = [
        (str(view.link_name), endpoint)
        for endpoint, view in app.view_functions.items()
        if hasattr(view, "link_name")
    ]
    names = dict(named_views)
    if len(names) < len(named_views):
        raise RuntimeError(f"two views have the same name: {sorted(named_views)}")
    return names


def url_for(endpoint: str, **values: str | int | None) -> str:
    """Return the path of a page, by its view's endpoint or name, inside a request or not.

    Values that are not in the path go into the query, None is left out; `_anchor` is an element's id on the page.
    Flask's own url_for reads the request and builds every address anew, which is slow on a page with many links.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # a proxy costs more than the rest
    build: Build = app.extensions["url_for"]
    return build(endpoint, **values)


def _builder(app: Flask) -> Build:
    names, adapter = names_of(app), app.url_map.bind("")

    @lru_cache(maxsize=MOST_CACHED)
    def build(endpoint: str, *, _anchor: str = "", **values: str | int | None) -> str:
        path = adapter.build(names.get(endpoint, endpoint), values)
        return f"{path}#{quote(_anchor)}" if _anchor else path

    return build


def init_app(app: Flask) -> None:
    """Set up url_for from the app's views; all of them must be registered by now.

    Templates use a filter: it costs less than a call, and Jinja evaluates a constant one when it compiles the template.
    """
    build = _builder(app)
    app.extensions["url_for"] = build
    app.jinja_env.filters["url_for"] = build
    del app.jinja_env.globals["url_for"]
