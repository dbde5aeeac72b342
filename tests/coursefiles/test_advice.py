"""What `lms course check` says of the writing: spelling and advice, each with a text that is free of it."""

import json
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lms.cli.main import course_commands
from lms.coursefiles.advise import spelling
from lms.coursefiles.advise.advice import Limits, LintResult, lint
from lms.coursefiles.advise.readability import explained, lix, sentences
from lms.coursefiles.advise.spelling import finnish_speller, has_passive_ending
from lms.coursefiles.check.courses import check_courses
from lms.coursefiles.read.author_texts import read_segments, repeated_words
from lms.coursefiles.render.renderer import Renderer
from tests.coursefiles.course_folders import COURSE, LESSON, PNG, SECOND, course_with, lesson, write_files

Files = dict[str, str | bytes | None]
CODE = "osaamistavoitteet_1073"
NAMING = COURSE.replace("enrolment", f"criteria: [{CODE}]\nenrolment")
PRACTISING = LESSON.replace("section", f"criteria: [{CODE}]\nsection")
READING = SECOND.replace("minutes", f"criteria: [{CODE}]\nminutes")
TASK = "/// task | Tee\n    id: tee\nKirjoita kaksi lausetta.\n///\n"
LONG = "Tämä lause on aivan liian pitkä, sillä siinä on ainakin kuusitoista sanaa peräkkäin ilman yhtään pistettä välissä."


@pytest.fixture
def has_voikko() -> None:
    with finnish_speller() as speller:
        if speller is None:
            pytest.skip("Voikko's Finnish is not installed here")


def result(parent: Path, renderer: Renderer, files: Files, limits: Limits | None = None) -> LintResult:
    return lint(check_courses([course_with(parent, files)], renderer=renderer), limits)


def advice(parent: Path, renderer: Renderer, body: str, name: str = "02-toinen.md") -> list[tuple[int, str]]:
    """The advice on one lesson of the small course, whose body starts on line 5."""
    files: Files = {name: lesson(body)}
    if name != "02-toinen.md":
        files["02-toinen.md"] = lesson("Lyhyt." if TASK not in body else TASK)
    found = result(parent, renderer, files).advice["kurssi"]
    return [(one.line, one.message) for one in found if one.path.endswith(name)]


def says(pieces: list[tuple[int, str]], words: str) -> list[int]:
    return [line for line, message in pieces if words in message]


@pytest.mark.usefixtures("has_voikko")
def test_a_misspelt_word_is_a_fault_with_suggestions(tmp_path: Path, renderer: Renderer) -> None:
    files: Files = {"02-toinen.md": lesson("Yksi.\n\nTyösopimuss on tässä. Työsopimuss ja `työsopimuss`.")}

    found = result(tmp_path, renderer, files).faults

    assert [(Path(fault.path).name, fault.line, fault.message) for fault in found] == [
        ("02-toinen.md", 7, "The word `Työsopimuss` is misspelt")
    ]
    assert found[0].fix.startswith("Write Työsopimus")


@pytest.mark.usefixtures("has_voikko")
@pytest.mark.parametrize(
    "body",
    [
        "Kirjoita CV:ssä ja PDF-tiedostossa osoitteeseen qwxyz@example.fi.",
        "```\nqwxyz\n```\n\n[Sivu](https://qwxyz.fi/zzz) ja zzqx.pdf",
        "//// zzqx kommentti\n\nTekstiä.",
        "/// quiz | Testi\n    id: zzqx\n// zzqx\n::zzqx:: Onko näin? {TRUE}\n///",
    ],
)
def test_what_is_no_language_is_not_spelled(tmp_path: Path, renderer: Renderer, body: str) -> None:
    assert result(tmp_path, renderer, {"02-toinen.md": lesson(body)}).faults == ()


@pytest.mark.usefixtures("has_voikko")
def test_the_list_beside_the_courses_holds_more_words(tmp_path: Path, renderer: Renderer) -> None:
    files: Files = {"02-toinen.md": lesson("Taitoqwx auttaa.")}
    before = result(tmp_path, renderer, files)
    write_files(tmp_path, {"words.txt": "Taitoqwx\n"})

    after = result(tmp_path, renderer, files)

    assert len(before.faults) == 1
    assert "words.txt" in before.faults[0].fix
    assert after.faults == ()


