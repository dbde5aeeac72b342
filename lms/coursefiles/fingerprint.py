"""Checks whether a course folder can have changed since it was published, without rendering it."""

import hashlib
import os
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path

from lms.config import ROOT
from lms.coursefiles.read.files import MOST_FILES, MOST_MEDIA_BYTES, Unreadable, read_bytes

DEEPEST = 3  # a course's folder, its media, and nothing below
# what rendering depends on besides the folder's own files
_LIBRARIES = ("markdown", "bleach", "nh3", "pyyaml")
# and the parts of the program that read, check and render; a test checks that they import nothing else of it
_SOURCES = ("coursefiles", "questions", "markup", "access.py", "faults.py", "user_text.py")


class NoCourse(Exception):
    """The folder is a link, contains too much or is too deep: the check says which."""


def fingerprint(folder: Path, criteria: Path) -> str | None:
    """Return a SHA-256 over the course's files, the criteria's files and the program that renders them.

    The same fingerprint means the same published content and the same faults; another one says nothing. None
    for what no course can be made of, which the check then refuses: links, and what is too large or too deep.
    """
    digest = hashlib.sha256(_program().encode())
    try:
        for root in (folder, criteria):
            for name, kind, content in _entries(root, depth=DEEPEST) if root.exists() else ():
                for part in (name.encode(errors="surrogateescape"), kind, content):
                    digest.update(len(part).to_bytes(8, "big") + part)
    except (OSError, NoCourse, Unreadable):
        return None
    return digest.hexdigest()


def _entries(folder: Path, *, depth: int) -> Iterator[tuple[str, bytes, bytes]]:
    """The name, kind and content of each item in a folder. Raises NoCourse or Unreadable for other folders."""
    if folder.is_symlink() or depth == 0:
        raise NoCourse
    with os.scandir(folder) as found:
        listed = sorted(islice(found, MOST_FILES + 1), key=lambda entry: entry.name)
    if len(listed) > MOST_FILES:
        raise NoCourse
    for entry in listed:
        if entry.is_dir(follow_symlinks=False):
            yield entry.name, b"folder", b""
            yield from _entries(Path(entry.path), depth=depth - 1)
            yield entry.name, b"end", b""
        else:
            yield entry.name, b"file", read_bytes(Path(entry.path), MOST_MEDIA_BYTES)


def sources(package: Path) -> list[Path]:
    """Return every source file of the program in `package` that can change what a folder is published as."""
    return [file for name in _SOURCES for file in sorted((package / name).rglob("*.py")) or [package / name]]


def program_digest(package: Path) -> str:
    """Return a SHA-256 over the sources and the versions of the libraries that read and render courses."""
    digest = hashlib.sha256(" ".join(version(name) for name in _LIBRARIES).encode())
    for source in sources(package):
        digest.update(source.read_bytes())
    return digest.hexdigest()


@cache
def _program() -> str:
    return program_digest(ROOT / "lms")
