"""Questions go to JSON and back, and are marked the same wherever the answer comes from."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from lms.faults import FaultList
from lms.questions.gift.reader import read_gift
from lms.questions.kinds import question_from_json
from lms.questions.question import Question

QUIZ = """Maa on pyöreä. {TRUE#Katso kuuta.#Juuri niin.####Galilei tiesi.}

Kuka? {=Minä#Hyvä. ~Sinä ~Hän#Ei ihan.}

Mitkä? {~%50%A#Kyllä. ~%50%B ~C#Ei C.}

Pääkaupunki? {=Helsinki =Hesa#Puhekieltä. =%0%Turku#Oli ennen.}

Paljonko? {#=100:1#Oikein. =%0%50#Puolet. ~#Laske uudelleen.}

Yhdistä {=b -> Öljy =a -> Ankka = -> Keila}
"""


def questions() -> tuple[Question, ...]:
    faults = FaultList("a.md")
    found = read_gift(QUIZ, 1, faults)
    assert not faults
    return found


TRUE_FALSE, ONE, SEVERAL, WORDS, NUMBER, PAIRS = range(6)


@pytest.mark.parametrize(
    ("place", "given_", "correct", "feedback"),
    [
        (TRUE_FALSE, ("0",), True, "Juuri niin.\n\nGalilei tiesi."),
        (TRUE_FALSE, ("1",), False, "Katso kuuta.\n\nGalilei tiesi."),
        (ONE, ("0",), True, "Hyvä."),
        (ONE, ("1",), False, ""),
        (ONE, ("2",), False, "Ei ihan."),
        (SEVERAL, ("0", "1"), True, "Kyllä."),
        (SEVERAL, ("1", "0"), True, "Kyllä."),
        (SEVERAL, ("0",), False, "Kyllä."),
        (SEVERAL, ("0", "1", "2"), False, "Kyllä.\n\nEi C."),
        (WORDS, ("  hELSINKI ",), True, ""),
        (WORDS, ("Hesa",), True, "Puhekieltä."),
        (WORDS, ("turku",), False, "Oli ennen."),
        (WORDS, ("Helsinki.",), True, ""),
        (WORDS, ("Turku!",), False, "Oli ennen."),
        (WORDS, ("?",), False, ""),
        (WORDS, ("Helsinki 2",), False, ""),
        (NUMBER, ("100",), True, "Oikein."),
        (NUMBER, ("99,0",), True, "Oikein."),
        (NUMBER, (" 101.00 €",), True, "Oikein."),
        (NUMBER, ("100 euroa",), True, "Oikein."),
        (NUMBER, ("100 kk.",), True, "Oikein."),
        (NUMBER, ("100.",), True, "Oikein."),
        (NUMBER, ("100 €.",), True, "Oikein."),
        (NUMBER, ("100,-",), True, "Oikein."),
        (NUMBER, ("-",), False, "Laske uudelleen."),
        (NUMBER, ("100e5",), False, "Laske uudelleen."),
        (NUMBER, ("ei 100",), False, "Laske uudelleen."),
        (NUMBER, ("101,01",), False, "Laske uudelleen."),
        (NUMBER, ("50",), False, "Puolet."),
        (NUMBER, ("sata",), False, "Laske uudelleen."),
        (NUMBER, ("\u2212100",), False, "Laske uudelleen."),
        (PAIRS, ("2", "0"), True, ""),
        (PAIRS, ("0", "2"), False, ""),
        (PAIRS, ("2", ""), False, ""),
    ],
)
def test_an_answer_is_marked(place: int, given_: tuple[str, ...], correct: bool, feedback: str) -> None:
    marked = questions()[place].mark(given_)

    assert (marked.answered, marked.correct, marked.feedback) == (True, correct, feedback)


def test_thousands_may_have_spaces_of_any_kind() -> None:
    question = read_gift("Palkka? {#2350}", 1, FaultList("a"))[0]

    for typed in ("2350", "2 350", "2\u00a0350", "2\u202f350,00", "+2350 €"):
        assert question.mark((typed,)).correct, typed


def test_a_compound_word_may_be_written_apart_or_together() -> None:
    question = read_gift(
        "Mikä kortti? {=verokortti =%0%vero-kirja#Ei kirja. =%0%vero kortit#Vain yksi.}", 1, FaultList("a")
    )[0]

    for typed in ("vero kortti", "Vero-kortti.", "VEROKORTTI"):
        assert question.mark((typed,)).correct, typed
    assert question.mark(("verokirja",)).feedback == "Ei kirja."
    assert question.mark(("vero kortit",)).feedback == "Vain yksi."
    assert not question.mark(("kortti",)).correct


def test_an_answer_that_is_a_mark_is_distinguished_from_another_mark() -> None:
    question = read_gift("Merkki? {=? =%0%!#Tämä huutaa.}", 1, FaultList("a"))[0]

    assert question.mark(("?",)).correct
    assert question.mark(("!",)).feedback == "Tämä huutaa."


def test_a_typed_answer_is_compared_letter_by_letter_whatever_its_form() -> None:
    question = read_gift("Kahvi? {=Pöydällä Ä}", 1, FaultList("a"))[0]

    assert question.mark(("po\u0308yda\u0308lla\u0308   a\u0308",)).correct


@pytest.mark.parametrize("place", range(6))
@pytest.mark.parametrize("given_", [(), ("",), ("", ""), ("  ",)])
def test_nothing_given_is_not_answered_and_gets_no_feedback(place: int, given_: tuple[str, ...]) -> None:
    marked = questions()[place].mark(given_)

    assert (marked.answered, marked.correct, marked.feedback) == (False, False, "")


def test_the_right_answer_is_given_in_words() -> None:
    assert [question.right_answer_text for question in questions()] == [
        "true",
        "Minä",
        "A; B",
        "Helsinki",
        "99–101",
        "b – Öljy; a – Ankka",
    ]


@pytest.mark.parametrize("place", range(6))
def test_who_gives_the_right_answer_is_right(place: int) -> None:
    question = questions()[place]

    assert question.mark(question.right_given()).correct


@pytest.mark.parametrize("place", [TRUE_FALSE, ONE, SEVERAL])
def test_a_wrong_guess_is_an_answer_that_is_not_right(place: int) -> None:
    question = questions()[place]

    marked = question.mark(question.wrong_given())

    assert (marked.answered, marked.correct) == (True, False)


@pytest.mark.parametrize("place", [WORDS, NUMBER, PAIRS])
def test_what_only_words_would_answer_has_no_guess(place: int) -> None:
    assert questions()[place].wrong_given() == ()


@pytest.mark.parametrize("place", range(6))
def test_a_question_survives_json(place: int) -> None:
    question = questions()[place]

    assert question_from_json(json.loads(json.dumps(question.to_json()))) == question


def test_fields_are_named_by_the_questions_place() -> None:
    assert [question.field_names(number) for number, question in enumerate(questions(), start=1)] == [
        ("q1",),
        ("q2",),
        ("q3",),
        ("q4",),
        ("q5",),
        ("q6-1", "q6-2"),
    ]


@pytest.mark.parametrize(
    ("place", "posted", "expected"),
    [
        (ONE, {"q1": ["1"]}, ("1",)),
        (ONE, {"q1": ["1", "0"]}, ("1",)),
        (ONE, {"q1": ["7"]}, ()),
        (ONE, {"q1": ["-1"]}, ()),
        (ONE, {"q1": ["\u0661"]}, ()),
        (ONE, {}, ()),
        (SEVERAL, {"q1": ["2", "0", "0", "9", "x"]}, ("0", "2")),
        (WORDS, {"q1": [" Hei "]}, (" Hei ",)),
        (WORDS, {"q1": ["   "]}, ()),
        (WORDS, {"q1": ["a" * 5000]}, ("a" * 1000,)),
        (PAIRS, {"q1-1": ["2"], "q1-2": [""]}, ("2", "")),
        (PAIRS, {"q1-1": ["2"], "q1-2": ["3"]}, ("2", "")),
        (PAIRS, {"q1-1": [""], "q1-2": [""]}, ()),
    ],
)
def test_a_form_gives_only_what_it_could_hold(
    place: int, posted: dict[str, list[str]], expected: tuple[str, ...]
) -> None:
    form: MultiDict[str, str] = MultiDict(posted)

    assert questions()[place].given_from_form(1, form.getlist) == expected


@pytest.mark.parametrize(
    ("place", "given_"),
    [
        (TRUE_FALSE, ("1",)),
        (ONE, ("2",)),
        (SEVERAL, ("0", "2")),
        (WORDS, ("Hei",)),
        (PAIRS, ("2", "")),
        (ONE, ()),
    ],
)
def test_what_was_given_fills_the_form_again(place: int, given_: tuple[str, ...]) -> None:
    question = questions()[place]
    form: MultiDict[str, str] = MultiDict(question.form_from_given(4, given_))

    assert question.given_from_form(4, form.getlist) == given_


@given(
    st.integers(0, 5),
    st.lists(st.one_of(st.text(max_size=20), st.sampled_from(["0", "1", "2", "1e9", "NaN"]))),
)
def test_no_answer_makes_marking_raise(place: int, given_: list[str]) -> None:
    questions()[place].mark(given_)


def test_only_pairs_and_several_choices_need_a_word_on_how_to_answer_on_paper() -> None:
    hints = [question.paper_hint(str) for question in questions()]

    assert hints[PAIRS] == "Write the letter of the pair in the box."
    assert [place for place, hint in enumerate(hints) if hint] == [SEVERAL, PAIRS]
