"""Times are told as people say them in each language."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from lms.templating import moment


@pytest.mark.parametrize(
    ("language", "this_year", "last_year"),
    [
        ("fi", "ma 23.11. klo 9.04", "su 23.11.2025 klo 9.04"),
        ("sv", "mån 23.11. kl. 9.04", "sön 23.11.2025 kl. 9.04"),
        ("en", "Mon 23 Nov at 9.04", "Sun 23 Nov 2025 at 9.04"),
    ],
)
def test_a_time_names_its_year_when_it_is_not_this_one(
    empty: Flask, language: str, this_year: str, last_year: str
) -> None:
    with empty.test_request_context(headers={"Accept-Language": language}):
        empty.preprocess_request()
        assert moment(datetime(2026, 11, 23, 7, 4, tzinfo=UTC)) == this_year
        assert moment(datetime(2025, 11, 23, 7, 4, tzinfo=UTC)) == last_year
