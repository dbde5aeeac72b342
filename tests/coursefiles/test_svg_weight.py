"""A small picture must not make a browser draw without end: references in every disguise, counted in linear time."""

import time
from pathlib import Path

import pytest

from lms.config import ROOT
from lms.coursefiles.read.svg import svg_problem
from lms.coursefiles.read.svg_weight import LARGEST_SIZE, MOST_DEPTH, MOST_DRAWN

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'viewBox="0 0 9 9">{}</svg>'
)
LEVELS = 9


def problem(inner: str) -> str:
    return svg_problem(SVG.format(inner).encode()) or ""


def chain(link: str, *, end: str, levels: int = LEVELS) -> str:
    """Return levels of definitions, each of which uses the next ten times; `{}` is replaced by its number."""
    made = [link.replace("{id}", f"a{level}").replace("{next}", f"a{level + 1}") for level in range(levels)]
    return "".join(made) + end.replace("{id}", f"a{levels}")


TEN = 10
NESTED = {
    "use": chain(
        '<g id="{id}">' + '<use href="#{next}"/>' * TEN + "</g>", end='<path id="{id}" d="M0 0h9"/>'
    ),
    "xlink": chain(
        '<g id="{id}">' + '<use xlink:href="#{next}"/>' * TEN + "</g>", end='<path id="{id}" d="M0 0h9"/>'
    ),
    "symbol": chain(
        '<symbol id="{id}">' + '<use href="#{next}"/>' * TEN + "</symbol>", end='<symbol id="{id}"/>'
    )
    + '<use href="#a0"/>',
    "pattern": chain(
        '<pattern id="{id}">' + '<rect fill="url(#{next})"/>' * TEN + "</pattern>",
        end='<pattern id="{id}"/>',
    ),
    "pattern, passed on": chain(
        '<pattern id="{id}" fill="url(#{next})">' + "<rect/>" * TEN + "</pattern>", end='<pattern id="{id}"/>'
    ),
    "pattern, from around": chain(
        '<g fill="url(#{next})"><pattern id="{id}">' + "<rect/>" * TEN + "</pattern></g>",
        end='<pattern id="{id}"/>',
    ),
    "mask": chain(
        '<mask id="{id}">' + '<rect mask="url(#{next})"/>' * TEN + "</mask>", end='<mask id="{id}"/>'
    ),
    "clipPath": chain(
        '<clipPath id="{id}">' + "<rect style=\"clip-path: url('#{next}')\"/>" * TEN + "</clipPath>",
        end='<clipPath id="{id}"/>',
    ),
    "marker": chain(
        '<marker id="{id}"><path d="M0 0' + "h9" * TEN + '" marker-mid="url(#{next})"/></marker>',
        end='<marker id="{id}"/>',
    ),
    "style sheet": chain(
        '<pattern id="{id}">' + '<rect class="{next}"/>' * TEN + "</pattern>"
        "<style>.{next} { stroke: none; fill: url(#{next}) }</style>",
        end='<pattern id="{id}"/>',
    ),
    "variable": chain(
        '<pattern id="{id}">' + '<rect style="fill:var(--{next})"/>' * TEN + "</pattern>"
        "<style>svg { --{next}: url(#{next}) }</style>",
        end='<pattern id="{id}"/>',
    ),
}


@pytest.mark.parametrize("kind", NESTED)
def test_a_milliard_of_nested_references_is_refused_at_once(kind: str) -> None:
    began = time.process_time()

    assert problem(NESTED[kind])
    assert time.process_time() - began < 1


def test_the_fault_says_what_is_too_much() -> None:
    assert problem(NESTED["use"]) == f"references that draw more than {MOST_DRAWN} shapes"


@pytest.mark.parametrize(
    "inner",
    [
        '<g id="a"><use href="#a"/></g>',
        '<g id="a"><use href="#b"/></g><g id="b"><use xlink:href="#a"/></g>',
        '<pattern id="a"><rect fill="url(#a)"/></pattern>',
        '<mask id="a"><g mask="url(#b)"/></mask><mask id="b"><g mask="url(#a)"/></mask>',
        '<clipPath id="a" clip-path="url(#a)"/>',
        '<linearGradient id="a" href="#b"/><linearGradient id="b" href="#a"/>',
        '<marker id="a"><path class="x" d="M0 0h9"/></marker><style>.x { marker: url(#a) }</style>',
        '<pattern id="a"><rect/></pattern><style>* { fill: url(#a) }</style>',
    ],
)
def test_what_draws_itself_is_refused(inner: str) -> None:
    assert problem(inner) == "something that draws itself"


