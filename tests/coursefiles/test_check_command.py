"""`lms course check` prints each fault as file:line: message, and needs no database."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli.main import course_commands
from tests.coursefiles.course_folders import COURSE, LESSON, SECOND, course_with, write_files
from tests.coursefiles.test_criteria_files import FILE

ROOT = Path(__file__).resolve().parents[2]


def check(*paths: Path) -> Result:
    return CliRunner().invoke(course_commands, ["check", *map(str, paths)])


def test_a_good_course_exits_0_with_a_summary(tmp_path: Path) -> None:
    result = check(course_with(tmp_path, {}))

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "No faults: 1 course, 2 lessons, 1 task, 1 quiz, 20 words.",
        "kurssi: 2 pieces of advice; see them with --advice.",
    ]


def test_a_folder_of_courses_is_checked_whole(tmp_path: Path) -> None:
    course_with(tmp_path, {})
    write_files(tmp_path / "toinen", {"course.md": COURSE, "01-a.md": SECOND})
    write_files(tmp_path, {"_surveys/a.md": "x", "README.md": "x", "_criteria/tyo.yaml": FILE})

    result = check(tmp_path)

    assert result.output.startswith("No faults: 2 courses, 3 lessons")


def test_a_fault_exits_1_with_file_line_message_and_fix(tmp_path: Path) -> None:
    folder = course_with(tmp_path, {"02-toinen.md": SECOND.replace("minutes: 5", "minutes: five")})

    result = check(tmp_path)

    assert result.exit_code == 1
    assert result.output == (
        f"{folder}/02-toinen.md:3: `minutes` is not a whole number from 1 to 600. "
        "Write a whole number from 1 to 600.\n"
    )


@pytest.mark.parametrize("by_course", [True, False])
def test_codes_are_looked_up_in_the_criteria_beside_the_course(tmp_path: Path, by_course: bool) -> None:
    write_files(tmp_path / "_criteria", {"tyo.yaml": FILE})
    known = COURSE.replace("requires", "checklist: tyo\ncriteria: [osaamistavoitteet_1078]\nrequires")
    lesson = LESSON.replace("section", "criteria: [osaamistavoitteet_1078]\nsection")
    folder = course_with(tmp_path, {"course.md": known, "01-ensimmainen.md": lesson})
    path = folder if by_course else tmp_path

    assert check(path).exit_code == 0
    (folder / "course.md").write_text(known.replace("_1078", "_9999"), encoding="utf-8")
    result = check(path)

    assert result.exit_code == 1
    assert "course.md:11: The code `osaamistavoitteet_9999` is in no file of _criteria" in result.output


def test_a_fault_in_a_criteria_file_is_reported_and_not_doubled(tmp_path: Path) -> None:
    write_files(tmp_path / "_criteria", {"tyo.yaml": FILE.replace("scope: 2", "scope: x")})
    course_with(tmp_path, {"course.md": COURSE.replace("requires", "checklist: tyo\nrequires")})

    result = check(tmp_path)

    assert result.exit_code == 1
    assert len(result.output.splitlines()) == 1
    assert "tyo.yaml:7:" in result.output


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({}, "There are no courses here"),
        ({"a.txt": "x"}, "belongs to no course"),
        ({"_muu/a.md": "x"}, "Unknown folder"),
    ],
)
def test_a_folder_without_courses_is_a_fault(
    tmp_path: Path, files: dict[str, str | bytes | None], words: str
) -> None:
    write_files(tmp_path / "courses", files)

    result = check(tmp_path / "courses")

    assert result.exit_code == 1
    assert words in result.output


def test_a_path_that_is_not_there_is_wrong_use(tmp_path: Path) -> None:
    assert check(tmp_path / "ei").exit_code == 2


def test_a_course_may_be_checked_from_inside_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(course_with(tmp_path, {}))

    assert check(Path()).exit_code == 0


def test_the_check_reads_no_settings_and_no_database(tmp_path: Path) -> None:
    folder = course_with(tmp_path, {})

    result = subprocess.run(
        [sys.executable, "-m", "lms", "course", "check", str(folder)],
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "LMS_NONSENSE": "1",
            "LMS_DATABASE_URL": "nonsense",
        },
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (0, "")


def test_the_whole_program_exits_1_on_a_fault(tmp_path: Path) -> None:
    folder = course_with(tmp_path, {"course.md": None})

    result = subprocess.run(
        [sys.executable, "-m", "lms", "course", "check", str(folder)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stderr) == (1, "")
    assert "There is no course.md" in result.stdout


def test_hidden_characters_behind_codes_are_faults_with_their_lines(tmp_path: Path) -> None:
    title = SECOND.replace("Toinen osio", r'"Kolmas \e[31m\e]0;pwn\a"')
    folder = course_with(tmp_path, {"02-toinen.md": title, "03-kolmas.md": SECOND + "\nA &#x202E; b\n"})

    result = check(tmp_path)

    assert result.exit_code == 1
    assert f"{folder}/02-toinen.md:2: A hidden character (U+001B). " in result.output
    assert f"{folder}/03-kolmas.md:8: A hidden character (U+202E). " in result.output
    assert "\x1b" not in result.output
