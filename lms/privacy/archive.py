"""All that is stored about a person, as one file to download: a readable page, JSON, files and their checksums."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import archives
from lms.archives import Archive
from lms.personal_data import all_holdings
from lms.privacy.readable import Readable

FORMAT = 1
PAGE = "omat-tiedot.html"
DATA = "data.json"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Section:
    """The records of one holding about the person; they are read while one iterates over them, once."""

    name: str
    title: str
    rows: Iterable[object]
    readable: Readable


@dataclass(frozen=True)
class OwnData:
    """Everything about one person, read in small portions.

    It names other people where the person sees their names on the pages: in answers, comments and readings.
    """

    session: Session
    person_id: int

    @property
    def sections(self) -> Iterator[Section]:
        for holding in all_holdings():
            rows = holding.export(self.session, self.person_id)
            yield Section(holding.name, str(holding.label), rows, Readable(holding))

    @property
    def files(self) -> Iterator[tuple[str, bytes]]:
        for holding in all_holdings():
            if holding.files is not None:
                yield from holding.files(self.session, self.person_id)

    def as_json(self, now: datetime) -> Iterator[str]:
        yield f'{{"format": {FORMAT}, "made_at": "{now.isoformat()}", "data": {{'
        for number, section in enumerate(self.sections):
            yield f'{"," if number else ""}\n"{section.name}": '
            yield from archives.json_list(section.rows)
        yield "\n}}\n"


def add_manifest(packed: Archive) -> None:
    """Add the list of the files with their checksums."""
    packed.add(MANIFEST, [json.dumps({"files": packed.contents}, indent=2)])
