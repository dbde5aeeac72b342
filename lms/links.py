"""Addresses of the site's own pages, built from the names of their views; no other module spells one."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar
from urllib.parse import quote

from flask import Flask, current_app

View = TypeVar("View", bound=Callable[..., Any])
Build = Callable[..., str]

# a page of a list has some hundred links; the cache holds ids and slugs, and no more of them than this
MOST_CACHED = 4096


def named(name: str) -> Callable[[View], View]:
    """Give a view a name by which every feature can link to it, also one that must not know whose view it is."""

    def name_it(view: View) -> View:
        view.link_name = name  # type: ignore[attr-defined]  # read by names_of()
        return view

    return name_it


def names_of(app: Flask) -> dict[str, str]:
    """Return the endpoints of the named views by name. Raises RuntimeError when two views have the same name."""
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

    A value that the path does not hold goes into the query, None is left out; `_anchor` is a place on the page.
    Flask's own function of this name asks the request and builds each address anew, which a page with many links feels.
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
    """Take the app's views as they are now: all of them are there.

    Templates have a filter, which costs less than a call, and nothing where the address is always the same.
    """
    build = _builder(app)
    app.extensions["url_for"] = build
    app.jinja_env.filters["url_for"] = build
    del app.jinja_env.globals["url_for"]
