"""Settings: nonsense stops the start with one line that says how to fix it."""

import errno
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lms import config
from lms.config import ConfigurationError, Environment
from lms.serving import server


def load(tmp_path: Path, **values: str) -> config.Settings:
    return config.load({"LMS_DATA_DIR": str(tmp_path), **values})


def test_an_empty_environment_is_production_on_sqlite(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings.environment is Environment.PRODUCTION
    assert settings.database_url == f"sqlite:///{tmp_path / 'lms.db'}"
    assert settings.proxies == 0
    assert settings.known_networks == ()


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("LMS_DATABSE_URL", "sqlite:///x.db", "LMS_DATABSE_URL is not a setting"),
        ("LMS_ENV", "prod", "use one of production, development, test"),
        ("LMS_FREE_MB", "-1", "use the megabytes that must stay free"),
        ("LMS_FREE_MB", "2 GB", "use the megabytes that must stay free"),
        ("LMS_DATABASE_URL", "mysql://x", "only sqlite and postgresql"),
        ("LMS_DATABASE_URL", "nonsense", "not a database address"),
        ("LMS_DATABASE_URL", "sqlite://", "names no file"),
        ("LMS_SECRET_KEY", "short", "too weak"),
        ("LMS_SECRET_KEY", "a" * 64, "too weak"),
        ("LMS_BASE_URL", "taitoverstas.example", "use https://"),
        ("LMS_BASE_URL", "https://x.example/path", "without a path"),
        ("LMS_BASE_URL", "http://x.example", "production needs https"),
        ("LMS_BASE_URL", "https://[", "use https://"),
        ("LMS_BASE_URL", "https://[nonsense]", "use https://"),
        ("LMS_BASE_URL", "https://x:99999", "use https://"),
        ("LMS_BASE_URL", "https://x:abc", "use https://"),
        ("LMS_BASE_URL", "https://x:", "use https://"),
        ("LMS_BASE_URL", "https://a b", "use https://"),
        ("LMS_BASE_URL", "https://a\nb", "use https://"),
        ("LMS_BASE_URL", "https://u:p@x", "use https://"),
        ("LMS_BASE_URL", "HTTPS://x.example", "use https://"),
        ("LMS_BASE_URL", "https://" + "ä" * 70, "use https://"),
        ("LMS_DATABASE_URL", "postgresql+foo://x", "only sqlite and postgresql"),
        ("LMS_DATABASE_URL", "postgresql://127.0.0.1:abc/x", "not a database address"),
        ("LMS_DATA_DIR", "/etc/passwd", "name a folder"),
        ("LMS_DATA_DIR", "/dev/null", "name a folder"),
        ("LMS_DATA_DIR", "~nobodyx", "name a folder"),
        ("LMS_DATA_DIR", "/a\0b", "name a folder"),
        ("LMS_PERSON_QUOTA_MB", "0", "the megabytes of text"),
        ("LMS_PERSON_QUOTA_MB", "-5", "the megabytes of text"),
        ("LMS_PERSON_QUOTA_MB", "1.5", "the megabytes of text"),
        ("LMS_PERSON_QUOTA_MB", "100 MB", "the megabytes of text"),
        ("LMS_PERSON_QUOTA_MB", "1000000", "the megabytes of text"),
        ("LMS_PERSON_QUOTA_MB", "٣", "the megabytes of text"),
        ("LMS_PROXIES", "-1", "number of trusted proxies"),
        ("LMS_PROXIES", "many", "number of trusted proxies"),
        ("LMS_PROXIES", "٣", "number of trusted proxies"),
        ("LMS_KNOWN_NETWORKS", "192.0.2.0/24, school", "write networks such as"),
        ("LMS_KNOWN_NETWORKS", "192.0.2.1/24", "write networks such as"),
        ("LMS_KNOWN_NETWORKS", "192.0.2.0/24\n::/zero", "write networks such as"),
        ("LMS_KNOWN_NETWORKS", "0.0.0.0/0", "too wide"),
        ("LMS_KNOWN_NETWORKS", "2001::/16", "too wide"),
        ("LMS_MAIL_URL", "smtp://[", "must begin with smtp://"),
        ("LMS_MAIL_URL", "smtp://mail:abc", "must begin with smtp://"),
        ("LMS_MAIL_URL", "http://mail", "must begin with smtp://"),
        ("LMS_REDIS_URL", "localhost", "must begin with redis://"),
        ("LMS_CONFIG", "/ei/ole", "cannot be read"),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_in_one_line(
    tmp_path: Path, name: str, value: str, told: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        config.load({"LMS_DATA_DIR": str(tmp_path), name: value})

    assert told in str(refused.value)
    assert "\n" not in str(refused.value)


def test_networks_of_both_kinds_are_named_with_commas(tmp_path: Path) -> None:
    settings = load(tmp_path, LMS_KNOWN_NETWORKS="192.0.2.0/24, 2001:db8::/48,198.51.100.7,10.0.0.0/8,")

    assert [str(network) for network in settings.known_networks] == [
        "192.0.2.0/24",
        "2001:db8::/48",
        "198.51.100.7/32",
        "10.0.0.0/8",
    ]


def test_the_secret_key_is_generated_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    first, second = load(tmp_path).secret_key, load(tmp_path).secret_key

    assert first == second
    assert len(first) == 64
    assert stat.S_IMODE((tmp_path / "secret-key").stat().st_mode) == 0o600


def test_a_data_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(ConfigurationError, match="cannot be written"):
        config.load({"LMS_DATA_DIR": str(tmp_path / "file" / "inside")})


@pytest.mark.parametrize("kept", [b"", b"\n", b"x", b"a" * 64, b"\xff" * 64])
def test_a_stored_secret_key_that_is_weak_is_refused_with_the_fix(tmp_path: Path, kept: bytes) -> None:
    (tmp_path / "secret-key").write_bytes(kept)

    with pytest.raises(ConfigurationError, match="remove the file") as refused:
        load(tmp_path)

    assert str(tmp_path / "secret-key") in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_stored_secret_key_that_cannot_be_read_is_reported(tmp_path: Path) -> None:
    (tmp_path / "secret-key").mkdir()

    with pytest.raises(ConfigurationError, match="cannot be read"):
        load(tmp_path)


def test_a_disk_that_is_full_leaves_no_half_key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(ConfigurationError, match="No space left"):
        load(tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_workers_that_start_at_once_keep_the_same_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: load(tmp_path / "new").secret_key, range(40)))

    assert len(keys) == 1
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret-key"]


@pytest.mark.parametrize(
    ("base_url", "host"),
    [
        ("https://[2001:db8::1]:8443", "2001:db8::1"),
        ("https://työ.example", "xn--ty-gka.example"),
        ("http://localhost:8000", "localhost"),
    ],
)
def test_the_host_is_as_a_browser_sends_it(tmp_path: Path, base_url: str, host: str) -> None:
    assert load(tmp_path, LMS_BASE_URL=base_url).host == host


def test_an_empty_host_to_serve_on_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="--host is empty"):
        server.serve(load(tmp_path), host="", port=8000, workers=1)


