"""Texts are made fit to keep: what cannot be seen becomes what was meant, and no text makes the program work long."""

import unicodedata

import pytest

from lms import user_text


@pytest.mark.parametrize("end", ["\r\n", "\r", "\x0b", "\x0c", "\x85", "\u2028", "\u2029"])
def test_whatever_ends_a_line_is_a_line_end(end: str) -> None:
    assert user_text.many_lines(f"ensin{end}sitten") == "ensin\nsitten"
    assert user_text.one_line(f"ensin{end}sitten") == "ensin sitten"


def test_what_old_windows_programs_wrote_is_read_as_they_meant_it() -> None:
    assert user_text.many_lines("\x80 5 \x96 \x93niin\x94 \x8a\x9a\x8e\x9e\x85") == "€ 5 – “niin” ŠšŽž\n"


def test_controls_vanish_and_tabs_stay() -> None:
    assert user_text.many_lines("a\x00\x07b\x1b\x7f\tc\x81") == "ab\tc"


@pytest.mark.parametrize("letter", ["\u200b", "\u200e", "\u202e", "\u2066", "\ufeff", "\u00ad", "\uf0b7"])
def test_what_nobody_sees_vanishes_from_a_line(letter: str) -> None:
    assert user_text.one_line(f"{letter}Ai{letter}no  Virta{letter}") == "Aino Virta"


def test_letters_made_of_several_people_stay_whole() -> None:
    assert user_text.one_line("👩‍🚀 lentää") == "👩‍🚀 lentää"


def test_letters_are_composed() -> None:
    assert user_text.many_lines("Äija\u0308la\u0308") == "Äijälä"
    assert user_text.compatible("ﬁksu ①") == "fiksu 1"


@pytest.mark.parametrize("marks", ["\u0300", "\u0315\u0300", "\u0344", "\u0f71\u0f72"])
def test_a_letter_has_at_most_thirty_marks(marks: str) -> None:
    cleaned = user_text.many_lines("a" + marks * 50_000 + "b")

    assert cleaned.startswith("a") or unicodedata.combining(cleaned[1])
    assert cleaned.endswith("b")
    assert len(cleaned) <= 2 + 2 * user_text.MOST_MARKS


def test_thirty_marks_are_let_be() -> None:
    text = "q" + "\u0323" * user_text.MOST_MARKS

    assert user_text.many_lines(text) == text


@pytest.mark.parametrize(
    "text", ["", " \n\t", "\u200b\u00ad", "\u2060", "\u200d", "\u00a0\u200b\x07", "\u2028"]
)
def test_a_text_in_which_nobody_sees_anything_is_empty(text: str) -> None:
    assert user_text.many_lines(text) == ""
