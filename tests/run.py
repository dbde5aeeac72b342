"""The whole suite in one command: style, types, courses, then the tests; says what it left out, and why."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.databases import answers

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadgroup")
LOCAL = "postgresql://postgres@127.0.0.1:5432/{}"
OWN_PORT = "54329"
# the rules of the house, everything that needs no database, and one way through the whole program
FAST = (
    "tests/conventions/test_architecture.py",
    "tests/conventions/test_translations.py",
    "tests/conventions/test_docs.py",
    "tests/questions",
    "tests/markup",
    "tests/foundation",
    "tests/test_main_job.py",
)


def step(name: str, *command: str, **environment: str) -> None:
    """Run one step; a failure ends the run with its exit code."""
    began = time.monotonic()
    print(f"== {name}", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def quietly(command: list[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def postgresql() -> Iterator[str | None]:
    """Give the address of a PostgreSQL server: the one that is named or runs here, else one of our own, else None."""
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given or answers(LOCAL):
        yield given or LOCAL
        return
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs or os.geteuid() != 0:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="taitoverstas-pg-") as folder:
        shutil.chown(folder, "postgres")
        as_postgres = ["runuser", "-u", "postgres", "--"]
        control = [*as_postgres, str(programs[-1] / "pg_ctl"), "-D", f"{folder}/data", "-w"]
        quietly([*as_postgres, str(programs[-1] / "initdb"), "-A", "trust", "-D", f"{folder}/data"])
        options = f"-p {OWN_PORT} -c listen_addresses=127.0.0.1 -k {folder} -c fsync=off"
        quietly([*control, "-o", options, "-l", f"{folder}/log", "start"])
        try:
            yield f"postgresql://postgres@127.0.0.1:{OWN_PORT}/{{}}"
        finally:
            quietly([*control, "-m", "immediate", "stop"])


def style_and_types() -> None:
    step("format", str(BIN / "ruff"), "format", "--check", "--quiet", ".")
    step("lint", str(BIN / "ruff"), "check", "--quiet", ".")
    step("types", str(BIN / "mypy"))


def check() -> None:
    """What to run before each commit: style, types and the fast tests, on SQLite alone, within a minute."""
    style_and_types()
    step("fast tests", *PYTEST, *FAST, TEST_POSTGRESQL_URL="")


def whole_suite() -> None:
    """Everything, on both databases."""
    style_and_types()
    step("courses", sys.executable, "-m", "lms", "course", "check")
    with postgresql() as address:
        if address is None:
            print("Left out: PostgreSQL (no server answers, and none can be started here)")
            if IN_CI:
                sys.exit(1)
        step("tests", *PYTEST, TEST_POSTGRESQL_URL=address or "")


if __name__ == "__main__":
    check() if sys.argv[1:] == ["check"] else whole_suite()
