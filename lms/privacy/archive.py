"""All that is held about a person, as one file to keep: a readable page, JSON, whole files and their checksums."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms import archives
from lms.archives import Archive
from lms.personal_data import HOLDINGS
from lms.privacy import labels

FORMAT = 1
PAGE = "omat-tiedot.html"
DATA = "data.json"
MANIFEST = "manifest.json"
# columns that name who did something
NAME_COLUMNS = frozenset({"author", "by", "by_name", "reader", "issued_by"})


@dataclass(frozen=True)
class Section:
    """What one feature holds about the person; its rows are read as one goes through them, once."""

    name: str
    title: str
    rows: Iterator[object]


@dataclass(frozen=True)
class OwnData:
    """Everything about one person, read little by little; the names of other people are told as `other`."""

    session: Session
    person_id: int
    own_name: str
    other: str

    @property
    def sections(self) -> Iterator[Section]:
        for holding in HOLDINGS:
            rows = holding.export(self.session, self.person_id)
            title = labels.holding_label(holding.tables) or holding.name
            yield Section(
                holding.name, title, (_without_others(row, self.own_name, self.other) for row in rows)
            )

    @property
    def files(self) -> Iterator[tuple[str, bytes]]:
        for holding in HOLDINGS:
            if holding.files is not None:
                yield from holding.files(self.session, self.person_id)

    def as_json(self, now: datetime) -> Iterator[str]:
        yield f'{{"format": {FORMAT}, "made_at": "{now.isoformat()}", "data": {{'
        for number, section in enumerate(self.sections):
            yield f'{"," if number else ""}\n"{section.name}": '
            yield from archives.json_list(section.rows)
        yield "\n}}\n"


def _without_others(value: object, own_name: str, other: str) -> object:
    """Return the value with every name that is not the person's own told as a role."""
    if isinstance(value, Mapping):
        return {
            key: _role_for(inner, own_name, other)
            if key in NAME_COLUMNS
            else _without_others(inner, own_name, other)
            for key, inner in value.items()
        }
    if isinstance(value, list | tuple):
        return [_without_others(inner, own_name, other) for inner in value]
    return value


def _role_for(name: object, own_name: str, other: str) -> object:
    return name if not name or name == own_name else other


def add_manifest(packed: Archive) -> None:
    """Add the list of the files with their checksums."""
    packed.add(MANIFEST, [json.dumps({"files": packed.contents}, indent=2)])
