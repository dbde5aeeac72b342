"""What docs/authoring.md shows is so: its course is good, its faults are reported, and nothing is left out."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.catalogue.models import CourseVersion
from lms.cli.main import course_commands
from lms.coursefiles.advise.advice import Limits
from lms.coursefiles.blocks import task
from lms.coursefiles.blocks.kinds import BLOCK_KINDS
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.read.courses import CERTIFICATES, COURSE_FIELDS, ENROLMENTS, REQUIREMENTS, read_course
from lms.coursefiles.read.criteria import CRITERIA_FIELDS
from lms.coursefiles.read.fields import LANGUAGES
from lms.coursefiles.read.guide import PAGE_FIELDS, read_guide
from lms.coursefiles.read.lessons import LESSON_FIELDS
from lms.coursefiles.read.media import media_type_of
from lms.coursefiles.render.renderer import Renderer
from lms.questions.kinds import QUESTION_KINDS
from tests.client import Client
from tests.coursefiles import guide
from tests.coursefiles.course_folders import write_files
from tests.coursefiles.guide_folders import guide_with
from tests.coursefiles.known_faults import BEGIN, END, GUIDE, known_faults, table, unread_modules
from tests.factories import lessons_of, make_person, make_run


@pytest.fixture
def courses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The guide's course in the folder `courses` of the working folder, as its commands are shown."""
    monkeypatch.chdir(tmp_path)
    guide.write_example(tmp_path)
    return Path("courses")


def run(*arguments: str, app: Flask | None = None) -> Result:
    return CliRunner().invoke(course_commands, list(arguments), obj=lambda: app)


def test_the_new_course_is_as_the_guide_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("courses").mkdir()

    assert run("new", guide.SLUG).output == guide.said("new")


@pytest.mark.usefixtures("courses")
def test_the_guides_course_has_no_faults() -> None:
    result = run("check")

    assert (result.exit_code, result.output) == (0, guide.said("check"))


@pytest.mark.usefixtures("courses")
@pytest.mark.parametrize("case", range(len(guide.faulty())))
def test_a_fault_in_the_guide_is_reported_as_it_says(case: int) -> None:
    path, text, words = guide.faulty()[case]
    write_files(Path(), {path: text})

    result = run("check")

    assert (result.exit_code, result.output) == (1, words)


@pytest.mark.usefixtures("courses")
def test_advice_is_given_as_the_guide_says() -> None:
    advised = [example for example in guide.examples() if example.label.startswith("advice: ")]
    write_files(Path(), {example.path: example.text for example in advised})

    result = run("check", "--advice")

    assert len(advised) == 1
    assert (result.exit_code, result.output) == (0, guide.said("advice"))


def test_the_limits_of_advice_are_those_of_the_guide() -> None:
    section = guide.guide().partition("### Advice\n")[2].partition("\n### ")[0]
    limits = asdict(Limits())
    shares = {"passive_share": "25 %", "minutes_off": "half", "longer_answer": "40 %"}

    assert (limits["passive_share"], limits["minutes_off"], limits["longer_answer"]) == (0.25, 0.5, 1.4)
    for name, limit in limits.items():
        assert re.search(rf"\b{shares.get(name, limit)}", section), name


@pytest.mark.usefixtures("courses")
def test_publishing_says_what_the_guide_says(empty: Flask) -> None:
    first = run("publish", app=empty)
    later = {
        example.path: example.text for example in guide.examples() if example.label.startswith("later: ")
    }
    write_files(Path(), dict(later))
    second = run("publish", app=empty)

    assert (first.exit_code, first.output) == (0, guide.said("publish"))
    assert later
    assert guide.said("publish again") in second.output


@pytest.mark.usefixtures("courses")
def test_the_guides_lessons_are_pages_that_a_participant_can_read(
    empty: Flask, session: Session, client: Client
) -> None:
    run("publish", app=empty)
    version = session.scalars(select(CourseVersion)).one()
    made = make_run(session, version, people=[make_person(session)])
    session.commit()
    client.sign_in("aino")

    pages = {
        lesson["slug"]: client.get(f"/runs/{made.id}/lessons/{lesson['slug']}")
        for lesson in lessons_of(version)
    }

    assert [answer.status_code for answer in pages.values()] == [200, 200, 200]
    first = pages["tyopaikka"].text
    for shown in ("Kysy yksi asia", "Mikä jännittää?", "Kun tulet ovelle", "Nimet muistiin", "Extra"):
        assert shown in first
    picture = re.search(r'src="(/media/[^"]+\.svg)"', pages["testaa-itseasi"].text)
    assert picture
    with client.get(picture[1]) as served:
        assert served.status_code == 200
    assert 'href="../lessons/tyopaikka"' in pages["testaa-itseasi"].text
    assert client.get(f"/runs/{made.id}").status_code == 200
    assert "Työnantaja maksaa" in client.get(f"/runs/{made.id}/lessons/palkka?plain=1").text
    client.post("/language", {"language": "sv"})
    assert "lönespecifikationen" in client.get(f"/runs/{made.id}/lessons/palkka").text


