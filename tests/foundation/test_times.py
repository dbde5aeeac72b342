"""Times are written as people say them in each language."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from lms.clock import day_of
from lms.wording import day, decimal, long_day, moment


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


@pytest.mark.parametrize(
    ("language", "short", "long", "number"),
    [
        ("fi", "3.1.2026", "3.1.2026", "20\xa0000,5"),
        ("sv", "3.1.2026", "3 januari 2026", "20\xa0000,5"),
        ("en", "3 Jan 2026", "3 January 2026", "20,000.5"),
    ],
)
def test_days_and_numbers_are_written_as_in_the_language(
    empty: Flask, language: str, short: str, long: str, number: str
) -> None:
    late = datetime(2026, 1, 2, 22, 30, tzinfo=UTC)  # already the next day in Helsinki
    with empty.test_request_context(headers={"Accept-Language": language}):
        empty.preprocess_request()
        assert day(late) == day(day_of(late), language) == short
        assert long_day(day_of(late), language) == long
        assert decimal(20000.5) == number
