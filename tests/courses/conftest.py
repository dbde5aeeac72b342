"""The shipped courses, read and rendered once for all tests of this folder."""

import pytest

from lms.catalogue.checking import check_courses
from lms.catalogue.course import Course
from lms.catalogue.renderer import Renderer
from lms.config import ROOT


@pytest.fixture(scope="package")
def courses() -> dict[str, Course]:
    with Renderer(wall_seconds=120) as renderer:
        checked = check_courses([ROOT / "courses"], renderer=renderer)
    assert list(checked.faults) == []
    return {reading.course.slug: reading.course for reading in checked.readings if reading.course}
