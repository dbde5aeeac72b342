"""File permissions: the program's own files are only for its own user; files that people ask for are as usual."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

PRIVATE_UMASK = 0o077
# the bits for the group and for everybody else
OTHERS = stat.S_IRWXG | stat.S_IRWXO
MEDIA = "media"
# a folder that contains one of these has been used by the program
OURS = frozenset({"lms.db", "secret-key", MEDIA})
# SQLite has these files beside the database
BESIDE_DATABASE = ("", "-wal", "-shm", "-journal")
# what file systems put into an empty volume
NOTHING = frozenset({"lost+found"})

# the umask that the process started with, once it has been changed
_usual: list[int] = []


class OpenToOthers(Exception):
    """The data folder is open to other users and the program must not or cannot close it; the message says what to do."""


def use_private_umask() -> None:
    """Make all new files of this process private to its user; an entry point calls this first."""
    before = os.umask(PRIVATE_UMASK)
    if not _usual:
        _usual.append(before)


@contextmanager
def with_usual_umask() -> Iterator[None]:
    """Create files in the block, which somebody asked for, with the usual umask."""
    ours = os.umask(_usual[0]) if _usual else None
    try:
        yield
    finally:
        if ours is not None:
            os.umask(ours)


def close_folder(folder: Path) -> None:
    """Close the data folder, if it exists, to other users. Raises OpenToOthers."""
    if os.name != "posix" or not folder.is_dir() or not _is_open(folder):
        return
    if not _is_own(folder):
        raise OpenToOthers(
            f"{folder} is open to other users and not the program's own; name a folder of its own, "
            f"which may be new, or close it with: chmod 700 {folder}"
        )
    with suppress(OSError):
        folder.chmod(folder.stat().st_mode & ~OTHERS | stat.S_IRWXU)
    if _is_open(folder):
        raise OpenToOthers(
            f"{folder} is open to other users and cannot be closed; let its owner run chmod 700 {folder}, "
            "or name a new folder inside it"
        )


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & OTHERS)


def _is_own(folder: Path) -> bool:
    """Return whether closing the folder takes nothing from anybody: never /tmp, a home or the root."""
    try:
        names = {path.name for path in folder.iterdir()} - NOTHING
    except OSError:
        return True
    is_shared = bool(folder.stat().st_mode & stat.S_ISVTX)
    return not is_shared and (not names or bool(names & OURS))


def close_files(folder: Path, database: Path | None) -> None:
    """Close the files of an earlier start to other users, as far as this user owns them."""
    if os.name != "posix":
        return
    kept = [folder / "secret-key", folder / "demo-password", folder / MEDIA]
    if (folder / MEDIA).is_dir():
        kept += (folder / MEDIA).iterdir()
    if database is not None:
        kept += (database.with_name(database.name + ending) for ending in BESIDE_DATABASE)
    for path in kept:
        # SQLite may delete its files at any moment, and another user's file cannot be changed
        with suppress(OSError):
            if _is_open(path):
                path.chmod(path.stat().st_mode & ~OTHERS)
