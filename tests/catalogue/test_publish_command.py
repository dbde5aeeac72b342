"""`lms course publish`: checks, publishes, says what changed, and can be run again."""

import re
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import clock, db
from lms.audit import AuditLine
from lms.catalogue.models import CourseVersion, GuidePage, GuideVersion
from lms.catalogue.operations import publish_course, publish_guide
from lms.cli.main import course_commands
from lms.config import ROOT, Settings
from lms.coursefiles.read.courses import read_course
from lms.coursefiles.read.guide import read_guide
from lms.coursefiles.render.renderer import Renderer
from lms.criteria.models import CriteriaSet
from lms.errors import Conflict
from tests import factories
from tests.client import Client
from tests.coursefiles.course_folders import FILES, PNG, write_files
from tests.coursefiles.guide_folders import HELP, guide_with

WITH_PICTURE = "---\ntitle: Kuva\nminutes: 5\n---\n\n![Punainen neliö](media/kuva.png)\n"


class Author:
    """Runs the command on a folder of courses as an author would."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app = app
        self.folder = folder
        write_files(folder / "pieni", dict(FILES))

    def publish(self, *paths: Path) -> Result:
        names = [str(path) for path in paths or (self.folder,)]
        return CliRunner().invoke(course_commands, ["publish", *names], obj=lambda: self.app)

    def media(self) -> list[Path]:
        settings: Settings = self.app.extensions["settings"]
        return sorted((settings.data_dir / "media").glob("*"))


@pytest.fixture
def author(empty: Flask, tmp_path: Path) -> Author:
    return Author(empty, tmp_path / "courses")


def versions(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(CourseVersion)) or 0


def test_it_publishes_and_says_what(author: Author, session: Session) -> None:
    result = author.publish()

    assert (result.exit_code, result.output) == (0, "pieni: version 1 is current, 2 lessons\n")
    assert versions(session) == 1


def test_run_again_it_says_that_nothing_changed(author: Author, session: Session) -> None:
    author.publish()

    assert author.publish().output == "pieni: unchanged (version 1)\n"
    assert versions(session) == 1


def test_it_says_in_words_what_changed(author: Author) -> None:
    author.publish()
    write_files(author.folder / "pieni", {"03-kuva.md": WITH_PICTURE, "media/kuva.png": PNG})

    assert author.publish().output == "pieni: version 2 is current\n  New lesson: Kuva\n"
    for name in ("03-kuva.md", "media/kuva.png"):
        (author.folder / "pieni" / name).unlink()
    assert author.publish().output == "pieni: version 1 is current again\n  Lesson taken away: Kuva\n"


def test_the_longest_name_of_a_lesson_fits_in_every_table(author: Author, session: Session) -> None:
    name = "a" * 60
    write_files(
        author.folder / "pieni", {f"03-{name}.md": "---\ntitle: Pitkä\nminutes: 5\n---\n\nTekstiä.\n"}
    )

    assert author.publish().exit_code == 0
    person = factories.make_person(session)
    version = session.scalars(select(CourseVersion)).one()
    run = factories.make_run(session, version, people=[person])
    session.commit()
    client = Client(author.app).sign_in("aino")
    assert client.post(f"/runs/{run.id}/lessons/{name}/done", {"done": "1"}).status_code == 302


def test_a_fault_anywhere_publishes_nothing(author: Author, session: Session) -> None:
    write_files(author.folder / "toinen", {**FILES, "02-toinen.md": "Ei alkutietoja.\n"})

    result = author.publish()

    assert result.exit_code == 1
    assert re.search(r"02-toinen\.md:1: ", result.output)
    assert versions(session) == 0


def test_a_path_names_one_course(author: Author, session: Session) -> None:
    write_files(author.folder / "toinen", dict(FILES))

    assert author.publish(author.folder / "toinen").output.startswith("toinen: version 1")
    assert versions(session) == 1


def test_a_folder_that_is_not_there_is_wrong_use(author: Author) -> None:
    assert author.publish(author.folder / "ei-ole").exit_code == 2


def test_pictures_are_stored_by_the_hash_of_their_content(author: Author) -> None:
    write_files(author.folder / "pieni", {"03-kuva.md": WITH_PICTURE, "media/kuva.png": PNG + b"uniikki"})
    author.publish()

    kept = [path for path in author.media() if path.read_bytes() == PNG + b"uniikki"]

    assert len(kept) == 1
    assert re.fullmatch(r"[0-9a-f]{64}\.png", kept[0].name)
    assert author.app.test_client().get(f"/media/{kept[0].name}", buffered=True).data == PNG + b"uniikki"
    assert not [path for path in author.media() if path.name.startswith(".")]


def test_a_shipped_course_is_published_with_its_criteria_first(author: Author, session: Session) -> None:
    result = author.publish(ROOT / "courses" / "tyoelamataidot")

    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[-1] == "tyoelamataidot: version 1 is current, 12 lessons"
    assert "tyoelamassa-toimiminen: version 1 is current" in result.output
    assert "tyoelamassa-toimiminen" in session.scalars(select(CriteriaSet.slug)).all()
    again = author.publish(ROOT / "courses" / "tyoelamataidot").output.splitlines()
    assert all("unchanged" in line for line in again)


def test_a_title_that_was_published_long_ago_cannot_command_the_terminal(
    author: Author, session: Session, renderer: Renderer
) -> None:
    course = read_course(author.folder / "pieni", renderer=renderer).course
    assert course
    old = course.lessons[1]
    gone = replace(old, slug="vanha", main=replace(old.main, title="Vanha\x1b[31m\u202e"))
    publish_course(session, replace(course, lessons=(*course.lessons, gone)), clock.now())
    session.commit()

    result = author.publish()

    assert "  Lesson taken away: Vanha\\u001b[31m\\u202e\n" in result.output
    assert "\x1b" not in result.output


def test_the_guide_is_published_with_the_courses(author: Author, session: Session) -> None:
    guide_with(author.folder)

    result = author.publish()

    assert (result.exit_code, result.output.splitlines()) == (
        0,
        ["pieni: version 1 is current, 2 lessons", "_guide: version 1 is current, 3 pages"],
    )
    assert author.publish().output.splitlines() == [
        "_guide: unchanged (version 1)",
        "pieni: unchanged (version 1)",
    ]
    assert session.scalar(select(func.count()).select_from(GuidePage)) == 9


def test_the_guides_changes_are_reported_page_by_page(author: Author, session: Session) -> None:
    guide = guide_with(author.folder)
    author.publish(guide)
    guide_with(author.folder, {"01-participant.md": HELP.replace("Tervetuloa!", "Hei!")})
    for language in ("", ".sv", ".en"):
        text = (guide / f"01-participant{language}.md").read_text(encoding="utf-8")
        (guide / f"04-instructor{language}.md").write_text(text, encoding="utf-8")

    result = author.publish(guide)

    assert result.output.splitlines() == [
        "_guide: version 2 is current, 4 pages",
        "  New page: instructor (en)",
        "  New page: instructor (fi)",
        "  New page: instructor (sv)",
        "  Changed page: participant (fi)",
    ]
    assert [row.number for row in session.scalars(select(GuideVersion).order_by(GuideVersion.number))] == [
        1,
        2,
    ]
    lines = select(AuditLine.object_type).where(AuditLine.action == "guide.published")
    assert session.scalars(lines).all() == ["guide_version", "guide_version"]


def test_a_guide_that_only_looks_different_makes_no_version(author: Author, session: Session) -> None:
    guide = guide_with(author.folder)
    author.publish(guide)
    guide_with(author.folder, {"01-participant.md": HELP + "\n\n"})

    assert author.publish(guide).output == "_guide: unchanged (version 1)\n"
    assert session.scalar(select(func.count()).select_from(GuideVersion)) == 1


def test_two_folders_of_one_name_are_not_published_together(author: Author, session: Session) -> None:
    other = author.folder.parent / "muut"
    write_files(other / "pieni", dict(FILES))

    result = author.publish(author.folder / "pieni", other / "pieni")

    assert result.exit_code == 2
    assert "Two of the folders have one name" in result.output
    assert versions(session) == 0


def test_a_fault_of_the_guide_publishes_nothing(author: Author, session: Session) -> None:
    guide_with(author.folder, {"03-privacy.sv.md": None})

    result = author.publish()

    assert result.exit_code == 1
    assert "03-privacy.md:1: The page is missing in `sv`. Write 03-privacy.sv.md." in result.output
    assert versions(session) == 0


def test_those_who_publish_the_guide_at_once_make_one_version(
    author: Author, session: Session, renderer: Renderer
) -> None:
    pages = read_guide(guide_with(author.folder), renderer=renderer).pages
    together = Barrier(4)

    def publish(_number: int) -> str:
        together.wait(timeout=30)
        try:
            with author.app.app_context(), db.transaction() as own:
                return str(publish_guide(own, pages, clock.now(), fingerprint="a" * 64).is_changed)
        except Conflict as refused:
            return str(refused.message)

    with ThreadPoolExecutor(4) as pool:
        answers = Counter(pool.map(publish, range(4)))

    assert answers.pop("True") == 1
    assert set(answers) <= {"False", "The guide is being published elsewhere; publish again"}
    assert session.scalar(select(func.count()).select_from(GuideVersion)) == 1
    assert session.scalar(select(func.count()).select_from(GuidePage)) == len(pages)
