"""Manages the typesetting process: starts it when needed, replaces it before it grows, ends one that hangs.

Typesetting many different documents makes a process grow permanently, and a crash in it must not end the server;
so it is done in a child process that is replaced after a while.
"""

import atexit
import json
import logging
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from lms.config import ROOT
from lms.typesetting import frames

log = logging.getLogger(__name__)

TEMPLATES = ROOT / "templates"
FONTS = ROOT / "static" / "fonts" / "pdf"
DOCUMENTS_PER_WORKER = 200
SECONDS_PER_DOCUMENT = 10.0


class TypesettingFailed(Exception):
    """No PDF was made; the message says why, for the log."""


class Worker:
    """One child process and the socket to it."""

    def __init__(self, template: Path) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(  # noqa: S603  # all of its arguments are our own
                [sys.executable, "-m", "lms.typesetting.worker", str(ROOT), str(template), str(FONTS)],
                cwd=ROOT,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
            )
        self.link = ours
        self.documents = 0

    def ask(self, request: bytes, *, seconds: float) -> bytes:
        self.documents += 1
        self.link.settimeout(seconds)
        frames.send(self.link, request)
        return frames.receive(self.link, deadline=time.monotonic() + seconds)

    def end(self) -> None:
        self.link.close()
        self.process.kill()
        self.process.wait()

    def disown(self) -> None:
        """Detach from a child that belongs to the process this one was forked from."""
        self.link.close()
        # It is not this process's child: nothing to wait for, and nothing to warn of when this object is deleted.
        self.process.returncode = 0


class Typesetter:
    """Makes documents of one template, one at a time; threads wait for their turn."""

    def __init__(
        self,
        template: Path,
        *,
        documents_per_worker: int = DOCUMENTS_PER_WORKER,
        seconds_per_document: float = SECONDS_PER_DOCUMENT,
    ) -> None:
        self.template = template
        self.documents_per_worker = documents_per_worker
        self.seconds_per_document = seconds_per_document
        self.worker: Worker | None = None
        self._turn = threading.Lock()

    def typeset(self, inputs: Mapping[str, str], *, made_on: date) -> bytes:
        """Return the PDF of the template with `inputs`; the same arguments always give the same bytes.

        Raises TypesettingFailed.
        """
        request = json.dumps({"inputs": dict(inputs), "made_at": made_on.isoformat()}).encode()
        with self._turn:
            answer = self._answer(request)
        if not answer.startswith(frames.MADE):
            raise TypesettingFailed(answer.removeprefix(frames.REFUSED).decode())
        return answer.removeprefix(frames.MADE)

    def close(self) -> None:
        with self._turn:
            self._end_worker()

    def forget(self) -> None:
        """Start afresh in a forked process: the worker belongs to the parent, and the parent's lock may be held."""
        self._turn = threading.Lock()
        if self.worker is not None:
            self.worker.disown()
            self.worker = None

    def _answer(self, request: bytes) -> bytes:
        """Return the worker's answer; a worker that was found dead is replaced once."""
        try:
            return self._ask(request)
        except frames.LinkClosed:
            log.warning("the typesetting process was gone; trying a new one")
            self._end_worker()
        try:
            return self._ask(request)
        except frames.LinkClosed as fault:
            self._end_worker()
            raise TypesettingFailed("the typesetting process died twice") from fault

    def _ask(self, request: bytes) -> bytes:
        if self.worker is None:
            self.worker = Worker(self.template)
        worker = self.worker
        try:
            answer = worker.ask(request, seconds=self.seconds_per_document)
        except TimeoutError as fault:
            self._end_worker()
            raise TypesettingFailed(f"not ready in {self.seconds_per_document} seconds") from fault
        if worker.documents >= self.documents_per_worker:
            self._end_worker()
        return answer

    def _end_worker(self) -> None:
        if self.worker is not None:
            self.worker.end()
            self.worker = None


def shared(typesetter: Typesetter) -> Typesetter:
    """Return the typesetter of a server process: a fork starts afresh, and its child ends with the process."""
    os.register_at_fork(after_in_child=typesetter.forget)
    atexit.register(typesetter.close)
    return typesetter
