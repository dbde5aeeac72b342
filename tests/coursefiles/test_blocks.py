"""A lesson's body is cut into prose and blocks; no block is ever silently text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.coursefiles.blocks.callouts import NotePart
from lms.coursefiles.blocks.part import Block
from lms.coursefiles.blocks.task import TaskPart
from lms.coursefiles.read.blocks import Prose, ScannedPart, scan_blocks
from lms.faults import Fault, FaultList
from lms.questions.gift.reader import read_gift

WHOLE = """Alku.

/// task | Kirjoita hissipuhe
    id: hissipuhe
    answer: text
    review: instructor
    extra: true
Mitä tehdä.

Lisää.
///
Väli.
/// note
Huomaa tämä.
///
"""


def scan(body: str, first_line: int = 1) -> tuple[tuple[ScannedPart, ...], tuple[Fault, ...]]:
    faults = FaultList("a.md")
    return scan_blocks(body, first_line, faults), faults.as_tuple()


def faults_of(body: str) -> list[tuple[int, str]]:
    return [(fault.line, fault.message) for fault in scan(body)[1]]


def task(options: str) -> str:
    return f"/// task | Otsikko\n{options}\nTeksti.\n///\n"


def test_a_body_becomes_prose_and_blocks_with_their_lines() -> None:
    parts, faults = scan(WHOLE, first_line=10)

    assert faults == ()
    assert parts[0] == Prose("Alku.\n", 10)
    assert parts[1] == Block(
        TaskPart,
        "Kirjoita hissipuhe",
        12,
        "Mitä tehdä.\n\nLisää.",
        17,
        id="hissipuhe",
        options={"answer": "text", "review": "instructor", "extra": True},
    )
    assert parts[2] == Prose("Väli.", 21)
    assert parts[3] == Block(NotePart, "", 22, "Huomaa tämä.", 23)


def test_a_task_is_text_for_the_instructor_unless_it_says_otherwise() -> None:
    block = scan(task("    id: a"))[0][0]

    assert isinstance(block, Block)
    assert block.options == {"answer": "text", "review": "instructor", "extra": False}


@pytest.mark.parametrize(
    ("body", "line", "words"),
    [
        ("a\n/// quizz | X\n    id: a\nT {T}\n///", 2, "Unknown block `quizz`"),
        ("/// | X\nT\n///", 1, "Unknown block"),
        ("//// task | X\n    id: a\nT\n///", 1, "Unknown block"),
        ("/// task | X\n    id: a\n    colour: red\nT\n///", 3, "Unknown name `colour`"),
        ("/// note | X\n    id: a\nT\n///", 2, "Unknown name `id`"),
        (task("    id: a\n    answer: video"), 3, "`answer` has an unknown value"),
        (task("    id: a\n    review: boss"), 3, "`review` has an unknown value"),
        (task("    id: a\n    extra: maybe"), 3, "`extra` is neither true nor false"),
        (task("    id: a\n    answer: file"), 3, "`answer: file` is not available yet"),
        (task("    id: a\n    review: teacher"), 3, "`review: teacher` is not available yet"),
        (task("    answer: text"), 1, "has no id"),
        (task("    id:"), 2, "`id` is empty"),
        (task("    id: 12"), 2, "`id` is not text"),
        (task("    id: [a]"), 2, "`id` is not text"),
        (task("    id: Iso-Kirjain"), 2, "is not possible"),
        (task("    id: " + "a" * 41), 2, "is not possible"),
        (task("    id: a\n    id: b"), 3, "`id` is given twice"),
        (task("    id: [a"), 2, "Bad YAML"),
        (task("    id: !!python/name:os.system a"), 2, "A tag"),
        (task("    id: a") + task("    id: a"), 6, "The id `a` is used twice"),
        (task("    id: a\n" + "\n".join(f"    x{number}: 1" for number in range(30))), 1, "Too many option"),
        ("/// task | X\n    id: a\nT", 1, "is not closed"),
        ("/// task | X\n    id: a\nT\n/// note\nN\n///", 4, "opens inside"),
        ("T\n///\n", 2, "closes no block"),
        ("/// task\n    id: a\nT\n///", 1, "has no title"),
        ("/// diary |   \n    id: a\nT\n///", 1, "has no title"),
        ("/// steps | X\n///", 1, "is empty"),
        (" /// task | X\n", 1, "is indented"),
        ("a\n\n// tip | Vinkki\nTeksti.\n//\n", 3, "opens with three slashes"),
        ("/ task | Vinkki\n", 1, "opens with three slashes"),
        ("/// task | X\n  id: a\nTee.\n///", 2, "`id` is not where options stand"),
        ("/// task | X\nid: a\nTee.\n///", 2, "`id` is not where options stand"),
        ("/// task | X\n\tid: a\nTee.\n///", 2, "`id` is not where options stand"),
        ("/// quiz | X\nTee.\n    id: a\n///", 3, "`id` is not where options stand"),
        ("- a\n\n    /// task | X\n", 3, "is indented"),
        ("```\nkoodi\n", 1, "fence is not closed"),
        ("/// note\n```\nkoodi\n///\n", 2, "fence is not closed"),
        ("```py hei hei\n", 1, "fence holds something else"),
        ("/// tip | " + "x" * 201 + "\nT\n///", 1, "title is too long"),
    ],
)
def test_what_is_not_a_good_block_is_a_fault_with_its_line(body: str, line: int, words: str) -> None:
    found = faults_of(body)

    assert any(fault_line == line and words in message for fault_line, message in found), found


@pytest.mark.parametrize("fence", ["```", "~~~", "````", "~~~~~"])
def test_blocks_inside_fenced_code_are_text(fence: str) -> None:
    body = f"{fence}md\n/// task | X\n///\n{fence[:-1]}\n{fence}\n"

    parts, faults = scan(body)

    assert faults == ()
    assert [type(part) for part in parts] == [Prose]


def test_fenced_code_inside_a_block_may_show_a_block() -> None:
    parts, faults = scan("/// tip | Näin\n```\n/// note\n///\n```\n///\n")

    assert faults == ()
    assert len(parts) == 1


lines = st.one_of(
    st.sampled_from(
        [
            "///",
            "/// task | A",
            "/// quiz|B",
            "/// note",
            "    id: a",
            "    id: b",
            "```",
            "~~~",
            "",
            "teksti",
            " ///",
        ]
    ),
    st.text(max_size=20),
)


@given(st.lists(lines, max_size=25))
def test_no_lines_make_the_scanner_raise_or_lose_prose(body_lines: list[str]) -> None:
    body = "\n".join(body_lines)

    parts, faults = scan(body)

    if not faults:
        kept = "\n".join(part.text for part in parts)
        assert all(line in kept for line in body.split("\n") if line.strip() == "teksti")
        assert sum(isinstance(part, Block) for part in parts) == sum(
            1 for part in parts if isinstance(part, Block) and part.text.strip()
        )


@given(st.lists(st.sampled_from(["/// note", "///", "x", "```", "~~~"]), max_size=30))
def test_an_opening_line_outside_code_is_a_block_or_a_fault(body_lines: list[str]) -> None:
    parts, faults = scan("\n".join(body_lines))

    if not faults:
        prose = "\n".join(part.text for part in parts if isinstance(part, Prose))
        outside = [
            piece for place, piece in enumerate(prose.replace("~~~", "```").split("```")) if place % 2 == 0
        ]
        if "~~~" not in body_lines or "```" not in body_lines:
            assert all("///" not in piece for piece in outside)


def test_comments_are_dropped_and_lines_keep_their_numbers() -> None:
    parts, faults = scan(
        "Alku.\n//// Tästä ei kerrota.\n////\nLoppu.\n/// note\n//// ei tästäkään\nHuomaa.\n///\n"
    )

    assert faults == ()
    assert parts == (
        Prose("Alku.\n\n\nLoppu.", 1),
        Block(NotePart, "", 5, "Huomaa.", 7),
    )


def test_a_comment_may_appear_between_a_blocks_options() -> None:
    parts, faults = scan(task("//// nimi\n    id: koe\n//// ei lähetetä\n    answer: none\n    # tai text"))

    assert faults == ()
    assert isinstance(parts[0], Block)
    assert (parts[0].id, parts[0].options["answer"], parts[0].text) == ("koe", "none", "Teksti.")


def test_a_comment_in_a_question_does_not_cut_it_in_two() -> None:
    parts, faults = scan("/// quiz | Koe\n    id: koe\nKysymys?\n//// huom\n{T}\n///\n")

    assert faults == ()
    assert isinstance(parts[0], Block)
    assert len(read_gift(parts[0].text, parts[0].text_line, FaultList("a.md"))) == 1


def test_what_looks_like_a_comment_inside_code_is_code() -> None:
    parts, _faults = scan("```\n//// koodia\n```\n")

    assert parts == (Prose("```\n//// koodia\n```\n", 1),)


def test_four_slashes_without_a_space_are_no_comment() -> None:
    assert faults_of("////koe\n///\n") == [(1, "Unknown block `/koe`")]
