"""Every shipped course as a booklet, published once for this file: nothing else here may use the database."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from lms.cli.main import course_commands
from lms.config import ROOT
from tests.booklets.test_print_command import Printer
from tests.conftest import clear

SHIPPED = sorted(path.parent.name for path in (ROOT / "courses").glob("*/course.md"))
PLAIN = [slug for slug in SHIPPED if list((ROOT / "courses" / slug).glob("*.selko.md"))]
SECONDS_OF_A_COURSE = 15  # five on a quiet machine


@pytest.fixture(scope="module")
def shipped(app: Flask) -> Iterator[Flask]:
    """The shipped courses, published once for this module."""
    clear(app.extensions["engine"])
    result = CliRunner().invoke(course_commands, ["publish", str(ROOT / "courses")], obj=lambda: app)
    assert result.exit_code == 0, result.output
    yield app
    clear(app.extensions["engine"])


@pytest.mark.parametrize(
    ("slug", "more"), [*((slug, ()) for slug in SHIPPED), *((slug, ("--plain",)) for slug in PLAIN)]
)
def test_every_shipped_course_prints_in_time(
    shipped: Flask, tmp_path: Path, slug: str, more: tuple[str, ...]
) -> None:
    began = time.monotonic()

    text = Printer(shipped, tmp_path).text(slug, *more)

    assert time.monotonic() - began < SECONDS_OF_A_COURSE
    assert "Tehtävä 1.A" in text or "Kysymyksiä 1.A" in text
    assert "Vastaukset kysymyksiin" in text
