"""Publishing a course: each content once, in versions that never change."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import db
from lms.audit import AuditLine
from lms.catalogue import queries
from lms.catalogue.models import Course, CourseVersion, LessonPage
from lms.catalogue.operations import PublishedVersion, publish_course
from lms.catalogue.outline import outline_of, page_of
from lms.coursefiles.read.courses import read_course
from lms.coursefiles.render.renderer import Renderer
from lms.errors import Conflict
from tests.conftest import NOW
from tests.coursefiles.course_folders import FILES, LESSON, SECOND, write_files

NEW_LESSON = "---\ntitle: Kolmas osio\nminutes: 5\n---\n\nUutta.\n"


class Shelf:
    """A folder of one course that is changed and published again."""

    def __init__(self, session: Session, renderer: Renderer, folder: Path) -> None:
        self.session = session
        self.renderer = renderer
        self.folder = folder

    def publish(self, files: dict[str, str | bytes | None] | None = None) -> PublishedVersion:
        for path in self.folder.glob("*.md"):
            path.unlink()
        write_files(self.folder, {**FILES, **(files or {})})
        reading = read_course(self.folder, renderer=self.renderer)
        assert reading.course, reading.faults
        published = publish_course(self.session, reading.course, NOW)
        self.session.commit()
        return published

    def count(self, model: type[CourseVersion] | type[LessonPage]) -> int:
        return self.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def shelf(session: Session, renderer: Renderer, tmp_path: Path) -> Shelf:
    return Shelf(session, renderer, tmp_path / "kurssi")


def test_a_first_version_holds_the_outline_and_every_page(shelf: Shelf) -> None:
    published = shelf.publish({"01-ensimmainen.sv.md": LESSON.replace("Ensimmäinen osio", "Första")})

    assert (published.version.number, published.is_new, published.changes) == (1, True, None)
    outline = outline_of(shelf.session, published.version.content_hash)
    assert [lesson.slug for lesson in outline.lessons] == ["ensimmainen", "toinen"]
    assert list(outline.tasks) == ["hissipuhe"]
    page = page_of(shelf.session, published.version.content_hash, "ensimmainen", language="fi", plain=False)
    assert "<strong>" not in page.title
    assert [part.kind for part in page.parts] == ["prose", "task", "quiz", "diary"]
    assert shelf.count(LessonPage) == 3
    assert shelf.session.scalars(select(AuditLine.action)).all() == ["course.published"]


def test_the_same_content_publishes_nothing(shelf: Shelf) -> None:
    first = shelf.publish()
    again = shelf.publish()

    assert (again.is_new, again.is_changed) == (False, False)
    assert again.version.id == first.version.id
    assert shelf.count(CourseVersion) == 1
    assert shelf.session.scalars(select(AuditLine.action)).all() == ["course.published"]


def test_changed_content_is_a_new_version_beside_the_old(shelf: Shelf) -> None:
    first = shelf.publish()
    second = shelf.publish({"02-toinen.md": FILES["02-toinen.md"].replace("Lyhyt", "Lyhyempi")})

    assert (second.version.number, second.is_new) == (2, True)
    assert second.changes
    assert second.changes.in_words() == ["Lesson changed: Toinen osio"]
    old = page_of(shelf.session, first.version.content_hash, "toinen", language="fi", plain=False)
    assert "Lyhyt." in old.parts[0].html_texts[0]
    current = queries.current_course(shelf.session, "kurssi")
    assert current
    assert current.number == 2


def test_going_back_makes_the_older_version_current_again(shelf: Shelf) -> None:
    first = shelf.publish()
    shelf.publish({"03-kolmas.md": NEW_LESSON})
    back = shelf.publish()

    assert (back.version.id, back.is_new, back.is_changed) == (first.version.id, False, True)
    assert back.changes
    assert back.changes.in_words() == ["Lesson taken away: Kolmas osio"]
    assert shelf.count(CourseVersion) == 2
    after = shelf.publish({"03-kolmas.md": NEW_LESSON.replace("Uutta", "Aivan uutta")})
    assert after.version.number == 3


def test_what_changed_is_said_in_words(shelf: Shelf) -> None:
    shelf.publish()
    lesson = LESSON.replace(
        "/// task | Kirjoita hissipuhe\n    id: hissipuhe", "/// task | Soita\n    id: soitto"
    )
    published = shelf.publish(
        {
            "course.md": FILES["course.md"].replace("hours: 2", "hours: 3"),
            "01-ensimmainen.md": lesson,
            "03-kolmas.md": NEW_LESSON,
        }
    )

    assert published.changes
    assert published.changes.in_words() == [
        "New lesson: Kolmas osio",
        "Lesson changed: Ensimmäinen osio",
        "New task: Soita",
        "Task taken away: Kirjoita hissipuhe",
        "What the course says of itself changed.",
    ]


def test_a_new_order_is_a_change(shelf: Shelf) -> None:
    shelf.publish()
    published = shelf.publish(
        {
            "01-ensimmainen.md": None,
            "02-toinen.md": None,
            "01-toinen.md": FILES["02-toinen.md"],
            "02-ensimmainen.md": LESSON.replace("02-toinen.md", "01-toinen.md"),
        }
    )

    assert published.changes
    assert published.changes.in_words() == ["The lessons are in a new order."]


def test_a_file_that_no_page_shows_is_a_change_too(shelf: Shelf) -> None:
    film: dict[str, str | bytes | None] = {
        "02-toinen.md": SECOND + "\n[Elokuva](media/elokuva.mp4)\n",
        "media/elokuva.mp4": b"\0\0\0\0ftypisom",
    }
    shelf.publish(film)
    published = shelf.publish({**film, "media/elokuva.vtt": b"WEBVTT\n"})

    assert published.is_new
    assert published.changes
    assert published.changes.in_words() == ["Only pictures or files changed."]


def test_a_published_course_is_in_the_catalogue(shelf: Shelf) -> None:
    shelf.publish()

    assert [course.outline.title for course in queries.current_courses(shelf.session)] == ["Pieni kurssi"]
    assert shelf.session.scalars(select(Course.current_number)).all() == [1]


def test_publishers_at_the_same_time_make_one_version(
    empty: Flask, session: Session, renderer: Renderer, tmp_path: Path
) -> None:
    course = read_course(write_files(tmp_path / "kurssi", dict(FILES)), renderer=renderer).course
    assert course

    def publish(_number: int) -> bool | None:
        """Whether this one made the version; None when somebody else was making it just then."""
        try:
            with empty.app_context(), db.transaction() as own:
                return publish_course(own, course, NOW).is_new
        except Conflict:
            return None

    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(publish, range(8)))

    assert made.count(True) == 1
    session.rollback()
    assert session.scalars(select(CourseVersion.number)).all() == [1]