def test_a_site_for_people_that_names_no_contact_is_warned(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    server.warn_of_missing_settings(load(tmp_path, LMS_ENV="production"))
    assert "LMS_OPERATOR_PHONE" in capsys.readouterr().err

    for more in (
        {"LMS_ENV": "production", "LMS_OPERATOR_EMAIL": "a@example.org"},
        {"LMS_ENV": "development"},
    ):
        server.warn_of_missing_settings(load(tmp_path, **more))
        assert capsys.readouterr().err == ""


def test_a_bad_setting_is_one_line_and_exit_1(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "lms", "db", "upgrade"],
        env={"LMS_DATA_DIR": str(tmp_path), "LMS_BASE_URL": "https://["},
        cwd=config.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    assert done.stderr.startswith("Error: LMS_BASE_URL")


def test_settings_come_from_a_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "settings.env"
    file.write_text('# oma\nLMS_OPERATOR_NAME="Esimerkkilä"\nLMS_OPERATOR_PHONE=012\n', encoding="utf-8")

    settings = load(tmp_path, LMS_CONFIG=str(file), LMS_OPERATOR_PHONE="034")

    assert (settings.operator.name, settings.operator.phone) == ("Esimerkkilä", "034")


@pytest.mark.parametrize("line", ["OTHER=1", "LMS_ENV production", "LMS_TYPO=1"])
def test_a_bad_line_in_the_file_is_reported(tmp_path: Path, line: str) -> None:
    file = tmp_path / "settings.env"
    file.write_text(line + "\n", encoding="utf-8")

    with pytest.raises(ConfigurationError):
        load(tmp_path, LMS_CONFIG=str(file))


def test_every_setting_of_the_environment_is_read_only_through_config() -> None:
    readers = [
        path.name
        for path in (config.ROOT / "lms").rglob("*.py")
        if "os.environ" in path.read_text(encoding="utf-8")
        and path.name not in ("config.py", "development.py")
    ]
    assert readers == []
