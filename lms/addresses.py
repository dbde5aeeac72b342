"""Addresses: numbers in them are those that a row can have, letters those that can be seen."""

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

LARGEST_ROW_ID = 2**31 - 1


class RowIdConverter(IntegerConverter):
    """A number that a row can have; a larger one is an address of nothing (404)."""

    def __init__(self, map: Map, max: int = LARGEST_ROW_ID) -> None:
        super().__init__(map, max=min(max, LARGEST_ROW_ID))


def refuse_control_characters() -> None:
    """Answer 404 to an address that no page has and that a database may not take."""
    if not request.path.isprintable():
        abort(404)


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowIdConverter
    app.before_request(refuse_control_characters)
