"""One rendering worker for all tests of the catalogue."""

from collections.abc import Iterator

import pytest

from lms.catalogue.renderer import Renderer


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer() as one:
        yield one
