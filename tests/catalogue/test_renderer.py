"""A text that is too heavy to render is told so, and never hangs what waits for it."""

import os
import time
from pathlib import Path

import pytest

from lms.catalogue.renderer import Renderer, RenderingFailed
from lms.markup import Links, Piece

HEAVY = {
    "brackets": "[" * 20_000,
    "pictures": "![" * 10_000,
    "lists in lists": "1. " * 5_000,
    "many nested lists": "\n".join(f"{'    ' * (depth % 200)}- x" for depth in range(400)),
    "quotes": ">" * 20_000,
    "cdata": "<![CDATA[" * 2_000,
    "declarations": "<!" * 40_000,
    "open tags": "<a " * 30_000,
    "comments": "<!--" * 20_000,
    "stars": "*a _b " * 15_000,
    "a huge table": "|a" * 100 + "\n" + "|-" * 100 + "\n" + ("|b" * 100 + "\n") * 300,
    "backticks": "`" * 90_000,
    "half code": "`a``b" * 15_000,
    "links": "[a](b " * 10_000,
    "references": "[a]: b\n" * 10_000,
    "terms": "a\n: b\n" * 10_000,
    "backslashes": "\\" * 90_000,
    "entities": "&amp" * 20_000,
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_text_is_rendered_or_refused_in_time(name: str, renderer: Renderer) -> None:
    renderer.render([Piece("valmis")], Links())
    start = time.monotonic()

    try:
        renderer.render([Piece(HEAVY[name])], Links())
    except RenderingFailed as failed:
        assert str(failed) == "The text is too heavy to render"

    assert time.monotonic() - start < 10


def test_the_next_text_is_rendered_after_a_heavy_one(renderer: Renderer) -> None:
    with pytest.raises(RenderingFailed):
        renderer.render([Piece("[" * 20_000)], Links())

    assert renderer.render([Piece("*a*")], Links())[0].html == "<p><em>a</em></p>"


def test_a_killed_worker_is_replaced(renderer: Renderer) -> None:
    renderer.render([Piece("a")], Links())
    assert renderer._worker
    os.kill(renderer._worker.pid, 9)
    renderer._worker.wait()

    with pytest.raises(RenderingFailed):
        renderer.render([Piece("b")], Links())

    assert renderer.render([Piece("c")], Links())[0].html == "<p>c</p>"


def test_an_honest_lesson_is_rendered_fast(renderer: Renderer) -> None:
    text = (
        "## Otsikko\n\nTavallista *tekstiä* ja [linkki](https://example.org).\n\n- yksi\n- kaksi\n\n"
    ) * 60
    renderer.render([Piece("valmis")], Links())
    start = time.monotonic()

    renderer.render([Piece(text)], Links())

    assert time.monotonic() - start < 5  # 0.05 s on an idle machine


def test_problems_come_back_from_the_worker_with_their_lines(renderer: Renderer) -> None:
    rendered = renderer.render([Piece("a\n\n<b>x</b>", line=10)], Links())

    assert rendered[0].problems[0].line == 12


def test_the_worker_has_little_memory(renderer: Renderer) -> None:
    renderer.render([Piece("a")], Links())
    assert renderer._worker
    limits = Path(f"/proc/{renderer._worker.pid}/limits").read_text().split("\n")
    line = next(line for line in limits if line.startswith("Max address space"))

    assert int(line.split()[3]) < 600 * 1024 * 1024
