"""SQLite's quick check of its file: at intervals, by one process at a time, table by table, each within a time limit."""

import logging
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from threading import Lock, Thread
from typing import Any

from lms import db
from lms.database_errors import Reason, reason_of

try:
    import fcntl
except ImportError:  # pragma: no cover  # elsewhere than on POSIX each process checks for itself
    fcntl = None  # type: ignore[assignment]

log = logging.getLogger(__name__)

FILE = "quick-check"
EVERY_SECONDS = 600.0
# after damage was found, until it has been repaired
AGAIN_SECONDS = 60.0
# a table that takes longer is skipped: without the write-ahead log a check blocks saves
SECONDS_FOR_A_TABLE = 2.0
STEPS_BETWEEN_LOOKS = 10_000

OK = "ok"


class QuickCheck:
    """Runs the check and returns its newest result, which all processes share in a file of the data folder."""

    def __init__(self, data_dir: Path, connect: Callable[[], Any]) -> None:
        self.file = data_dir / FILE
        self.connect = connect
        self.is_suspected = False
        self._thread: Thread | None = None
        self._lock = Lock()
        self._own = (OK, 0.0)

    def suspect(self) -> None:
        self.is_suspected = True

    def found(self) -> str:
        """Return `malformed` when the newest check or a request found damage; start a check when one is due."""
        result, at = self._newest()
        if self.is_suspected or abs(time.time() - at) > (EVERY_SECONDS if result == OK else AGAIN_SECONDS):
            self._begin()
        return Reason.MALFORMED if self.is_suspected or result != OK else ""

    def wait(self) -> None:
        """Wait for a check that is running."""
        if self._thread:
            self._thread.join()

    def _newest(self) -> tuple[str, float]:
        with suppress(OSError):
            at = self.file.stat().st_mtime
            if at > self._own[1]:
                return self.file.read_text(encoding="ascii").strip() or OK, at
        return self._own

    def _begin(self) -> None:
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                self._thread = Thread(target=self._run, name="quick-check", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        try:
            with self.file.open("a", encoding="ascii") as kept:
                if fcntl:
                    fcntl.flock(kept, fcntl.LOCK_EX | fcntl.LOCK_NB)  # released when the file is closed
                result = self._check()
                kept.truncate(0)
                kept.write(result)
        except BlockingIOError:
            return  # another process is checking
        except OSError:
            result = self._check()  # the folder cannot be written; the result is for this process only
        self._own, self.is_suspected = (result, time.time()), False

    def _check(self) -> str:
        try:
            with closing(self.connect()) as connection:
                names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
                damaged = [name for (name,) in names if not _is_whole(connection, name)]
        except db.sqlite_driver.Error as error:
            reason = reason_of(error)
            log.error("the quick check of the database failed (%s)", reason)
            return reason if reason is Reason.MALFORMED else self._newest()[0]
        if damaged:
            log.error("the quick check of the database found damage in %s", ", ".join(damaged))
        return Reason.MALFORMED if damaged else OK


def _is_whole(connection: Any, table: str) -> bool:
    """Check a table with its indexes; one that takes too long counts as intact."""
    until = time.monotonic() + SECONDS_FOR_A_TABLE
    connection.set_progress_handler(lambda: time.monotonic() > until, STEPS_BETWEEN_LOOKS)
    try:
        found = connection.execute(f'PRAGMA quick_check("{table}")').fetchone()
    except db.sqlite_driver.Error:
        if time.monotonic() > until:
            log.info("the quick check left out %s, which takes too long", table)
            return True
        raise
    return found is None or found[0] == OK
