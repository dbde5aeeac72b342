"""Reads an author's folder without trusting it: no links, no odd names, no oversized or hidden content."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from lms.faults import FaultList, visible
from lms.markup.invisible_characters import code_point, invisible_characters

MOST_TEXT_BYTES = 100_000
MOST_MEDIA_BYTES = 10_000_000
MOST_FILES = 300


class Unreadable(Exception):
    """The file cannot be read; says why and how to fix it."""

    def __init__(self, message: str, fix: str) -> None:
        super().__init__(message)
        self.message = message
        self.fix = fix


def printable_path(path: Path) -> str:
    """The path for a message; a name that is no UTF-8 is shown escaped."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def entries(folder: Path, faults: FaultList) -> Iterator[os.DirEntry[str]]:
    """The entries of a folder by name; links and special files become faults, never entries."""
    try:
        with os.scandir(folder) as found:
            listed = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        faults.add(1, f"The folder cannot be read ({error.strerror})", "Check its permissions.")
        return
    if len(listed) > MOST_FILES:
        faults.add(1, f"The folder holds {len(listed)} files", f"Keep at most {MOST_FILES} in one folder.")
        return
    for entry in listed:
        name = visible(printable_path(Path(entry.name)))
        if entry.is_symlink():
            faults.add(1, f"{name} is a link", "Put the file itself here; links are not followed.")
        elif not (entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)):
            faults.add(1, f"{name} is neither a file nor a folder", "Remove it.")
        else:
            yield entry


def read_bytes(path: Path, limit: int) -> bytes:
    """The content of a regular file of at most `limit` bytes; never waits on a pipe, never follows a link."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "its name is not possible"
        raise Unreadable(f"The file cannot be read ({reason})", "Check that it is a plain file.") from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise Unreadable("This is not a plain file", "Put the file itself here.")
    with os.fdopen(handle, "rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise Unreadable(f"The file is larger than {limit // 1000} kB", "Make it smaller or split it.")
    return content


def read_text(path: Path, faults: FaultList, *, limit: int = MOST_TEXT_BYTES) -> str | None:
    """An author's text with plain newlines, or None and a fault; hidden characters are faults too."""
    try:
        content = read_bytes(path, limit)
    except Unreadable as refused:
        faults.add(1, refused.message, refused.fix)
        return None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        faults.add(line, "The text is not UTF-8", "Save the file as UTF-8.")
        return None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    hidden = False
    for number, words in enumerate(text.split("\n"), start=1):
        for letter in invisible_characters(words)[:1]:
            hidden = True
            fix = "Delete it and type the text again."
            faults.add(number, f"A hidden character ({code_point(letter)})", fix)
    return None if hidden else text
