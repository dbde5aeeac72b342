"""A text that is too heavy to render is reported, and never hangs what waits for it."""

import os
import signal
import threading
from pathlib import Path

import pytest

from lms.coursefiles.render.renderer import MOST_CPU_SECONDS, Renderer, RenderingFailed
from lms.markup.render import Links, Piece

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
def test_a_heavy_text_is_rendered_or_ends_its_own_worker(name: str, renderer: Renderer) -> None:
    renderer.render([Piece("valmis")], Links())
    worker = renderer._worker
    assert worker

    try:
        renderer.render([Piece(HEAVY[name])], Links())
    except RenderingFailed as failed:
        assert str(failed) == "The text is too heavy to render"

    # no waiting for the clock: the worker lives, or the limit of its processor time has ended it
    assert worker.poll() in (None, -signal.SIGPROF)


def test_a_text_may_wait_for_the_processor_longer_than_it_may_use_it(renderer: Renderer) -> None:
    renderer.render([Piece("valmis")], Links())
    assert renderer._worker
    os.kill(renderer._worker.pid, signal.SIGSTOP)
    going_on = threading.Timer(MOST_CPU_SECONDS + 0.5, os.kill, (renderer._worker.pid, signal.SIGCONT))
    going_on.start()

    assert renderer.render([Piece("*a*")], Links())[0].html == "<p><em>a</em></p>"
    going_on.join()


def test_many_texts_do_not_add_up_to_a_heavy_one() -> None:
    with Renderer(cpu_seconds=1) as renderer:
        renderer.render([Piece("valmis")], Links())
        worker = renderer._worker
        assert worker
        before = _used_seconds(worker.pid)
        while _used_seconds(worker.pid) - before < 1.2:
            renderer.render([Piece("*a* " * 1_500)], Links())

        assert renderer._worker is worker


def _used_seconds(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_a_worker_that_never_answers_is_not_waited_for() -> None:
    with Renderer(wall_seconds=0.2) as renderer:
        renderer._started()
        assert renderer._worker
        os.kill(renderer._worker.pid, signal.SIGSTOP)

        with pytest.raises(RenderingFailed):
            renderer.render([Piece("a")], Links())

        assert renderer._worker is None


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


def test_an_honest_lesson_is_far_from_the_limit() -> None:
    text = (
        "## Otsikko\n\nTavallista *tekstiä* ja [linkki](https://example.org).\n\n- yksi\n- kaksi\n\n"
    ) * 60

    with Renderer(cpu_seconds=MOST_CPU_SECONDS / 2) as renderer:
        renderer.render([Piece(text)], Links())


def test_problems_come_back_from_the_worker_with_their_lines(renderer: Renderer) -> None:
    rendered = renderer.render([Piece("a\n\n<b>x</b>", line=10)], Links())

    assert rendered[0].problems[0].line == 12


def test_the_worker_has_little_memory(renderer: Renderer) -> None:
    renderer.render([Piece("a")], Links())
    assert renderer._worker
    limits = Path(f"/proc/{renderer._worker.pid}/limits").read_text().split("\n")
    line = next(line for line in limits if line.startswith("Max address space"))

    assert int(line.split()[3]) < 600 * 1024 * 1024
