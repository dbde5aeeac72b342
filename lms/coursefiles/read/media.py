"""Reads a course's media files: known types only, and the content must be what the name says."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.read.files import MOST_MEDIA_BYTES, Unreadable, entries, printable_path, read_bytes
from lms.coursefiles.read.svg import svg_problem
from lms.faults import Fault, FaultList, shortened
from lms.markup.render import MEDIA_PATH

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}\.(?P<extension>[a-z0-9]{2,4})")


@dataclass(frozen=True)
class MediaFile:
    name: str
    path: Path
    sha256: str
    extension: str
    media_type: str
    size: int

    @property
    def address(self) -> str:
        return f"{MEDIA_PATH}{self.sha256}.{self.extension}"


def _is_webp(content: bytes) -> bool:
    return content[:4] == b"RIFF" and content[8:12] == b"WEBP"


def _is_mp3(content: bytes) -> bool:
    return content[:3] == b"ID3" or (
        content[:1] == b"\xff" and len(content) > 1 and content[1] & 0xE0 == 0xE0
    )


def _is_captions(content: bytes) -> bool:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.startswith("WEBVTT") and "\x00" not in text


_TYPES: dict[str, tuple[str, Callable[[bytes], bool]]] = {
    "png": ("image/png", lambda content: content.startswith(b"\x89PNG\r\n\x1a\n")),
    "jpg": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "jpeg": ("image/jpeg", lambda content: content.startswith(b"\xff\xd8\xff")),
    "webp": ("image/webp", _is_webp),
    "svg": ("image/svg+xml", lambda content: b"<svg" in content),
    "pdf": ("application/pdf", lambda content: content.startswith(b"%PDF-")),
    "mp4": ("video/mp4", lambda content: content[4:8] == b"ftyp"),
    "webm": ("video/webm", lambda content: content.startswith(b"\x1a\x45\xdf\xa3")),
    "vtt": ("text/vtt", _is_captions),
    "mp3": ("audio/mpeg", _is_mp3),
}


def media_type_of(extension: str) -> str | None:
    """The media type of a published file's ending, None for an ending that is never published."""
    return _TYPES[extension][0] if extension in _TYPES else None


def read_media(folder: Path) -> tuple[tuple[MediaFile, ...], tuple[Fault, ...]]:
    """The files of a media folder that may be published, and the faults of the rest."""
    found: list[MediaFile] = []
    at_folder = FaultList(printable_path(folder))
    faults: list[Fault] = []
    for entry in entries(folder, at_folder):
        own = FaultList(printable_path(Path(entry.path)))
        media = _read(Path(entry.path), own)
        if media:
            found.append(media)
        faults += own.as_tuple()
    return tuple(found), (*at_folder.as_tuple(), *faults)


def _read(path: Path, faults: FaultList) -> MediaFile | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        fix = "Use a-z, 0-9, - and _, and an ending such as .png."
        faults.add(1, f"The name `{shortened(printable_path(Path(path.name)))}` is not possible", fix)
        return None
    extension = match["extension"]
    if extension not in _TYPES:
        faults.add(1, f"Files of type .{extension} are not published", f"Use one of: {', '.join(_TYPES)}.")
        return None
    try:
        content = read_bytes(path, MOST_MEDIA_BYTES)
    except Unreadable as refused:
        faults.add(1, refused.message, refused.fix)
        return None
    media_type, looks_right = _TYPES[extension]
    if not looks_right(content):
        fix = "Save it in that format, or give it the right ending."
        faults.add(1, f"The content is not that of a .{extension} file", fix)
        return None
    problem = svg_problem(content) if extension == "svg" else None
    if problem:
        faults.add(1, f"The picture holds {problem}", "Save it as plain SVG, without script or links.")
        return None
    digest = hashlib.sha256(content).hexdigest()
    return MediaFile(path.name, path, digest, extension, media_type, len(content))
