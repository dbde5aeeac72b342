"""What the program keeps is closed to other users of the machine; what people ask for is not."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from lms import config, schema
from lms.config import ROOT, ConfigurationError
from tests.databases import settings_for
from tests.faults.site import served

pytestmark = pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")

NOBODY = 65534


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def load(folder: Path) -> config.Settings:
    return config.load({"LMS_DATA_DIR": str(folder)})


def run(folder: Path, *arguments: str, script: str = "") -> "subprocess.CompletedProcess[str]":
    """Run Python as most people do, with a umask of 022."""
    return subprocess.run(
        [sys.executable, *(("-c", script) if script else ("-m", *arguments))],
        cwd=ROOT,
        env={"LMS_DATA_DIR": str(folder), "LMS_ENV": "development"},
        capture_output=True,
        text=True,
        check=True,
        umask=0o022,
    )


def test_an_open_folder_of_ours_and_its_files_are_closed_at_the_start(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    media = folder / "media"
    media.mkdir(parents=True)
    (folder / "secret-key").write_text("0123456789abcdef" * 4)
    names = ("lms.db", "lms.db-wal", "lms.db-shm", "demo-password", "media/a.png", "secret-key")
    for name in names:
        (folder / name).touch()
        (folder / name).chmod(0o664)
    for path in (folder, media):
        path.chmod(0o2775)

    load(folder)

    assert {mode(folder / name) for name in names} == {0o600}
    assert (mode(folder), mode(media)) == (0o2700, 0o2700)


def test_a_database_elsewhere_is_closed_and_its_folder_left_alone(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o755)
    (elsewhere / "site.db").touch(mode=0o644)

    settings_for(f"sqlite:///{elsewhere / 'site.db'}", tmp_path / "data")

    assert (mode(elsewhere / "site.db"), mode(elsewhere)) == (0o600, 0o755)


def test_a_link_to_a_folder_closes_the_folder(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir(mode=0o755)
    (tmp_path / "link").symlink_to("real")

    load(tmp_path / "link")

    assert mode(tmp_path / "real") == 0o700


@pytest.mark.parametrize("bits", [0o1777, 0o755])
def test_a_folder_that_others_use_is_refused_and_stays_as_it_is(tmp_path: Path, bits: int) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    (folder / "of-somebody-else").touch()
    folder.chmod(bits)

    with pytest.raises(
        ConfigurationError, match="not the program's own; name a folder of its own"
    ) as refused:
        load(folder)

    assert "\n" not in str(refused.value)
    assert mode(folder) == bits
    assert [path.name for path in folder.iterdir()] == ["of-somebody-else"]


@pytest.mark.skipif(os.name == "posix" and os.geteuid() != 0, reason="only root can be somebody else")
def test_a_folder_of_somebody_else_is_refused() -> None:
    script = (
        "import os\n"
        "from lms import config\n"
        f"os.setuid({NOBODY})\n"
        "try: config.load()\n"
        "except config.ConfigurationError as fault: print(fault)\n"
    )
    with TemporaryDirectory() as place:
        Path(place).chmod(0o755)
        folder = Path(place) / "data"
        folder.mkdir()
        folder.chmod(0o777)
        told = run(folder, script=script).stdout

        assert "let its owner run chmod 700" in told
        assert mode(folder) == 0o777


def test_all_that_a_command_makes_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "data"
    run(folder, "lms", "db", "upgrade")
    run(folder, "lms", "course", "publish", "courses/tervetuloa")

    made = {path.relative_to(tmp_path).as_posix(): mode(path) for path in tmp_path.rglob("*")}
    assert made.pop("new") == made.pop("new/data") == 0o700
    assert {bits & 0o077 for bits in made.values()} == {0} and "new/data/lms.db" in made


def test_under_another_server_files_are_closed_too(tmp_path: Path) -> None:
    script = f"import os, wsgi; open({str(tmp_path / 'made')!r}, 'w').close()"
    run(tmp_path / "data", script=script)

    assert mode(tmp_path / "made") == 0o600


def test_the_workers_of_the_server_make_closed_files(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    schema.upgrade(settings)
    with served(settings, workers=1) as site:
        status = [Path(f"/proc/{pid}/status").read_text() for pid in (site.server.pid, *site.workers())]

    assert [re.findall(r"Umask:\s*(\d+)", text) for text in status] == [["0077"]] * 2


def test_every_entry_point_is_private_first() -> None:
    for name in ("lms/cli/main.py", "lms/cli/development.py", "wsgi.py"):
        assert "file_modes.use_private_umask()" in (ROOT / name).read_text(encoding="utf-8"), name


def test_what_people_ask_for_has_the_usual_permissions(tmp_path: Path) -> None:
    run(tmp_path / "data", "lms", "course", "new", "oma-kurssi", "--into", str(tmp_path))

    assert mode(tmp_path / "oma-kurssi" / "course.md") == 0o644
    assert mode(tmp_path / "oma-kurssi") == 0o755
