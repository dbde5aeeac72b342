"""The shipped courses: no fault, and every criterion that a course names is met by a lesson with something to do."""

import pytest

from lms.catalogue.outline import Outline, outline_from_json
from lms.coursefiles.course import CourseSource
from lms.coursefiles.course_json import outline

SHIPPED = ("tervetuloa", "tyoelamataidot")


@pytest.fixture(scope="module")
def outlines(courses: dict[str, CourseSource]) -> dict[str, Outline]:
    return {slug: outline_from_json(outline(course)) for slug, course in courses.items()}


def test_the_first_courses_come_along(outlines: dict[str, Outline]) -> None:
    assert set(SHIPPED) <= set(outlines)
    assert len(outlines["tyoelamataidot"].lessons) >= 8
    assert len(outlines["tervetuloa"].lessons) == 3
    assert outlines["tervetuloa"].requires == ("lessons",)


def test_the_working_life_course_covers_the_part_unit(outlines: dict[str, Outline]) -> None:
    course = outlines["tyoelamataidot"]
    met = {code for lesson in course.lessons for code in lesson.criteria}

    assert course.checklist == "tyoelamassa-toimiminen"
    assert met == {f"osaamistavoitteet_{number}" for number in range(1069, 1079)}


def test_every_criterion_is_met_where_there_is_something_to_do(outlines: dict[str, Outline]) -> None:
    unmet = []
    for course in outlines.values():
        doing = {
            code for lesson in course.lessons if lesson.tasks or lesson.quizzes for code in lesson.criteria
        }
        named = {code for code in course.criteria if code.startswith("osaamistavoitteet_")}
        unmet += [f"{course.slug}: {code}" for code in sorted(named - doing)]
    assert unmet == []


def test_every_lesson_has_something_to_do(outlines: dict[str, Outline]) -> None:
    idle = [
        f"{course.slug}/{lesson.slug}"
        for course in outlines.values()
        for lesson in course.lessons
        if not (lesson.tasks or lesson.quizzes or lesson.prompts)
    ]
    assert idle == []