@pytest.mark.parametrize(
    "inner",
    [
        '<g clip-path="inherit"/>',
        '<g style="mask: inherit"/>',
        "<style>g { all: inherit }</style>",
        '<g style="--a: url(#b)"/>',
    ],
)
def test_a_reference_that_is_passed_on_unseen_is_refused(inner: str) -> None:
    assert problem(inner)


@pytest.mark.parametrize(
    "inner",
    [
        f'<rect width="{LARGEST_SIZE + 1}" height="1"/>',
        '<pattern id="a" width="1e9" height="1"/>',
        '<mask id="a" width="1" height="99999999%"/>',
        '<svg viewBox="0 0 1 1000000"/>',
        "<g>" * MOST_DEPTH + "</g>" * MOST_DEPTH,
        "<g/>" * MOST_DRAWN,
    ],
)
def test_what_is_too_large_too_deep_or_too_much_is_refused(inner: str) -> None:
    assert problem(inner)


@pytest.mark.parametrize(
    "inner",
    [
        '<defs><path id="a" d="M0 0h9"/></defs>' + '<use href="#a" x="1"/>' * 1_000,
        '<linearGradient id="a"><stop/></linearGradient><g fill="url(#a)">' + "<path/>" * 5_000 + "</g>",
        '<style>path { fill: url(#a) }</style><linearGradient id="a"><stop/></linearGradient><path/>',
        '<g clip-path="url(#c)"><path/></g><defs><clipPath id="c"><rect width="9"/></clipPath></defs>',
        '<style>.cls-1{clip-path:url(#c);}.cls-2{fill:#fff;}</style><clipPath id="c"><path/></clipPath>'
        + '<g class="cls-1"><path class="cls-2"/></g>' * 500,
        '<marker id="m"><path d="M0 0h9z"/></marker><path d="M0 0 L9 9" marker-end="url(#m)"/>',
        '<mask id="m"><rect width="9"/></mask><g mask="url(#m)">' + "<path/>" * 2_000 + "</g>",
        '<path d="' + "M1 1" * 40_000 + '"/>',
        "<g>" * (MOST_DEPTH - 2) + "</g>" * (MOST_DEPTH - 2),
        '<use href="#gone"/><path fill="url(#gone)"/>',
        '<rect width="1.2.3" height="."/>',
    ],
)
def test_a_picture_as_drawing_programs_make_it_is_taken(inner: str) -> None:
    assert problem(inner) == ""


@pytest.mark.parametrize(
    "inner",
    [
        '<style>.a { fill: url(#x) }</style><g class="a"/>' * 8_000,
        "<style>" + ".a { fill: url(#x) }" * 20_000 + "</style>" + '<g class="a"/>' * 4_000,
        '<g class="' + "a " * 200_000 + '"/>',
        "<style>" + "{" * 400_000 + "</style>",
        '<g style="' + "--a" * 150_000 + '"/>',
        '<g style="' + "mask" * 110_000 + '"/>',
        "<style>" + "--a:" * 110_000 + "</style>",
        '<rect width="' + "1e" * 200_000 + '"/>',
        "".join(f'<g id="a{n}"><use href="#a{n + 1}"/></g>' for n in range(8_000)),
        "".join(f'<g id="a{n}"><use href="#a{n - 1}"/></g>' for n in range(8_000)),
    ],
)
def test_any_picture_is_looked_through_in_linear_time(inner: str) -> None:
    began = time.process_time()
    problem(inner)

    assert time.process_time() - began < 3


@pytest.mark.parametrize("path", sorted((ROOT / "courses").rglob("*.svg")), ids=lambda path: path.name)
def test_every_picture_of_ours_is_light(path: Path) -> None:
    assert svg_problem(path.read_bytes()) is None
