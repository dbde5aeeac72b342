"""Only the small, plain part of YAML is read; every value and fault has its line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursefiles.read.entries import Entry
from lms.coursefiles.read.yaml_text import read_mapping
from lms.faults import Fault, FaultList

BOMB = "a: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"{name}: &{name} [{','.join(['*' + before] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)


def read(text: str, first_line: int = 2) -> tuple[dict[str, Entry] | None, tuple[Fault, ...]]:
    faults = FaultList("a.md")
    return read_mapping(text, first_line, faults), faults.as_tuple()


def test_values_have_types_and_lines() -> None:
    mapping, faults = read("a: text\nb: 3\nc: 1.5\nd: true\ne: [x, y]\nf:\n  g: z\n")

    assert faults == ()
    assert mapping is not None
    assert mapping["a"] == Entry("text", 2)
    assert [mapping[name].value for name in "bcd"] == [3, 1.5, True]
    assert mapping["e"].value == (Entry("x", 6), Entry("y", 6))
    assert mapping["f"].value == {"g": Entry("z", 8)}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("a: !!python/object/apply:os.system [id]", 2, "A tag (!)"),
        ("b: 1\na: !x y", 3, "A tag (!)"),
        ("a: &x [1]\nb: *x", 2, "An anchor (&)"),
        ("a: *x", 2, "An alias (*)"),
        ("%YAML 1.1\n---\na: 1", 2, "A directive"),
        ("a: 1\n---\nb: 2", 3, "A second document"),
        ("a: 1\nb: 2\na: 3", 4, "`a` is given twice"),
        ("a: {b: 1, b: 2}", 2, "`b` is given twice"),
        ("? [a, b]\n: c", 2, "A name must be plain text"),
        ("a: 2024-01-01", 2, "something else than text"),
        ("a: 12:30:00", 2, "something else than text"),
        ("a: yes", 2, "something else than text"),
        ("a: 0x1F", 2, "something else than text"),
        ("a: " + "9" * 5000, 2, "something else than text"),
        ("a: .inf", 2, "something else than text"),
        ("<<: {a: 1}", 2, "merge"),
        ("- a\n- b", 2, "not `name: value` lines"),
        ("pelkkää tekstiä", 2, "not `name: value` lines"),
        ("a: [1, 2", 2, "Bad YAML"),
        ("a: 'x", 2, "Bad YAML"),
        ("a: b: c", 2, "Bad YAML"),
        ("\ta: 1", 2, "Bad YAML"),
        ("a: " + "[" * 5000, 2, "nested too deep"),
        ("\n".join("  " * depth + "a:" for depth in range(500)), 10, "nested too deep"),
        ("- " * 5000, 2, "nested too deep"),
    ],
)
def test_what_is_not_plain_is_a_fault_with_its_line(text: str, line: int, words: str) -> None:
    mapping, faults = read(text)

    assert (mapping is None) or words == "merge"
    if words != "merge":
        assert words in faults[0].message
        assert faults[0].line == line


@pytest.mark.parametrize(
    ("text", "line", "code"),
    [
        (r'a: "Kolmas \e[31m\e]0;pwn\a"', 2, "U+001B"),
        (r"a: 1" + "\n" + r'b: "x \u202Ey"', 3, "U+202E"),
        (r'a: "\x85"', 2, "U+0085"),
        (r'a: "\0"', 2, "U+0000"),
        (r'a: "\L\P"', 2, "U+2028"),
        (r'a: "\U000E0041"', 2, "U+E0041"),
        (r'a: [x, "\u200b"]', 2, "U+200B"),
        ("a:\n  b:\n    c: " + r'"\b"', 4, "U+0008"),
        (r'"a\u2066": x', 2, "U+2066"),
        (r'"a\u2066": {b: 1}', 2, "U+2066"),
    ],
)
def test_a_hidden_character_by_escape_is_a_fault_with_its_line(text: str, line: int, code: str) -> None:
    mapping, faults = read(text)

    assert mapping is None
    assert [(fault.line, fault.message) for fault in faults] == [(line, f"A hidden character ({code})")]


def test_escapes_of_visible_text_are_text() -> None:
    mapping, faults = read(r'a: "yksi\tkaksi\n\u00e4\u00ad\u200d \\ \""')

    assert faults == ()
    assert mapping is not None
    assert mapping["a"].value == 'yksi\tkaksi\nä\u00ad\u200d \\ "'


def test_an_alias_bomb_is_refused_at_once() -> None:
    start = time.process_time()

    mapping, _faults = read(BOMB)

    assert mapping is None
    assert time.process_time() - start < 3


@given(st.text(max_size=300))
def test_no_text_makes_the_reader_raise(text: str) -> None:
    mapping, faults = read(text)

    assert (mapping is None) == bool(faults)


@given(st.text(alphabet="ab:-[]{},&*!|>'\"#?%@` \n\t", max_size=200))
def test_no_signs_make_the_reader_raise(text: str) -> None:
    mapping, faults = read(text)

    assert (mapping is None) == bool(faults)
