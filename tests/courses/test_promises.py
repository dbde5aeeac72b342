"""What each of the shipped courses promises to a learner: its size, its parts, its ways to read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from lms.coursefiles.blocks.callouts import BoxPart
from lms.coursefiles.blocks.diary import DiaryPart
from lms.coursefiles.blocks.prose import ProsePart
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.steps import StepsPart
from lms.coursefiles.blocks.task import TaskPart
from lms.coursefiles.course import CourseSource


@dataclass(frozen=True)
class Promise:
    lessons: range
    criteria: frozenset[int]
    fewest_plain: int
    languages: frozenset[str] = frozenset({"fi"})


DIGITAL = frozenset(range(1191, 1203))
PROMISES = {
    "tyoelamataidot": Promise(range(12, 15), frozenset(range(1069, 1079)), 3),
    "opiskelu-ja-urasuunnittelu": Promise(range(10, 13), frozenset(range(1045, 1060)), 3),
    "digitaidot-1-alku": Promise(range(6, 9), frozenset(), 6),
    "digitaidot-2-arki": Promise(range(6, 9), frozenset(), 3),
    "digitaidot-3-tyo": Promise(range(6, 9), frozenset(), 3),
    "rahataituri": Promise(range(8, 11), frozenset(range(1087, 1097)) | {1194}, 8, frozenset({"fi", "sv"})),
}
PLAIN_THROUGHOUT = ("digitaidot-1-alku", "rahataituri")
ENDINGS = re.compile(r"<h2>(?:Osaan nyt|Nu kan jag)</h2>\s*<ul>")
DATED = re.compile(r"Tarkistettu \d{1,2}/20\d\d")


@pytest.fixture(params=PROMISES)
def course(request: pytest.FixtureRequest, courses: dict[str, CourseSource]) -> CourseSource:
    return courses[request.param]


def numbers(course: CourseSource) -> set[int]:
    return {int(code.rpartition("_")[2]) for lesson in course.lessons for code in lesson.criteria}


def test_a_course_is_as_long_as_it_should_be(course: CourseSource) -> None:
    assert len(course.lessons) in PROMISES[course.slug].lessons
    assert [lesson.slug for lesson in course.lessons if not 8 <= lesson.main.minutes <= 15] == []


def test_every_criterion_is_in_a_lesson(course: CourseSource) -> None:
    assert PROMISES[course.slug].criteria <= numbers(course)


def test_the_three_digital_courses_cover_the_part_unit(courses: dict[str, CourseSource]) -> None:
    together: set[int] = set()
    for slug in ("digitaidot-1-alku", "digitaidot-2-arki", "digitaidot-3-tyo"):
        together |= numbers(courses[slug])

    assert together >= DIGITAL


def test_there_is_plain_wording(course: CourseSource) -> None:
    plain = [lesson.slug for lesson in course.lessons if any(page.plain for page in lesson.others)]

    assert len(plain) >= PROMISES[course.slug].fewest_plain
    if course.slug in PLAIN_THROUGHOUT:
        assert len(plain) == len(course.lessons)


def test_a_translated_course_is_translated_whole(course: CourseSource) -> None:
    wanted = PROMISES[course.slug].languages

    assert {course.language, *course.translations} == wanted
    for lesson in course.lessons:
        assert {page.language for page in lesson.pages if not page.plain} == wanted, lesson.slug


def test_every_lesson_has_something_to_do_and_something_harder(course: CourseSource) -> None:
    for lesson in course.lessons:
        parts = lesson.main.parts
        assert any(isinstance(part, TaskPart | QuizPart) for part in parts), lesson.slug
        assert any(isinstance(part, TaskPart) and part.extra for part in parts), lesson.slug


def test_there_is_a_diary_prompt_for_two_lessons(course: CourseSource) -> None:
    prompts = [part for lesson in course.lessons for part in lesson.main.parts if isinstance(part, DiaryPart)]

    assert len(prompts) >= len(course.lessons) // 2


def test_every_page_ends_with_what_one_can_do_now(course: CourseSource) -> None:
    for lesson in course.lessons:
        for page in lesson.pages:
            last = page.parts[-1]
            assert isinstance(last, ProsePart), (lesson.slug, page.language)
            assert ENDINGS.search(last.html), (lesson.slug, page.language)


def test_what_ages_has_one_dated_box_and_something_is_drawn(course: CourseSource) -> None:
    assert len(list(dated_boxes(course))) == 1
    assert any(media.name.endswith(".svg") for media in course.media)


def dated_boxes(course: CourseSource) -> Iterator[str]:
    for lesson in course.lessons:
        for part in lesson.main.parts:
            if isinstance(part, BoxPart) and DATED.fullmatch(part.title):
                yield lesson.slug


def test_hands_get_steps(course: CourseSource) -> None:
    steps = [
        lesson.slug for lesson in course.lessons for part in lesson.main.parts if isinstance(part, StepsPart)
    ]

    assert len(steps) >= len(course.lessons) // 2
