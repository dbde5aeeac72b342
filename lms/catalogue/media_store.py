"""Stores published media in the data folder, each file under the hash of its content."""

import hashlib
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.read.files import MOST_MEDIA_BYTES, read_bytes
from lms.coursefiles.read.media import MediaFile, media_type_of
from lms.errors import Conflict

_NAME = re.compile(r"[0-9a-f]{64}\.(?P<extension>[a-z0-9]{2,4})")


@dataclass(frozen=True)
class StoredMedia:
    path: Path
    sha256: str
    media_type: str


def media_folder(data_dir: Path) -> Path:
    return data_dir / "media"


def store_media(data_dir: Path, media: MediaFile) -> None:
    """Store a course's file; one that is there already is left alone, because its name is the hash of its content.

    Raises Conflict when the file has changed since it was checked, Unreadable when it cannot be read.
    """
    folder = media_folder(data_dir)
    target = folder / f"{media.sha256}.{media.extension}"
    if target.is_file() and target.stat().st_size == media.size:
        return
    content = read_bytes(media.path, MOST_MEDIA_BYTES)
    if hashlib.sha256(content).hexdigest() != media.sha256:
        raise Conflict(f"{media.name} changed while it was being published; publish again")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    _write(target, content)


def stored_media(data_dir: Path, name: str) -> StoredMedia | None:
    """Return the published file of a name like `<sha256>.png`, or None for everything else."""
    match = _NAME.fullmatch(name)
    media_type = media_type_of(match["extension"]) if match else None
    path = media_folder(data_dir) / name
    if media_type is None or not path.is_file():
        return None
    return StoredMedia(path, path.stem, media_type)


def _write(target: Path, content: bytes) -> None:
    """Write so that the name never refers to a partial file, even after a power cut."""
    temporary = target.with_name(f".{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
