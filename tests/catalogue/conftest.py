"""One rendering worker for all tests of the catalogue."""

from collections.abc import Iterator

import pytest

from lms.catalogue.renderer import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer(wall_seconds=120) as one:  # a loaded machine must not change what a test finds
        yield one
