"""All that is held about a person, as one file to keep: a readable page, JSON, whole files and their checksums."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sqlalchemy.orm import Session

from lms.clock import HELSINKI
from lms.personal_data import HOLDINGS, Row
from lms.privacy import labels

FORMAT = 1
PAGE = "omat-tiedot.html"
DATA = "data.json"
MANIFEST = "manifest.json"
# columns that name who did something
NAME_COLUMNS = frozenset({"author", "by", "by_name", "reader", "issued_by"})


@dataclass(frozen=True)
class Section:
    """What one feature holds about the person."""

    name: str
    title: str
    rows: Sequence[object]


@dataclass(frozen=True)
class OwnData:
    """Everything about one person."""

    sections: Sequence[Section]
    files: Mapping[str, bytes]

    def as_json(self, now: datetime) -> str:
        data = {
            "format": FORMAT,
            "made_at": now.isoformat(),
            "data": {section.name: section.rows for section in self.sections},
        }
        return json.dumps(data, ensure_ascii=False, indent=2, default=str)


def collect(session: Session, person_id: int, *, own_name: str, other: str) -> OwnData:
    """Gather what every feature holds; the names of other people are told as `other`."""
    sections, files = [], {}
    for holding in HOLDINGS:
        rows = [_without_others(row, own_name, other) for row in holding.export(session, person_id)]
        title = labels.holding_label(holding.tables) or holding.name
        sections.append(Section(holding.name, title, rows))
        if holding.files is not None:
            files.update({f"files/{name}": data for name, data in holding.files(session, person_id)})
    return OwnData(sections, files)


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


def pack(files: Mapping[str, bytes], now: datetime) -> bytes:
    """Return a ZIP of the files with a manifest of their checksums."""
    manifest: list[Row] = [
        {"name": name, "bytes": len(data), "sha256": sha256(data).hexdigest()} for name, data in files.items()
    ]
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as target:
        for name, data in (*files.items(), (MANIFEST, json.dumps({"files": manifest}, indent=2).encode())):
            info = ZipInfo(name, now.astimezone(HELSINKI).timetuple()[:6])
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, data)
    return packed.getvalue()
