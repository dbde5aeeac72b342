"""The pages of a list that grows."""

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True)
class Pages:
    """Which page of a list is shown; a number that makes no sense is the nearest page that is there."""

    page: int
    pages: int
    size: int
    path: str

    @classmethod
    def of(cls, count: int, *, size: int, path: str) -> "Pages":
        """Return the page that the address of this request names."""
        pages = max(1, -(-count // size))
        asked = request.args.get("page", 1, type=int)
        return cls(page=min(max(asked, 1), pages), pages=pages, size=size, path=path)

    @property
    def offset(self) -> int:
        return (self.page - 1) * self.size

    @property
    def previous(self) -> str | None:
        return self._url(self.page - 1) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        return self._url(self.page + 1) if self.page < self.pages else None

    def _url(self, page: int) -> str:
        return self.path if page == 1 else f"{self.path}?page={page}"
