"""Lists come in pages: whichever is asked for, one that is there is shown, and its neighbours keep what was chosen."""

import pytest
from flask import Flask

from lms.paging import Pages


@pytest.mark.parametrize(
    ("asked", "page"),
    [("", 1), ("2", 2), ("3", 3), ("4", 3), ("0", 1), ("-1", 1), ("x", 1), ("9" * 30, 3), ("2.5", 1)],
)
def test_a_number_that_makes_no_sense_is_the_nearest_page(app: Flask, asked: str, page: int) -> None:
    with app.test_request_context(f"/list?page={asked}"):
        pages = Pages.of(25, size=10, path="/list")

    assert (pages.page, pages.pages, pages.offset) == (page, 3, (page - 1) * 10)
    assert list(pages.cut(range(25))) == list(range(25))[(page - 1) * 10 : page * 10]


def test_the_neighbours_keep_what_was_chosen(app: Flask) -> None:
    with app.test_request_context("/list?run=7&part=2"):
        pages = Pages.of(25, size=10, path="/list", name="part", params={"run": 7}, anchor="talk")

    assert (pages.previous, pages.next) == ("/list?run=7#talk", "/list?run=7&part=3#talk")


def test_an_empty_list_has_one_page(app: Flask) -> None:
    with app.test_request_context("/list"):
        pages = Pages.of(0, size=10, path="/list")

    assert (pages.page, pages.pages, pages.previous, pages.next) == (1, 1, None, None)
