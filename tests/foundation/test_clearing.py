"""`lms db upgrade` writes an SQLite file anew, once: what was deleted before `secure_delete` goes from it."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from lms import db, schema
from lms.config import ROOT, Settings
from tests.databases import settings_for

CANARY = b"kanarialintu"
REFUSED = "run once more: lms db upgrade"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A database of some megabytes in which much has been deleted the old way."""
    made = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    schema.upgrade(made)
    with closing(db.sqlite_driver.connect(str(tmp_path / "lms.db"), isolation_level=None)) as connection:
        connection.execute("PRAGMA secure_delete=0")
        connection.execute("CREATE TABLE kept (text)")
        connection.execute("CREATE TABLE gone (text)")
        connection.execute("INSERT INTO kept VALUES (?)", ["stays" * 400_000])
        connection.execute("INSERT INTO gone VALUES (?)", [CANARY.decode() * 10_000])
        connection.execute("DROP TABLE gone")
    assert CANARY in (tmp_path / "lms.db").read_bytes()
    return made


def upgrade(settings: Settings, *, largest_file: str = "unlimited") -> "subprocess.CompletedProcess[str]":
    environment = {
        "LMS_ENV": "test",
        "LMS_DATA_DIR": str(settings.data_dir),
        "LMS_DATABASE_URL": settings.database_url,
    }
    command = ["sh", "-c", f'ulimit -f {largest_file}; exec "$0" -m lms db upgrade', sys.executable]
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)


def held(settings: Settings) -> bytes:
    return b"".join(path.read_bytes() for path in settings.data_dir.glob("lms.db*"))


def test_the_upgrade_clears_the_file_once(settings: Settings) -> None:
    done = upgrade(settings)

    assert (done.returncode, done.stderr) == (0, "")
    assert CANARY not in held(settings)
    with closing(db.sqlite_driver.connect(str(settings.data_dir / "lms.db"))) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.CLEARED,)


def test_without_room_for_a_copy_the_upgrade_is_done_and_says_what_is_left(settings: Settings) -> None:
    refused = upgrade(settings, largest_file="2000")

    assert refused.returncode == 0
    assert "up to date" in refused.stdout
    assert REFUSED in refused.stderr and len(refused.stderr.splitlines()) == 1
    assert CANARY in held(settings)
    assert upgrade(settings).stderr == ""
    assert CANARY not in held(settings)
