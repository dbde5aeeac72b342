"""A course whose files are as they were is not rendered again; any change at all is seen."""

import ast
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.config import ROOT
from lms.coursefiles.fingerprint import fingerprint, program_digest, sources

# where reading a course and rendering it begin; and what tells only where the program lies
BEGINNINGS = ("coursefiles/check/courses.py", "coursefiles/course_json.py", "coursefiles/render/worker.py")
WHERE_IT_LIES = {"config.py", "file_modes.py"}


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    course, criteria = tmp_path / "kurssi", tmp_path / "_criteria"
    (course / "media").mkdir(parents=True)
    criteria.mkdir()
    (course / "course.md").write_text("---\ntitle: Kurssi\n---\n", encoding="utf-8")
    (course / "01-alku.md").write_text("Hei.", encoding="utf-8")
    (course / "media" / "kuva.svg").write_text("<svg/>", encoding="utf-8")
    (criteria / "lista.yaml").write_text("title: x", encoding="utf-8")
    return course, criteria


def test_the_same_files_have_the_same_fingerprint(folders: tuple[Path, Path]) -> None:
    assert fingerprint(*folders) == fingerprint(*folders)


@pytest.mark.parametrize(
    "change",
    [
        lambda course, criteria: (course / "01-alku.md").write_text("Hei!", encoding="utf-8"),
        lambda course, criteria: (course / "01-alku.md").rename(course / "02-alku.md"),
        lambda course, criteria: (course / "media" / "kuva.svg").write_text("<svg />", encoding="utf-8"),
        lambda course, criteria: (course / "media" / "kuva.svg").unlink(),
        lambda course, criteria: (course / "uusi.txt").write_text("", encoding="utf-8"),
        lambda course, criteria: (criteria / "lista.yaml").write_text("title: y", encoding="utf-8"),
    ],
)
def test_any_change_changes_it(folders: tuple[Path, Path], change) -> None:  # type: ignore[no-untyped-def]
    before = fingerprint(*folders)
    change(*folders)

    assert fingerprint(*folders) != before


def test_a_link_does_not_look_like_the_file_it_leads_to(folders: tuple[Path, Path]) -> None:
    course, _ = folders
    before = fingerprint(*folders)
    lesson = course / "01-alku.md"
    lesson.rename(course.parent / "muualla.md")
    lesson.symlink_to(course.parent / "muualla.md")

    assert fingerprint(*folders) != before


@pytest.mark.parametrize(
    "make",
    [
        lambda course: (
            (course / "media").rename(course.parent / "muualla")
            and (course / "media").symlink_to(course.parent / "muualla")
        ),
        lambda course: (course / "a" / "b" / "c" / "d").mkdir(parents=True),
        lambda course: (course / "media" / "iso.png").write_bytes(b"x" * 10_000_001),
        lambda course: os.mkfifo(course / "putki"),
    ],
    ids=["link", "deep", "large", "pipe"],
)
def test_what_no_course_holds_has_no_fingerprint(folders: tuple[Path, Path], make) -> None:  # type: ignore[no-untyped-def]
    make(folders[0])

    assert fingerprint(*folders) is None


def test_a_linked_course_has_no_fingerprint(folders: tuple[Path, Path]) -> None:
    course, criteria = folders
    link = course.parent / "linkki"
    link.symlink_to(course, target_is_directory=True)

    assert fingerprint(link, criteria) is None


def imported(package: Path, name: str) -> Iterator[str]:
    """Yield the source files of the program that one of them imports."""
    for node in ast.walk(ast.parse((package / name).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "lms":
            folder = "/".join((node.module or "").split(".")[1:])
            inner = [f"{folder}/{alias.name}.py".lstrip("/") for alias in node.names]
            yield from (one for one in [f"{folder}.py", *inner] if (package / one).is_file())


def reached(package: Path) -> set[str]:
    """Return every source file that can have a say in what a course is published as."""
    found: set[str] = set()
    waiting = list(BEGINNINGS)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += imported(package, name)
    return found - WHERE_IT_LIES


@pytest.fixture(scope="module")
def program(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(ROOT / "lms", tmp_path_factory.mktemp("program") / "lms"))


@pytest.mark.parametrize("name", sorted(reached(ROOT / "lms")))
def test_a_change_in_any_source_that_makes_lessons_is_seen(program: Path, name: str) -> None:
    before = program_digest(program)
    source = program / name
    text = source.read_text(encoding="utf-8")
    source.write_text(f"{text}\nCHANGED = True\n", encoding="utf-8")

    assert program_digest(program) != before

    source.write_text(text, encoding="utf-8")
    assert program_digest(program) == before


def test_a_change_elsewhere_in_the_program_is_not(program: Path) -> None:
    before = program_digest(program)
    with (program / "diary" / "views.py").open("a", encoding="utf-8") as file:
        file.write("CHANGED = True\n")

    assert program_digest(program) == before


def test_every_source_of_the_fingerprint_exists() -> None:
    assert all(path.is_file() for path in sources(ROOT / "lms"))
