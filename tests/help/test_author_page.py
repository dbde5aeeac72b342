"""What the help for authors shows is so: its examples, put together, are a course without a fault."""

import re
from pathlib import Path

import pytest

from lms.config import ROOT
from lms.coursefiles.read.courses import read_course
from lms.coursefiles.render.renderer import Renderer
from tests.coursefiles.course_folders import write_files

GUIDE = ROOT / "courses" / "_guide"
_FENCE = re.compile(r"^```text\n(.*?)^```$", re.M | re.S)
SECOND = "---\ntitle: Toinen\nminutes: 5\n---\n\nTekstiä.\n"
PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><path d="M0 9h9"/></svg>'


@pytest.mark.parametrize("ending", ["", ".sv", ".en"])
def test_the_examples_are_a_course_without_a_fault(tmp_path: Path, ending: str) -> None:
    shown = _FENCE.findall((GUIDE / f"04-author{ending}.md").read_text(encoding="utf-8"))
    course, lesson = (text for text in shown if text.startswith("---"))
    blocks = [text for text in shown if text.startswith("///")]
    folder = write_files(
        tmp_path / "oma-kurssi",
        {
            "course.md": course,
            "01-ensimmainen-osio.md": "\n".join([lesson, *blocks]),
            "02-toinen-osio.md": SECOND,
            "media/portaat.svg": PICTURE,
        },
    )

    with Renderer(wall_seconds=120) as renderer:
        reading = read_course(folder, renderer=renderer)

    assert [str(fault) for fault in reading.faults] == []
    assert {block.part_type.kind for found in reading.lessons for block in found.blocks} == {
        *("task", "quiz", "diary", "steps", "note", "tip", "warning"),
    }


@pytest.mark.parametrize("ending", ["", ".sv", ".en"])
def test_the_commands_are_those_of_the_program(ending: str) -> None:
    shown = _FENCE.findall((GUIDE / f"04-author{ending}.md").read_text(encoding="utf-8"))
    commands = {line for text in shown for line in text.splitlines() if line.startswith("lms ")}

    assert commands == {
        "lms course new oma-kurssi",
        "lms course check",
        "lms course check --advice",
        "lms course publish",
    }
