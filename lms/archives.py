"""ZIP files for one person: written piece by piece to the disk, one at a time for each person."""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime
from hashlib import sha256
from tempfile import TemporaryFile
from threading import Lock
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from lms.clock import HELSINKI
from lms.errors import Busy
from lms.i18n import lazy
from lms.personal_data import ExportRecord

BLOCK_BYTES = 64_000
WAIT_SECONDS = 60

_busy: set[int] = set()
_lock = Lock()


class Archive:
    """A ZIP in an unnamed file on the disk, so that nothing of it is left behind."""

    def __init__(self, now: datetime) -> None:
        self.file = TemporaryFile()  # noqa: SIM115  # it is closed by the sender
        self.contents: list[ExportRecord] = []
        self._zip = ZipFile(self.file, "w", ZIP_DEFLATED)
        self._made = now.astimezone(HELSINKI).timetuple()[:6]

    def add(self, name: str, pieces: Iterable[str | bytes]) -> None:
        """Add a file; nothing of it stays in memory."""
        info = ZipInfo(name, self._made)
        info.compress_type = ZIP_DEFLATED
        digest, size = sha256(), 0
        with self._zip.open(info, "w") as target:
            for block in _blocks(pieces):
                target.write(block)
                digest.update(block)
                size += len(block)
        self.contents.append({"name": name, "bytes": size, "sha256": digest.hexdigest()})

    def finish(self) -> None:
        """Write the ZIP's directory and rewind the file, to be sent."""
        self._zip.close()
        self.file.seek(0)

    def discard(self) -> None:
        """Close an unfinished file, which deletes it."""
        try:
            self._zip.close()
        finally:
            self.file.close()


@contextmanager
def archive_for(person_id: int, now: datetime) -> Iterator[Archive]:
    """Open an archive, which is finished at the end of the block. Raises Busy when the person has an unfinished one."""
    with one_at_a_time(person_id):
        archive = Archive(now)
        with ExitStack() as unfinished:
            unfinished.callback(archive.discard)
            yield archive
            archive.finish()
            unfinished.pop_all()


@contextmanager
def one_at_a_time(person_id: int) -> Iterator[None]:
    """Allow only one file at a time for a person in this process. Raises Busy."""
    with _lock:
        if person_id in _busy:
            message = lazy("Your file is being made already. Wait a minute, then try again.")
            raise Busy(message, wait_seconds=WAIT_SECONDS)
        _busy.add(person_id)
    try:
        yield
    finally:
        with _lock:
            _busy.discard(person_id)


def json_list(rows: Iterable[object]) -> Iterator[str]:
    """Yield the rows as a JSON list, one at a time."""
    separator = "["
    for row in rows:
        yield separator + "\n" + json.dumps(row, ensure_ascii=False, indent=2, default=str)
        separator = ","
    yield "[]" if separator == "[" else "\n]"


def _blocks(pieces: Iterable[str | bytes]) -> Iterator[bytes]:
    buffer = bytearray()
    for piece in pieces:
        buffer += piece.encode() if isinstance(piece, str) else piece
        if len(buffer) >= BLOCK_BYTES:
            yield bytes(buffer)
            buffer.clear()
    yield bytes(buffer)