@pytest.mark.usefixtures("has_voikko")
def test_only_finnish_is_spelled(tmp_path: Path, renderer: Renderer) -> None:
    swedish = "---\ntitle: Det här är svenska\n---\nLönespecifikationen kommer."

    assert result(tmp_path, renderer, {"02-toinen.sv.md": swedish}).faults == ()


def test_without_voikko_the_check_says_so_and_goes_on(
    tmp_path: Path, renderer: Renderer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spelling, "libvoikko", None)

    result = run(course_with(tmp_path, {"02-toinen.md": lesson("Työsopimss.")}))

    assert result.exit_code == 0
    assert f"{spelling.NOT_CHECKED}.\n" in result.output


@pytest.mark.usefixtures("has_voikko")
def test_publishing_does_not_depend_on_a_machines_dictionary(tmp_path: Path, renderer: Renderer) -> None:
    folder = course_with(tmp_path, {"02-toinen.md": lesson("Työsopimss.")})

    assert check_courses([folder], renderer=renderer).faults == ()


@pytest.mark.parametrize(
    ("name", "body", "lines"),
    [
        ("02-toinen.md", f"Yksi.\n\nKaksi. {LONG}", [7]),
        ("02-toinen.md", f"Yksi.\n\nKaksi\non tässä.\n{LONG}", [9]),
        ("02-toinen.md", "Yksi kaksi kolme neljä viisi kuusi seitsemän. " * 9, []),
        ("02-toinen.md", "\n".join(["- yksi kaksi kolme neljä"] * 9), []),
        ("02-toinen.md", "| a | b |\n|---|---|\n" + "| yksi kaksi kolme | neljä viisi kuusi |\n" * 5, []),
        ("02-toinen.md", f"![{LONG}](media/kuva.png)", []),
        ("02-toinen.md", "Soita esim. Kelaan klo 9. Sitten odota.", []),
        (
            "02-toinen.selko.md",
            "Tässä lauseessa on nyt kolmetoista sanaa, ja se on vähän liian paljon sinulle.",
            [5],
        ),
        (
            "02-toinen.md",
            "Tässä lauseessa on nyt kolmetoista sanaa, ja se on vähän liian paljon sinulle.",
            [],
        ),
        ("02-toinen.sv.md", "Det här är en mening som har sexton ord men den är helt bra ändå.", []),
        ("02-toinen.sv.md", ", ".join(["ett"] * 21), [5]),
    ],
)
def test_a_long_sentence_gets_advice(
    tmp_path: Path, renderer: Renderer, name: str, body: str, lines: list[int]
) -> None:
    files: Files = {name: lesson(body), "media/kuva.png": PNG if "media/" in body else None}
    found = result(tmp_path, renderer, files).advice["kurssi"]

    assert [one.line for one in found if "a sentence of" in one.message] == lines


@pytest.mark.parametrize(
    ("text", "is_told"),
    [
        ("Katso työttömyysvakuutusmaksua.", True),
        ("Katso **työttömyysvakuutusmaksua**.", False),
        ("Työttömyysvakuutusmaksu on raha, jonka maksat.", False),
        ("Katso työttömyysvakuutusmaksua eli maksua.", False),
        ("Katso työttömyys-vakuutus-maksua.", False),
        ("Kysy neuvoa: Kyberturvallisuuskeskus auttaa.", False),
    ],
)
def test_a_long_word_is_explained(tmp_path: Path, renderer: Renderer, text: str, is_told: bool) -> None:
    assert bool(says(advice(tmp_path, renderer, text), "letters")) is is_told


@pytest.mark.parametrize("with_voikko", [True, False])
def test_many_passives_get_advice(
    tmp_path: Path, renderer: Renderer, monkeypatch: pytest.MonkeyPatch, with_voikko: bool
) -> None:
    if not with_voikko:
        monkeypatch.setattr(spelling, "libvoikko", None)
    passive, active = "Lasku maksetaan. Paperi annettiin. ", "Sinä maksat laskun. Menen kotiin. "

    many = advice(tmp_path / "a", renderer, passive * 4 + active * 4)
    few = advice(tmp_path / "b", renderer, passive * 2 + active * 6)

    assert says(many, "8 of 17 sentences are passive; say who does it") == [5]
    assert says(few, "passive") == []


