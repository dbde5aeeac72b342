"""`lms course new` makes a course that has no faults and shows every block, and writes over nothing."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli.main import course_commands
from lms.coursefiles.blocks.kinds import BLOCK_KINDS
from lms.coursefiles.blocks.part import Block
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.task import ANSWERS, REVIEWS
from lms.coursefiles.read.blocks import scan_blocks
from lms.coursefiles.read.courses import COURSE_FIELDS, read_course
from lms.coursefiles.read.lessons import LESSON_FIELDS
from lms.coursefiles.render.renderer import Renderer
from lms.faults import FaultList
from lms.questions.kinds import QUESTION_KINDS


def new(*arguments: str) -> Result:
    return CliRunner().invoke(course_commands, ["new", *arguments])


@pytest.fixture
def made(tmp_path: Path) -> Path:
    result = new("oma-kurssi", "--into", str(tmp_path))
    assert result.exit_code == 0, result.output
    return tmp_path / "oma-kurssi"


def test_the_made_course_passes_the_check(made: Path) -> None:
    result = CliRunner().invoke(course_commands, ["check", str(made)])

    assert result.output.startswith("No faults: 1 course, 2 lessons, 3 tasks, 1 quiz")


def test_the_made_course_passes_with_the_shipped_criteria_taken_into_use(
    tmp_path: Path, renderer: Renderer
) -> None:
    new("kurssi", "--into", str(tmp_path))
    for path in (tmp_path / "kurssi").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        path.write_text(
            text.replace("# criteria", "criteria").replace("# checklist", "checklist"), encoding="utf-8"
        )

    reading = read_course(
        tmp_path / "kurssi",
        renderer=renderer,
        known_codes=frozenset({"osaamistavoitteet_1073"}),
        checklists=frozenset({"tyoelamassa-toimiminen"}),
    )

    assert reading.faults == ()


def test_it_tells_what_it_made_and_what_to_do_next(tmp_path: Path) -> None:
    lines = new("oma-kurssi", "--into", str(tmp_path)).output.splitlines()

    assert lines[:-1] == [str(path) for path in sorted(tmp_path.rglob("*")) if path.is_file()]
    assert lines[-1].endswith(f"lms course check {tmp_path / 'oma-kurssi'}")


def test_the_made_course_shows_everything_there_is(made: Path, renderer: Renderer) -> None:
    blocks = [
        part
        for path in made.glob("0*.md")
        for part in scan_blocks(path.read_text(encoding="utf-8"), 1, FaultList("a.md"))
        if isinstance(part, Block)
    ]
    course = read_course(made, renderer=renderer).course
    assert course
    quizzes = [part for lesson in course.lessons for part in lesson.main.parts if isinstance(part, QuizPart)]
    text = "".join(path.read_text(encoding="utf-8") for path in made.glob("*.md"))

    assert {block.part_type for block in blocks} == set(BLOCK_KINDS.values())
    assert {block.options.get("answer") for block in blocks} - {None} == set(ANSWERS)
    assert {block.options.get("review") for block in blocks} - {None} == set(REVIEWS)
    assert {question.kind for quiz in quizzes for question in quiz.questions} == set(QUESTION_KINDS)
    names = {
        *COURSE_FIELDS,
        *LESSON_FIELDS,
        *(name for kind in BLOCK_KINDS.values() for name in kind.option_names),
    }
    assert [name for name in names if f"{name}: " not in text] == []


def test_no_comment_reaches_the_reader(made: Path, renderer: Renderer) -> None:
    course = read_course(made, renderer=renderer).course

    assert course
    assert "////" not in repr(course)


def test_a_folder_that_is_there_is_left_alone(made: Path) -> None:
    (made / "course.md").write_text("mine", encoding="utf-8")

    result = new("oma-kurssi", "--into", str(made.parent))

    assert result.exit_code == 1
    assert "is there already" in result.output
    assert (made / "course.md").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("slug", ["Oma", "oma kurssi", "../muualle", "a/b", "", "-a", "ö", "a" * 61])
def test_an_impossible_name_is_wrong_use(tmp_path: Path, slug: str) -> None:
    result = new("--into", str(tmp_path), "--", slug)

    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    # A path that leaves no room for one more name stops even an administrator.
    long = tmp_path
    while (room := 4060 - len(str(long))) > 1:
        long /= "x" * min(200, room - 1)
    long.mkdir(parents=True)

    result = new("a" * 60, "--into", str(long))

    assert result.exit_code == 1
    assert "cannot be written" in result.output


def test_without_a_folder_of_courses_it_is_wrong_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert new("oma").exit_code == 2
    Path("courses").mkdir()
    assert new("oma").exit_code == 0


def test_a_folder_name_cannot_command_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a\u202eb").mkdir()

    output = new("kurssi", "--into", str(tmp_path / "a\u202eb")).output

    assert "a\\u202eb/kurssi" in output
    assert "\u202e" not in output
