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

import psycopg

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
IN_CI = os.environ.get("CI") == "true"
WORKERS = "2"
LOCAL = "postgresql://postgres@127.0.0.1:5432/{}"
OWN_PORT = "54329"


def step(name: str, *command: str, **environment: str) -> None:
    """Run one step; a failure ends the run with its exit code."""
    began = time.monotonic()
    print(f"== {name}", flush=True)
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False)
    print(f"   {time.monotonic() - began:.0f} s", flush=True)
    if done.returncode:
        sys.exit(done.returncode)


def answers(url: str) -> bool:
    try:
        with psycopg.connect(url.format("postgres"), connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


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


def main() -> None:
    step("format", str(BIN / "ruff"), "format", "--check", "--quiet", ".")
    step("lint", str(BIN / "ruff"), "check", "--quiet", ".")
    step("types", str(BIN / "mypy"))
    step("courses", sys.executable, "-m", "lms", "course", "check")
    with postgresql() as address:
        if address is None:
            print("Left out: PostgreSQL (no server answers, and none can be started here)")
            if IN_CI:
                sys.exit(1)
        environment = {"TEST_POSTGRESQL_URL": address or ""}
        step("tests", sys.executable, "-m", "pytest", "-n", WORKERS, "--dist", "loadgroup", **environment)


if __name__ == "__main__":
    main()