@pytest.mark.parametrize("word", ["tehdään", "maksettiin", "saadaan", "mennään", "oltiin", "kirjoitetaan"])
def test_endings_tell_a_passive(word: str) -> None:
    assert has_passive_ending(word)


@pytest.mark.parametrize("word", ["kotiin", "omistaan", "äidiltään", "asiaan", "teen"])
def test_endings_that_are_no_passive(word: str) -> None:
    assert not has_passive_ending(word)


def test_a_lesson_far_heavier_than_the_plain_twins_gets_advice(tmp_path: Path, renderer: Renderer) -> None:
    plain = lesson("Tulet ovelle. Sanot nimesi. Saat avaimen. " * 5)
    heavy = lesson("Perehdytyssuunnitelman laatiminen edellyttää yhteistyötä työnantajan kanssa. " * 14)

    twins: Files = dict.fromkeys(("01-ensimmainen.md", "02-toinen.md", "02-toinen.selko.md"), plain)
    told = result(tmp_path / "a", renderer, {**twins, "03-raskas.md": heavy}).advice["kurssi"]
    alone = result(tmp_path / "b", renderer, {"03-raskas.md": heavy}).advice["kurssi"]

    assert [Path(one.path).name for one in told if "LIX" in one.message] == ["03-raskas.md"]
    assert [one for one in alone if "LIX" in one.message] == []


def test_lix_is_words_a_sentence_and_the_share_of_long_words() -> None:
    read = sentences(read_segments(lesson("Sinä luet kirjaa. Perehdytyssuunnitelma auttaa.")))[1:]

    assert lix(read) == pytest.approx(5 / 2 + 100 * 1 / 5)
    assert lix([]) == 0


@pytest.mark.parametrize(
    ("minutes", "line"), [(1, 3), (2, 3), (3, None), (4, None), (7, None), (8, None), (9, 3), (60, 3)]
)
def test_minutes_that_cannot_be_get_advice(
    tmp_path: Path, renderer: Renderer, minutes: int, line: int | None
) -> None:
    quiz = "/// quiz | Testi\n    id: testi\nOnko näin? {TRUE}\n///\n"
    body = f"{TASK}\n{quiz}\n" + "Sinä luet tämän nyt. " * 40
    text = lesson(body).replace("minutes: 5", f"minutes: {minutes}")

    found = result(tmp_path, renderer, {"02-toinen.md": text}).advice["kurssi"]

    told = [
        one.line for one in found if one.path.endswith("02-toinen.md") and "`minutes` says" in one.message
    ]
    assert told == ([line] if line else [])


def one_choice(right: str, *wrong: str, first: bool) -> str:
    lines = [f"={right}", *(f"~{text}" for text in wrong)]
    return "Mitä teet? {\n" + "\n".join(lines if first else reversed(lines)) + "\n}\n"


@pytest.mark.parametrize(
    ("questions", "words"),
    [
        ([("Soitan heti ja kerron asiasta", True), ("Kysyn ensin neuvoa ohjaajalta", False)], "longest"),
        ([("Soitan", True), ("Kysyn", True)], "always stands first (2 questions)"),
        ([("Soitan heti ja kerron asiasta", False), ("Kysyn", True)], None),
        ([("Soitan heti ja kerron asiasta", True)], None),
    ],
)
def test_answers_that_give_themselves_away_get_advice(
    tmp_path: Path, renderer: Renderer, questions: list[tuple[str, bool]], words: str | None
) -> None:
    asked = "\n".join(one_choice(right, "Odotan", "Menen pois", first=first) for right, first in questions)

    found = advice(tmp_path, renderer, f"/// quiz | Testi\n    id: testi\n{asked}///")

    told = [message for _line, message in found if "right answer" in message]
    assert len(told) == (1 if words else 0)
    assert words is None or (words in told[0] and says(found, "right answer") == [5])


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (20, 40, None),
        (40, 20, "nothing to do within the first screen, but after 161 words"),
        (40, 0, "nothing to do within the first screen;"),
    ],
)
def test_something_to_do_appears_within_the_first_screen(
    tmp_path: Path, renderer: Renderer, before: int, after: int, words: str | None
) -> None:
    text = "Sinä luet tämän nyt. "
    body = f"{text * before}\n\n{TASK if after else ''}\n{text * after}"

    found = [message for _line, message in advice(tmp_path, renderer, body) if "first screen" in message]

    assert len(found) == (1 if words else 0)
    assert words is None or found[0].startswith(words)


