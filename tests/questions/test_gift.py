"""GIFT is read into questions; what cannot check itself, or is not understood, is a fault with its line."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.faults import Fault, FaultList
from lms.questions.choosing import Choosing
from lms.questions.gift.reader import read_gift
from lms.questions.gift.text import escaped, hidden_escapes, shown
from lms.questions.number import Number, NumberAnswer
from lms.questions.one import OneChoice
from lms.questions.pairs import Pair, Pairs
from lms.questions.question import Choice, Question
from lms.questions.several import SeveralChoices
from lms.questions.true_false import TrueFalse
from lms.questions.words import Words


def read(text: str, first_line: int = 1) -> tuple[tuple[Question, ...], tuple[Fault, ...]]:
    faults = FaultList("a.md")
    return read_gift(text, first_line, faults), faults.as_tuple()


def one(text: str) -> Question:
    questions, faults = read(text)
    assert faults == ()
    assert len(questions) == 1
    return questions[0]


def test_a_true_false_question_has_wrong_feedback_first_and_right_feedback_second() -> None:
    question = one("::nimi:: Maa on pyöreä. {TRUE#Eipä.#Juuri niin.####Yleistä.}")

    assert question == TrueFalse(
        key="nimi",
        text="Maa on pyöreä.",
        general_feedback="Yleistä.",
        choices=(Choice("true", True, "Juuri niin."), Choice("false", False, "Eipä.")),
    )


@pytest.mark.parametrize(("word", "right"), [("T", 0), ("true", 0), ("F", 1), ("FALSE", 1), (" t ", 0)])
def test_true_and_false_may_be_short_or_small(word: str, right: int) -> None:
    question = one(f"K {{{word}}}")

    assert isinstance(question, TrueFalse)
    assert question.choices[right].right


def test_a_choice_has_one_right_answer_and_feedback_for_each() -> None:
    question = one("Kuka?\n{\n=Minä # Hyvä.\n~Sinä\n~Hän # Ei ihan.\n#### Näin on.\n}")

    assert isinstance(question, OneChoice)
    assert question.key == "1"
    assert question.general_feedback == "Näin on."
    assert question.choices == (
        Choice("Minä", True, "Hyvä."),
        Choice("Sinä", False),
        Choice("Hän", False, "Ei ihan."),
    )


def test_weights_make_several_right_answers() -> None:
    question = one("Mitkä? {~%50%A ~%50%B#Kyllä ~%-100%C ~D}")

    assert isinstance(question, SeveralChoices)
    assert [choice.right for choice in question.choices] == [True, True, False, False]


def test_only_right_answers_make_a_typed_answer() -> None:
    question = one("Pääkaupunki? {=Helsinki =%100%Hesa#Puhekieltä. =%0%Turku#Oli ennen.}")

    assert isinstance(question, Words)
    assert [choice.right for choice in question.choices] == [True, True, False]


def test_pairs_have_their_right_sides_in_alphabetical_order() -> None:
    question = one("Yhdistä {=b -> Öljy =a -> Ankka =c -> ankka = -> Keila}")

    assert isinstance(question, Pairs)
    assert question.pairs == (Pair("b", "Öljy"), Pair("a", "Ankka"), Pair("c", "ankka"))
    assert question.options == ("Ankka", "ankka", "Keila", "Öljy")


@pytest.mark.parametrize(
    ("answers", "low", "high"),
    [
        ("#12", "12", "12"),
        ("#1822:1", "1821", "1823"),
        ("#3.141..3.142", "3.141", "3.142"),
        ("#3,5:0,25", "3.25", "3.75"),
        ("#=-4:0", "-4", "-4"),
        ("#0.1:0.2", "-0.1", "0.3"),
    ],
)
def test_a_number_has_a_tolerance_or_a_range(answers: str, low: str, high: str) -> None:
    question = one(f"Montako? {{{answers}}}")

    assert isinstance(question, Number)
    assert question.numbers == (NumberAnswer(low, high, True),)


def test_a_number_may_have_several_answers_and_a_word_for_the_rest() -> None:
    question = one("Paljonko? {#=100:1#Oikein. =%0%50#Puolet. ~#Laske uudelleen.}")

    assert isinstance(question, Number)
    assert [(number.low, number.right, number.feedback) for number in question.numbers] == [
        ("99", True, "Oikein."),
        ("50", False, "Puolet."),
    ]
    assert question.wrong_feedback == "Laske uudelleen."


def test_escapes_comments_and_line_breaks() -> None:
    question = one("// kommentti\nKaava \\{x\\} 1\\:2\n// väliin\njatkuu\\nuusi \\\\ {=a\\=b\\~c\\#d ~e}")

    assert isinstance(question, OneChoice)
    assert question.text == "Kaava {x} 1:2 jatkuu\nuusi \\"
    assert question.choices[0].text == "a=b~c#d"


def test_a_name_and_plain_format_before_the_text() -> None:
    question = one("::eka kysymys::[plain] Teksti [hakasissa] {T}")

    assert (question.key, question.text) == ("eka kysymys", "Teksti [hakasissa]")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Kerro itsestäsi. {}", 1, "essay"),
        ("\n\nKerro. {\n}", 3, "essay"),
        ("Kissa {=sanoo ~tekee} miau.", 1, "missing word"),
        ("Pelkkä teksti.", 1, "no answers in braces"),
        ("Kesken {=a ~b", 1, "is not closed"),
        ("Väärin } {T}", 1, "stands before"),
        ("Väärin }", 1, "has no partner"),
        ("}", 1, "has no partner"),
        ("A {T} {F}", 1, "A second brace {"),
        ("A {=a{b} ~c}", 1, "A second brace {"),
        ("A {=a {b ~c}", 1, "A second brace {"),
        ("A {T}\nB {T}", 2, "A second brace {"),
        ("{T}", 1, "has no text"),
        ("A {a b}", 1, "are not understood"),
        ("A\n{\n~a\n~b}", 3, "no right answer"),
        ("A {=a =b ~c}", 1, "Two answers"),
        ("A {~a}", 1, "only one answer"),
        ("A {=%0%a}", 1, "no right answer"),
        ("A {=%50%a =b}", 1, "right or wrong"),
        ("A {~%50%a ~b}", 1, "make 50 %"),
        ("A {=a ~%50%b}", 1, "are mixed"),
        ("A {~%-50%a ~%0%b}", 1, "no right answer"),
        ("A {~%500%a ~b}", 1, "more than 100"),
        ("A {= ~b}", 1, "An answer is empty"),
        ("A {=a ~A}", 1, "stands twice"),
        ("A {=a -> b}", 1, "fewer than two pairs"),
        ("A {=a -> b\n=c}", 2, "A pair is not understood"),
        ("A {=a -> b =c -> }", 1, "A pair is not understood"),
        ("A {=a -> b ~c -> d}", 1, "A pair is not understood"),
        ("A {=a -> b =a -> c}", 1, "left side stands twice"),
        ("A {=a -> b =c -> b}", 1, "are the same"),
        ("A {=a -> b#x =c -> d}", 1, "weight or a feedback"),
        ("A {#}", 1, "is not understood"),
        ("A {#abc}", 1, "is not understood"),
        ("A {#5..3}", 1, "is not understood"),
        ("A {#5:-1}", 1, "is not understood"),
        ("A {#=%50%5}", 1, "right or wrong"),
        ("A {#~#x}", 1, "no right number"),
        ("::nimi A {T}", 1, "does not end"),
        (":::: A {T}", 1, "empty or too long"),
        ("::a:: A {T}\n\n::a:: B {T}", 3, "named `a`"),
        ("::2:: A {T}\n\nB {T}", 3, "named `2`"),
        ("[html]<b>A</b> {T}", 1, "[html] is not available"),
        ("[markdown]*A* {T}", 1, "[markdown] is not available"),
        ("$CATEGORY: a/b", 1, "category"),
        ("A \\q {T}", 1, "backslash"),
        ("A {=a\\", 1, "backslash"),
        ("A \U000f0000 {T}", 1, "private letter"),
        ("", 1, "no questions"),
        ("// vain kommentti", 1, "no questions"),
        ("A {" + "".join(f"~{place} " for place in range(30)) + "=x}", 1, "more than 20 answers"),
        ("A" * 5000 + " {T}", 1, "too long"),
        ("\n\n".join(["A {T}"] * 51), 101, "more than 50 questions"),
    ],
)
def test_what_cannot_be_checked_or_understood_is_a_fault_with_its_line(
    text: str, line: int, words: str
) -> None:
    _questions, faults = read(text)

    assert [(fault.line, words in fault.message) for fault in faults] == [(line, True)], faults


def test_an_empty_line_between_the_braces_ends_the_question() -> None:
    assert "there is no empty line between the braces" in read("Kesken {=a\n\n~b}")[1][0].fix


def test_faults_count_lines_from_the_files_start() -> None:
    assert read("A {T}\n\nB", first_line=40)[1][0].line == 42


@pytest.mark.parametrize(
    "text", ["{" * 100_000, "=" * 100_000, "A {" + "=a#" * 30_000, "\\" * 99_999, "::" * 50_000]
)
def test_hostile_text_is_read_fast(text: str) -> None:
    start = time.process_time()

    read(text)

    assert time.process_time() - start < 5


@given(st.text(max_size=200))
def test_no_text_makes_the_parser_raise(text: str) -> None:
    questions, faults = read(text)

    assert questions or faults


@given(st.text(alphabet="aT{}=~#%5:.->\\n/[]$ \n", max_size=120))
def test_no_signs_make_the_parser_raise(text: str) -> None:
    questions, faults = read(text)

    assert questions or faults


words = st.text(
    st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Co"]), min_size=1, max_size=30
).map(lambda text: " ".join(text.split()))
asked = words.filter(lambda text: text and not text.startswith(("//", "[", "$", "::")))


@given(words)
def test_an_escaped_text_is_read_as_it_was(text: str) -> None:
    assert shown(hidden_escapes(escaped(text))) == text


@given(
    asked,
    st.lists(
        words.filter(lambda text: bool(text) and not text.startswith("%")),
        min_size=2,
        max_size=6,
        unique_by=lambda text: text.casefold(),
    ),
    words,
)
def test_a_written_choice_is_read_as_it_was(text: str, answers: list[str], feedback: str) -> None:
    if any("->" in answer for answer in answers) or "//" in text:
        return
    right, *wrong = (escaped(answer) for answer in answers)
    source = f"{escaped(text)} {{={right}#{escaped(feedback)} {' '.join('~' + answer for answer in wrong)}}}"

    questions, faults = read(source)

    if not faults:
        assert isinstance(questions[0], Choosing)
        assert questions[0].text == text
        assert [choice.text for choice in questions[0].choices] == answers
        assert questions[0].choices[0].feedback == feedback
    else:
        assert "stands twice" in faults[0].message
