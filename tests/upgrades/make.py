"""Makes a small site of today's shape in the browser and by commands, and stores it beside this file.

`python -m tests.upgrades.make 0007` writes `0007.json`, every row of every table; `0007-browser.json`, what the
browser of somebody who is in the middle of writing holds; and `0007-media`, the pictures of the courses. The number
is that of the newest migration.

The clock and the ids are the same each time; password hashes, keys of forms and codes of certificates are drawn anew.
What is stored was made by the program of its time and is never made again: later programs only read it.
"""

import json
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from click.testing import CliRunner
from flask import Flask

from lms import clock, config
from lms.accounts import passwords
from lms.app import create_app
from lms.cli.main import lms as lms_command
from tests.client import PASSWORD, Client
from tests.upgrades import rows, work

SECRET_KEY = "the key of the stored site, 0123456789abcdef"
COURSES = rows.FOLDER / "courses"
OFFICIAL = rows.FOLDER / "peruste.json"

# the day in 2026, who signs in, and what they do
Step = tuple[int, int, str, Callable[[Client], None]]

SETTING_UP: tuple[Step, ...] = (
    (10, 16, "pasi", work.add_people),
    (10, 17, "hanna", work.open_runs),
    (11, 1, "hanna", work.close_a_run),
)
STUDYING: tuple[Step, ...] = (
    (11, 2, "liisa", work.take_the_newer_version),
    (11, 3, "aino", work.study),
    (11, 5, "aino", work.write_a_diary),
    (11, 6, "liisa", work.answer_tasks),
    (11, 8, "aino", work.ask_for_approval),
    (11, 9, "liisa", work.answer_claims),
)
FINISHING: tuple[Step, ...] = (
    (11, 11, "aino", work.ask_again),
    (11, 12, "liisa", work.approve),
    (11, 14, "eero", work.study_as_another),
    (11, 15, "aino", work.change_ones_mind),
    (11, 15, "pirjo", work.join_and_finish),
    (11, 16, "hanna", work.issue_certificates),
    (11, 18, "pirjo", work.leave),
    (11, 20, "aino", work.write_after_the_sign_in_has_ended),
)


@contextmanager
def on(month: int, day: int, hour: int = 10, minute: int = 4) -> Iterator[None]:
    """Let it be this moment of 2026, in UTC."""
    with clock.fixed(datetime(2026, month, day, hour, minute, tzinfo=UTC)):
        yield


def environment(folder: Path) -> dict[str, str]:
    return {
        "LMS_ENV": "test",
        "LMS_DATABASE_URL": f"sqlite:///{folder / 'lms.db'}",
        "LMS_DATA_DIR": str(folder),
        "LMS_SECRET_KEY": SECRET_KEY,
        "LMS_OPERATOR_NAME": "Esimerkkikaupungin Taitoverstas",
        "LMS_OPERATOR_PHONE": "012 345 6789",
        "LMS_OPERATOR_EMAIL": "taitoverstas@example.org",
    }


def run(settings: dict[str, str], *command: str, typed: str = "") -> None:
    """Run `lms` with these words; it must succeed."""
    result = CliRunner().invoke(lms_command, command, env=settings, input=typed)
    assert result.exit_code == 0, f"{command}: {result.output} {result.exception}"


def earlier_courses(folder: Path) -> Path:
    """Return a folder of the courses as they were first: the last lesson begins with other words."""
    courses = folder / "courses"
    shutil.copytree(COURSES, courses)
    lesson = courses / "pieni" / "02-loppu.md"
    text = lesson.read_text(encoding="utf-8")
    lesson.write_text(text.replace("Katso, mitä sait aikaan.", "Katso taaksepäin."), encoding="utf-8")
    return courses


def begin(settings: dict[str, str], folder: Path) -> None:
    """The operator makes the database, publishes the first courses and adds the first admin."""
    run(settings, "db", "upgrade")
    with on(10, 14):
        run(settings, "course", "publish", str(earlier_courses(folder)))
    with on(10, 15):
        given = ("user", "add", "pasi", "--role", "admin", "--name", "Pasi Kallio", "--password-stdin")
        run(settings, *given, typed=PASSWORD)


def live(app: Flask, settings: dict[str, str]) -> dict[str, object]:
    """Let everybody do their work in five weeks; return what Aino's browser holds at the end."""
    let_work(app, SETTING_UP)
    with on(11, 1):
        run(settings, "course", "publish", str(COURSES))
    let_work(app, STUDYING)
    with on(11, 10):
        run(settings, "criteria", "import", str(OFFICIAL))
    let_work(app, FINISHING)
    with on(11, 23, hour=10, minute=0):
        work.delete_an_entry(Client(app).sign_in("eero"))
        browser = work.open_a_page(Client(app).sign_in("aino"))
        work.mistype_passwords(app)
        return browser


def let_work(app: Flask, steps: Sequence[Step]) -> None:
    for month, day, username, do in steps:
        with on(month, day):
            do(Client(app).sign_in(username))


def make(folder: Path) -> tuple[rows.Rows, dict[str, object]]:
    """Make the site in an empty folder; return its rows, and what a browser holds."""
    passwords.use_cheap_hashes()
    settings = environment(folder)
    begin(settings, folder)
    app = create_app(config.load(settings))
    browser = live(app, settings)
    engine = app.extensions["engine"]
    with engine.connect() as connection:
        found = rows.take_out(connection, rows.tables_of(connection))
    engine.dispose()
    return found, {"secret_key": SECRET_KEY, **browser}


def main(number: str) -> None:
    with TemporaryDirectory() as folder:
        found, browser = make(Path(folder))
        shutil.copytree(Path(folder) / "media", rows.media_of(number), dirs_exist_ok=True)
    rows.path_of(number).write_text(rows.as_text(found), encoding="utf-8")
    text = json.dumps(browser, ensure_ascii=False, indent=2) + "\n"
    rows.browser_path_of(number).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
