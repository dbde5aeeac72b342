"""The pages of the queue."""

from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True)
class Pages:
    """Which page is shown; a number that makes no sense is the nearest page that is there."""

    page: int
    pages: int
    run_id: int | None

    @classmethod
    def of(cls, count: int, *, asked: int, size: int, run_id: int | None) -> "Pages":
        pages = max(1, -(-count // size))
        return cls(page=min(max(asked, 1), pages), pages=pages, run_id=run_id)

    @property
    def previous(self) -> str | None:
        return self._url(self.page - 1) if self.page > 1 else None

    @property
    def next(self) -> str | None:
        return self._url(self.page + 1) if self.page < self.pages else None

    def _url(self, page: int) -> str:
        return with_run("/review", self.run_id, page=page)


def with_run(path: str, run_id: int | None, **more: int) -> str:
    """Return the address with the chosen group, so that one goes on in the same one."""
    query = {**({"run": run_id} if run_id else {}), **more}
    return f"{path}?{urlencode(query)}" if query else path