def test_a_course_without_prompts_for_its_diary_gets_advice(tmp_path: Path, renderer: Renderer) -> None:
    with_one = result(tmp_path / "a", renderer, {}).advice["kurssi"]
    without = result(tmp_path / "b", renderer, {"03-c.md": SECOND, "04-d.md": SECOND}).advice["kurssi"]

    assert [one for one in with_one if "diary prompt" in one.message] == []
    assert [str(one).partition(": ")[2] for one in without if "diary prompt" in one.message] == [
        "advice: 1 diary prompt for 4 lessons; 2 or more would help people to see what they learn."
    ]


@pytest.mark.parametrize(
    "piece", ["a@", "a.", "](", "![", "`a", "[", "**sanasanasanasana ", "::a", "A", 'a."', "{%", "aa ", "\n"]
)
def test_a_hostile_text_takes_no_longer_than_its_length(piece: str) -> None:
    start = time.process_time()

    passages = read_segments(lesson(piece * (90_000 // len(piece))))
    repeated_words(passages, "fi")
    explained(sentences(passages))

    assert time.process_time() - start < 3  # a second on a slow machine; hours if it grew with the square


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(course_commands, ["check", *map(str, arguments)])


def test_advice_is_counted_and_printed_on_demand_and_changes_no_exit_code(tmp_path: Path) -> None:
    folder = course_with(tmp_path, {"02-toinen.md": lesson(f"{TASK}\n{LONG}\n\n{LONG}")})

    short, long = run(folder), run(folder, "--advice")

    assert (short.exit_code, long.exit_code) == (0, 0)
    assert short.output.splitlines()[1:] == ["kurssi: 4 pieces of advice; see them with --advice."]
    assert (
        f"{folder}/02-toinen.md:10: advice: a sentence of 17 words (limit 15): Tämä lause on aivan …."
        in long.output
    )
    assert "see them" not in long.output


def test_the_table_shows_what_practises_each_criterion(tmp_path: Path) -> None:
    folder = course_with(
        tmp_path, {"course.md": NAMING, "01-ensimmainen.md": PRACTISING, "02-toinen.md": READING}
    )

    shown = run(folder, "--table").output.splitlines()

    assert shown[:3] == [
        "kurssi: tasks+quizzes of each lesson by criterion",
        "  lesson                    1    2",
        f"  {CODE}  1+1  0+0",
    ]


def test_json_is_one_document_with_the_same_exit_codes(tmp_path: Path) -> None:
    good = course_with(tmp_path, {"course.md": NAMING, "01-ensimmainen.md": PRACTISING})
    bad = write_files(tmp_path / "toinen", {"course.md": COURSE, "01-a.md": lesson("/// tip\nVinkki.")})

    right, wrong = run(good, "--format", "json"), run(bad, "--format", "json")
    told, faulty = json.loads(right.output), json.loads(wrong.output)

    assert (right.exit_code, wrong.exit_code) == (0, 1)
    assert set(told) == {"faults", "advice", "table", "summary", "notes"}
    assert told["faults"] == []
    assert told["summary"]["lessons"] == 2
    assert told["table"] == [
        {
            "course": "kurssi",
            "lessons": ["ensimmainen", "toinen"],
            "criteria": [{"code": CODE, "lessons": {"ensimmainen": {"tasks": 1, "quizzes": 1}}}],
        }
    ]
    assert {key for one in told["advice"] for key in one} <= {"course", "path", "line", "message"}
    assert faulty["faults"][0]["line"] == 5
    assert faulty["faults"][0]["message"] == "`/// tip` is not closed"


def test_a_form_that_is_not_known_is_wrong_use(tmp_path: Path) -> None:
    assert run(course_with(tmp_path, {}), "--format", "xml").exit_code == 2
