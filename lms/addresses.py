"""Addresses: numbers in them are those that a row can have."""

from flask import Flask
from werkzeug.routing import IntegerConverter, Map

LARGEST_ROW_ID = 2**31 - 1


class RowIdConverter(IntegerConverter):
    """A number that a row can have; a larger one is an address of nothing (404)."""

    def __init__(self, map: Map, max: int = LARGEST_ROW_ID) -> None:
        super().__init__(map, max=min(max, LARGEST_ROW_ID))


def init_app(app: Flask) -> None:
    app.url_map.converters["int"] = RowIdConverter
