"""The record of one run of the suite: which tests run a line, the fastest and most telling first."""

import hashlib
import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import coverage

from tests.mutants import recorder
from tests.mutants.copies import ROOT, environment, fresh_copy

FOLDER = ROOT / ".mutants"
LEFT_OUT = ("-m", "not browser", "-k", "not postgresql")


@dataclass(frozen=True)
class Record:
    """What is known of the tests that pass where no fault is."""

    lines: coverage.CoverageData
    seconds: dict[str, float]
    # how many lines of the program a test runs at all
    breadth: Counter[str]

    def tests_of(self, path: str, lines: range) -> list[str]:
        """Return the tests that run the lines, then those that name the module: what runs once is not asked for again.

        For what runs at import, they are those that run anything of the file.
        """
        by_line = self.lines.contexts_by_lineno(path)
        contexts = {context for line in lines for context in by_line.get(line, ())}
        if not contexts or "" in contexts:
            contexts.update(context for found in by_line.values() for context in found)
        running = {_test_of(context) for context in contexts} & set(self.seconds)
        return [*self._in_order(running), *self._in_order(self._tests_that_name(path) - running)]

    def _in_order(self, tests: set[str]) -> list[str]:
        return sorted(tests, key=lambda test: (self.seconds[test] * self.breadth[test], test))

    def _tests_that_name(self, path: str) -> set[str]:
        """Return the tests of files that name every part of a module that only runs in processes of its own."""
        parts = Path(path).with_suffix("").parts[1:]
        files = {test.partition("::")[0] for test in self.seconds}
        texts = {file: file + (ROOT / file).read_text(encoding="utf-8") for file in files}
        naming = {file for file, text in texts.items() if all(part in text for part in parts)}
        return {test for test in self.seconds if test.partition("::")[0] in naming}


def _test_of(context: str) -> str:
    """Return the test's id; a process that it started adds the phase to it."""
    return re.sub(r" \((setup|call|teardown)\)$", "", context)


def current_record() -> Record:
    """Return the record of the tree as it is, made now when there is none yet."""
    folder = FOLDER / _digest()
    if not (folder / "lines").exists():
        print("Recording which tests run which lines (one run of the suite) …", flush=True)
        _record_in(folder)
    lines = coverage.CoverageData(str(folder / "lines"))
    lines.read()
    breadth: Counter[str] = Counter()
    for path in lines.measured_files():
        for contexts in lines.contexts_by_lineno(path).values():
            breadth.update(map(_test_of, contexts))
    return Record(lines, json.loads((folder / "seconds.json").read_text()), breadth)


def _digest() -> str:
    """Return what changes whenever a module or a test changes."""
    digest = hashlib.sha256()
    for path in sorted([*(ROOT / "lms").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]):
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def _record_in(folder: Path) -> None:
    """Run the suite in a copy of the tree, where tests that need the tree itself fail and are left out."""
    folder.mkdir(parents=True, exist_ok=True)
    with fresh_copy() as copy:
        settings = copy / "coverage-of-processes"
        settings.write_text(recorder.OF_PROCESSES)
        (copy / "sitecustomize.py").write_text("import coverage\n\ncoverage.process_startup()\n")
        recording = {"RECORDED_IN": str(folder), "COVERAGE_PROCESS_START": str(settings)}
        command = [sys.executable, "-m", "pytest", "-p", "tests.mutants.recorder", "-n", "2", *LEFT_OUT]
        subprocess.run(command, cwd=copy, env={**environment(copy), **recording}, check=False)
    seconds: dict[str, float] = {}
    for path in folder.glob("tests-*.json"):
        written = json.loads(path.read_text())
        seconds.update(written["seconds"])
        for test in written["failed"]:
            print(f"left out, for it does not pass in a copy: {test}")
    combined = coverage.Coverage(config_file=False, data_file=str(folder / "lines"))
    combined.set_option("run:relative_files", True)
    combined.combine([str(folder)])
    combined.save()
    (folder / "seconds.json").write_text(json.dumps(seconds))