def test_every_kind_of_question_is_shown(courses: Path, renderer: Renderer) -> None:
    course = read_course(courses / guide.SLUG, renderer=renderer).course
    assert course
    parts = [part for lesson in course.lessons for part in lesson.main.parts]

    shown = {question.kind for part in parts if isinstance(part, QuizPart) for question in part.questions}

    assert shown == set(QUESTION_KINDS)
    for kind in QUESTION_KINDS:
        assert f"pictures/block-quiz-{kind}.png" in guide.guide()


def test_the_page_of_the_sites_own_guide_has_no_faults(tmp_path: Path, renderer: Renderer) -> None:
    shown = next(example for example in guide.examples() if example.label.startswith("guide: "))
    reading = read_guide(guide_with(tmp_path, {Path(shown.path).name: shown.text}), renderer=renderer)

    assert reading.faults == ()
    page = next(page for page in reading.pages if (page.slug, page.language) == ("participant", "fi"))
    assert [part.kind for part in page.parts] == ["prose", "contact"]


def test_the_tables_hold_each_name_and_no_other() -> None:
    course, lesson, kinds, options, criteria, pages = guide.tables()

    assert set(course) == set(COURSE_FIELDS)
    assert set(lesson) == set(LESSON_FIELDS)
    assert set(criteria) == {*CRITERIA_FIELDS, "criteria", "code", "wording"}
    assert set(pages) == set(PAGE_FIELDS)
    assert set(kinds) == set(BLOCK_KINDS)
    assert {kind: tuple(re.findall(r"`(\w+)`", row[0])) for kind, row in kinds.items()} == {
        name: kind.option_names for name, kind in BLOCK_KINDS.items()
    }
    assert set(options) == {name for kind in BLOCK_KINDS.values() for name in kind.option_names}


def test_the_tables_hold_each_value_and_no_other() -> None:
    course, _lesson, _kinds, options, _criteria, pages = guide.tables()

    def values(row: list[str], place: int) -> tuple[str, ...]:
        return tuple(re.findall(r"`([a-z]+)`", row[place]))

    assert values(course["language"], 2) == LANGUAGES
    assert values(course["enrolment"], 2) == ENROLMENTS
    assert values(course["certificate"], 2) == CERTIFICATES
    assert values(course["requires"], 2) == REQUIREMENTS
    assert values(options["answer"], 1) == task.ANSWERS
    assert values(options["review"], 1) == task.REVIEWS
    assert values(pages["roles"], 2) == tuple(Role)


def test_the_kinds_of_files_are_those_that_are_published() -> None:
    paragraph = re.search(r"Files are in `media/`(.*?)\n\n", guide.guide(), re.S)
    assert paragraph
    named = re.findall(r"`([a-z0-9]{3,4})`", paragraph[1])

    assert len(named) == 10
    assert all(media_type_of(extension) for extension in named)


def test_every_fault_is_in_the_guide_and_each_in_the_guide_is_one() -> None:
    listed = guide.guide().partition(BEGIN)[2].partition(END)[0].strip()

    assert unread_modules() == []
    assert listed == table(), "write it anew: python -m tests.coursefiles.known_faults"


def test_the_faults_that_the_guide_shows_are_in_its_list() -> None:
    known = known_faults()

    for _path, _text, words in guide.faulty():
        for line in words.splitlines():
            told = line.partition(": ")[2]
            assert any(
                fault.fits(told[:end]) for fault in known for end in range(len(told)) if told[end] == "."
            ), line


def test_each_picture_is_small_and_has_words() -> None:
    pictures = re.findall(r"^!\[([^\]]*)\]\((pictures/block-[a-z-]+\.png)\)$", guide.guide(), re.M)

    assert len(pictures) == 15
    for words, name in pictures:
        assert len(words.split()) > 2
        assert (GUIDE.parent / name).stat().st_size < 40_000
    shown = {Path(name).name for _words, name in pictures}
    assert {path.name for path in (GUIDE.parent / "pictures").glob("block-*.png")} == shown
