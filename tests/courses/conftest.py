"""The shipped courses, read and rendered once for all tests of this folder."""

import pytest

from lms.config import ROOT
from lms.coursefiles.check.courses import check_courses
from lms.coursefiles.course import CourseSource
from lms.coursefiles.render.renderer import Renderer


@pytest.fixture(scope="package")
def courses() -> dict[str, CourseSource]:
    with Renderer(wall_seconds=120) as renderer:
        checked = check_courses([ROOT / "courses"], renderer=renderer)
    assert list(checked.faults) == []
    return {reading.course.slug: reading.course for reading in checked.readings if reading.course}
