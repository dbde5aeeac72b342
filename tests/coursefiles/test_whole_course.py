"""Faults that only a course as a whole has: what nothing practises or shows, and slips of the writing hand."""

from pathlib import Path

import pytest

from lms.coursefiles.read.courses import read_course
from lms.coursefiles.render.renderer import Renderer
from tests.coursefiles.course_folders import COURSE, LESSON, PNG, SECOND, course_with, lesson

Files = dict[str, str | bytes | None]
CODE = "osaamistavoitteet_1073"
NAMING = COURSE.replace("enrolment", f"criteria: [{CODE}]\nenrolment")
PRACTISING = LESSON.replace("section", f"criteria: [{CODE}]\nsection")
READING = SECOND.replace("minutes", f"criteria: [{CODE}]\nminutes")
TASK = "/// task | Tee\n    id: tee\nKirjoita kaksi lausetta.\n///\n"


def faults(parent: Path, renderer: Renderer, files: Files) -> list[tuple[str, int, str]]:
    reading = read_course(course_with(parent, files), renderer=renderer)
    return [(Path(fault.path).name, fault.line, fault.message) for fault in reading.faults]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"course.md": NAMING, "01-ensimmainen.md": PRACTISING}, None),
        ({"course.md": NAMING}, f"No lesson names the criterion `{CODE}`"),
        ({"course.md": NAMING, "02-toinen.md": READING}, f"No task or quiz practises the criterion `{CODE}`"),
        ({"course.md": NAMING.replace(CODE, "ammatillisenoppiaineet_yttt")}, None),
    ],
)
def test_a_criterion_of_the_course_is_practised_somewhere(
    tmp_path: Path, renderer: Renderer, files: Files, message: str | None
) -> None:
    found = faults(tmp_path, renderer, files)

    assert found == ([("course.md", 8, message)] if message else [])


@pytest.mark.parametrize(
    ("body", "skips"),
    [
        ("## Yksi\n\n### Kaksi\n\n## Kolme", []),
        ("## Yksi\n\n#### Kaksi", [7]),
        ("### Yksi\n\n## Kaksi", [5]),
        ("## Yksi\n\nKaksi tulee.\n\n#### Kaksi\n\n#### Kolme", [9]),
        (f"## Yksi\n\n{TASK}\n#### Kaksi", [12]),
        ("/// tip\n## Yksi\n\n#### **Kaksi** on\n///", [8]),
        ("# Yksi\n\n/// tip\n## Kaksi\n///", []),
    ],
)
def test_headings_leave_no_level_out(tmp_path: Path, renderer: Renderer, body: str, skips: list[int]) -> None:
    found = faults(tmp_path, renderer, {"02-toinen.md": lesson(body)})

    assert [line for _name, line, message in found if "skips a level" in message] == skips
    assert len(found) == len(skips)


@pytest.mark.parametrize(
    ("body", "unused"),
    [
        ("![Kuva](media/kuva.png) [Video](media/elokuva.mp4)", []),
        ("[Video](media/elokuva.mp4)", ["kuva.png"]),
        ("![Kuva](media/kuva.png)", ["elokuva.mp4", "elokuva.vtt"]),
    ],
)
def test_each_file_of_media_is_used(tmp_path: Path, renderer: Renderer, body: str, unused: list[str]) -> None:
    media: Files = {
        "media/kuva.png": PNG,
        "media/elokuva.mp4": b"\0\0\0\0ftypisom",
        "media/elokuva.vtt": b"WEBVTT\n",
    }

    found = faults(tmp_path, renderer, {**media, "02-toinen.md": lesson(body)})

    assert found == [(name, 1, "No text uses this file") for name in unused]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Se on on hyvä.", 5),
        ("Yksi.\n\nSe on\non hyvä.", 7),
        ("Se on `on on` hyvä.", None),
        ("- hyvin\n- hyvin", None),
        ("Hyvä, hyvä. Ei ei-sanaa.", None),
    ],
)
def test_a_word_appears_once(tmp_path: Path, renderer: Renderer, text: str, line: int | None) -> None:
    found = faults(tmp_path, renderer, {"02-toinen.md": lesson(text)})

    assert [(at, "twice in a row" in message) for _name, at, message in found] == (
        [(line, True)] if line else []
    )


def test_swedish_may_say_some_words_twice(tmp_path: Path, renderer: Renderer) -> None:
    text = "---\ntitle: Kort\n---\nDet är det det handlar om. Vi ser ser."

    found = faults(tmp_path, renderer, {"02-toinen.sv.md": text})

    assert [message for _name, _line, message in found] == ["The word `ser` stands twice in a row"]


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        ("Soita ohjaajalle.", False),
        ("## Tehtävä tänään\n\n![Yksi kuva kissasta](media/kuva.png)", True),
        ("## Tehtävä tänään\n\nKatso kuvaa ![kissasta](media/kuva.png)", False),
    ],
)
def test_a_task_says_what_to_do(tmp_path: Path, renderer: Renderer, text: str, is_fault: bool) -> None:
    body = f"![Kuva](media/kuva.png)\n\n/// task | Tee\n    id: tee\n{text}\n///"

    found = faults(tmp_path, renderer, {"02-toinen.md": lesson(body), "media/kuva.png": PNG})

    assert found == ([("02-toinen.md", 7, "The task `tee` does not say what to do")] if is_fault else [])
