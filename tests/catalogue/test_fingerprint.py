"""A course whose files are as they were is not rendered again; any change at all is seen."""

import os
from pathlib import Path

import pytest

from lms.catalogue.fingerprint import fingerprint


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
