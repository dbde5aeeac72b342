"""Renders authors' Markdown in a worker process that ends itself when one page is too heavy."""

import json
import os
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict
from types import TracebackType

from lms.config import ROOT
from lms.markup.problems import Problem
from lms.markup.render import Links, Piece, Rendered

# A page's limit is in processor time, because on a busy machine rendering an innocent page can take any
# length of time. The wall clock only ends what uses no processor time.
MOST_CPU_SECONDS = 1.0  # with the rest of a file's reading, less than 2 s
MOST_WALL_SECONDS = 10.0
MOST_START_SECONDS = 60.0


class RenderingFailed(Exception):
    """The page could not be rendered: it is too heavy, or the result was not safe."""


class Renderer:
    """One worker process for many pages; `with Renderer() as renderer: renderer.render(pieces, links)`."""

    def __init__(
        self, *, cpu_seconds: float = MOST_CPU_SECONDS, wall_seconds: float = MOST_WALL_SECONDS
    ) -> None:
        self._cpu_seconds = cpu_seconds
        self._wall_seconds = wall_seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def __enter__(self) -> "Renderer":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def render(self, pieces: Sequence[Piece], links: Links) -> list[Rendered]:
        """The pieces of one page as safe HTML; RenderingFailed says why not, in words for the author."""
        job = {
            "pieces": [asdict(piece) for piece in pieces],
            "links": {"pages": dict(links.pages), "media": dict(links.media), "site": list(links.site)},
        }
        with self._lock:
            line = self._ask(json.dumps(job).encode("ascii") + b"\n")
        if line is None:
            raise RenderingFailed("The text is too heavy to render")
        reply = json.loads(line)
        if reply.get("failure") == "heavy":
            raise RenderingFailed("The text is too heavy to render")
        if reply.get("failure"):
            raise RenderingFailed(f"The text could not be made safe ({reply['found']})")
        return [
            Rendered(piece["html"], tuple(Problem(**problem) for problem in piece["problems"]))
            for piece in reply["rendered"]
        ]

    def close(self) -> None:
        """Ends the worker; the next page starts another."""
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.kill()
        worker.wait()
        for pipe in (worker.stdin, worker.stdout):
            if pipe:
                try:
                    pipe.close()
                except BrokenPipeError:
                    continue

    def _ask(self, line: bytes) -> bytes | None:
        """The worker's answer, or None when it died or took too long; the next page gets a new worker."""
        worker = self._worker or self._started()
        assert worker.stdin
        try:
            worker.stdin.write(line)
            worker.stdin.flush()
        except BrokenPipeError:
            self.close()
            return None
        reply = _read_line(worker, self._wall_seconds)
        if reply is None:
            self.close()
        return reply

    def _started(self) -> subprocess.Popen[bytes]:
        # -P and a minimal environment: the worker can import nothing but the product's code and its libraries.
        environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "LANG": "C.UTF-8"}
        self._worker = subprocess.Popen(  # noqa: S603 (our own module and a number of ours)
            [sys.executable, "-P", "-m", "lms.coursefiles.render.worker", str(self._cpu_seconds)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=environment,
        )
        if _read_line(self._worker, MOST_START_SECONDS) != b"ready\n":
            self.close()
            raise RuntimeError("the rendering worker does not start")
        return self._worker


def _read_line(worker: subprocess.Popen[bytes], seconds: float) -> bytes | None:
    """One line of the worker's output, or None when it ends or the time is up."""
    assert worker.stdout
    until = time.monotonic() + seconds
    collected = b""
    with selectors.DefaultSelector() as selector:
        selector.register(worker.stdout, selectors.EVENT_READ)
        while not collected.endswith(b"\n"):
            left = until - time.monotonic()
            if left <= 0 or not selector.select(left):
                return None
            chunk = os.read(worker.stdout.fileno(), 1 << 16)
            if not chunk:
                return None
            collected += chunk
    return collected
