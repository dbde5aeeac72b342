"""Checks of a request's address: the host is the site's own, ids fit a row, characters are printable."""

import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request
from werkzeug.exceptions import SecurityError
from werkzeug.routing import IntegerConverter, Map

View = TypeVar("View", bound=Callable[..., Any])

LARGEST_ROW_ID = 2**31 - 1
PORT = re.compile(r":[0-9]{1,5}\Z")


class RowIdConverter(IntegerConverter):
    """A number that a row can have; a larger one gets 404."""

    def __init__(self, map: Map, max: int = LARGEST_ROW_ID) -> None:
        super().__init__(map, max=min(max, LARGEST_ROW_ID))


def any_host(view: View) -> View:
    """Let a view answer under any host name: monitoring does not know the name of the site."""
    view.any_host = True  # type: ignore[attr-defined]  # read by the check below
    return view


def refuse_foreign_hosts() -> None:
    """Refuse a host that is not this site's; Werkzeug's own check does not support IPv6 addresses."""
    if getattr(current_app.view_functions.get(request.endpoint or ""), "any_host", False):
        return
    if PORT.sub("", request.host) not in current_app.extensions["hosts"]:
        raise SecurityError


def refuse_control_characters() -> None:
    """Answer 404 to a path with unprintable characters: no page has one, and a database may not accept it."""
    if not request.path.isprintable():
        abort(404)


def init_app(app: Flask, *, hosts: Collection[str]) -> None:
    app.extensions["hosts"] = frozenset(f"[{host}]" if ":" in host else host for host in hosts)
    app.before_request(refuse_foreign_hosts)
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(refuse_control_characters)
