"""The `lms` command: each of its parts is found by name, and loads only what it needs."""

import subprocess
import sys
from pathlib import Path

from lms.cli.main import COMMANDS, course_commands
from lms.config import ROOT

HEAVY = {"granian", "alembic"}


def test_every_file_of_commands_can_be_reached() -> None:
    places = [*COMMANDS.values(), *course_commands.table.values()]
    named = {place.split(":")[0] for place in places if isinstance(place, str)}
    found = {f"lms.{path.parent.name}.cli" for path in (ROOT / "lms").glob("*/cli.py")}
    assert named == {*found, "lms.cli.publish", "lms.cli.site"}


def test_publishing_loads_neither_the_server_nor_migrations_nor_pages(tmp_path: Path) -> None:
    def lms(*arguments: str, python: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *python, "-m", "lms", *arguments],
            env={"LMS_DATA_DIR": str(tmp_path), "LMS_ENV": "development"},
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=True,
        )

    lms("db", "upgrade")
    lms("course", "publish", "courses/tervetuloa")
    again = lms("course", "publish", "courses/tervetuloa", python=("-X", "importtime"))

    assert "tervetuloa: unchanged (version 1)" in again.stdout
    loaded = {line.rsplit("|", 1)[-1].strip() for line in again.stderr.splitlines()}
    assert "lms.catalogue.operations" in loaded
    assert "lms.booklets.cli" not in loaded
    assert [name for name in loaded if name.split(".")[0] in HEAVY or name.endswith("views")] == []


def test_a_database_that_is_none_is_one_line_and_exit_1(tmp_path: Path) -> None:
    (tmp_path / "lms.db").write_bytes(b"This is not a database. " * 100)
    environment = {"LMS_ENV": "test", "LMS_DATA_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "lms", "course", "publish", str(ROOT / "courses" / "tervetuloa")]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: ")
    assert done.stderr.count("\n") == 1
