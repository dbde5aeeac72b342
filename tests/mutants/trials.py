"""Trying faults: each is put into a copy of the tree, and the tests that run its lines are asked."""

import importlib.util
import os
import queue
import random
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.copies import ROOT, environment, fresh_copy
from tests.mutants.faults import Fault, possible_faults
from tests.mutants.record import Record

PROCESSES = 2
# what the chosen tests may take together without a fault; with one, a run that takes much longer hangs
TESTS_SECONDS = 120.0
HANGS_AFTER = 300.0


@dataclass(frozen=True)
class Trial:
    """One fault and what became of it: `killed`, `hangs`, `survived`, or `no test` that runs it."""

    path: str
    fault: Fault
    outcome: str
    tests: int

    @property
    def is_caught(self) -> bool:
        return self.outcome in ("killed", "hangs")

    def __str__(self) -> str:
        source = (ROOT / self.path).read_bytes()
        line = source.count(b"\n", 0, self.fault.start) + 1
        before, after = (
            " ".join(text.decode().split())
            for text in (source[self.fault.start : self.fault.end], self.fault.text.encode())
        )
        return f"{self.path}:{line}: {self.fault.kind}, {self.outcome} ({self.tests} tests)\n  - {before}\n  + {after}"


def draw(
    paths: Collection[Path], *, kinds: Collection[str], seed: int, number: int
) -> list[tuple[str, Fault]]:
    """Draw so many of all faults that could be put into the modules; a seed draws the same ones again."""
    possible = [
        (str(path.relative_to(ROOT)), fault)
        for path in sorted(paths)
        for fault in possible_faults(path.read_bytes())
        if not kinds or fault.kind in kinds
    ]
    return random.Random(seed).sample(possible, min(number, len(possible)))


def try_all(drawn: list[tuple[str, Fault]], record: Record) -> Iterator[Trial]:
    """Try the faults, one at a time in each of the copies, and yield what became of them."""
    with ExitStack() as stack:
        copies: queue.SimpleQueue[Path] = queue.SimpleQueue()
        for _number in range(PROCESSES):
            copies.put(stack.enter_context(fresh_copy()))

        def try_in_a_free_copy(chosen: tuple[str, Fault]) -> Trial:
            copy = copies.get()
            try:
                return _try(copy, *chosen, record)
            finally:
                copies.put(copy)

        yield from stack.enter_context(ThreadPoolExecutor(PROCESSES)).map(try_in_a_free_copy, drawn)


def _try(copy: Path, path: str, fault: Fault, record: Record) -> Trial:
    tests = within(TESTS_SECONDS, record.tests_of(path, fault.lines), record.seconds)
    if not tests:
        return Trial(path, fault, "no test", 0)
    module = copy / path
    source = module.read_bytes()
    _write(module, fault.put_into(source))
    try:
        return Trial(path, fault, outcome_of(copy, tests), len(tests))
    finally:
        _write(module, source)


def within(limit: float, tests: list[str], seconds: dict[str, float]) -> list[str]:
    """Return the first tests, as many as fit into the time."""
    chosen: list[str] = []
    spent = 0.0
    for test in tests:
        spent += seconds[test]
        if chosen and spent > limit:
            break
        chosen.append(test)
    return chosen


def _write(module: Path, source: bytes) -> None:
    """Write a module; what was compiled of it goes, as its time in whole seconds may be the same."""
    module.write_bytes(source)
    Path(importlib.util.cache_from_source(str(module))).unlink(missing_ok=True)


def outcome_of(copy: Path, tests: list[str], *, hangs_after: float = HANGS_AFTER) -> str:
    """Run the tests in the copy up to the first that fails."""
    chosen = copy / "chosen-tests"
    chosen.write_text("\n".join(tests), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "--order-seed=0", f"@{chosen}"]
    process = subprocess.Popen(
        command, cwd=copy, env=environment(copy), stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        return "killed" if process.wait(hangs_after) else "survived"
    except subprocess.TimeoutExpired:
        return "hangs"
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
