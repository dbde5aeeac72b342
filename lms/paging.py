"""The pages of a list that grows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import urlencode

from flask import request

Row = TypeVar("Row")


def asked_number(name: str, *, last: int, default: int = 1) -> int:
    """Return the page number in this request's address; an invalid one becomes the nearest existing page."""
    return max(1, min(request.args.get(name, default, type=int), last))


@dataclass(frozen=True)
class Pages:
    """Which page of a list is shown; an invalid number becomes the nearest existing page."""

    page: int
    pages: int
    size: int
    path: str
    # the name of the query parameter; two lists on one page need two names
    name: str = "page"
    # further query parameters to preserve
    params: Mapping[str, str | int] = field(default_factory=dict)
    # the list's id on its page
    anchor: str = ""

    @classmethod
    def of(
        cls,
        count: int,
        *,
        size: int,
        path: str,
        name: str = "page",
        params: Mapping[str, str | int] | None = None,
        anchor: str = "",
    ) -> "Pages":
        """Return the page of the list that this request asks for."""
        pages = max(1, -(-count // size))
        page = asked_number(name, last=pages)
        return cls(
            page=page, pages=pages, size=size, path=path, name=name, params=params or {}, anchor=anchor
        )

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    def cut(self, rows: Sequence[Row]) -> Sequence[Row]:
        """Return this page of a list that must be read whole because its order depends on all of it."""
        return rows[self.offset : self.offset + self.size]

    @property
    def previous(self) -> str | None:
        return self._url(self.page - 1) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        return self._url(self.page + 1) if self.page < self.pages else None

    def _url(self, page: int) -> str:
        query = {**self.params, **({self.name: page} if page > 1 else {})}
        return (
            self.path + (f"?{urlencode(query)}" if query else "") + (f"#{self.anchor}" if self.anchor else "")
        )
