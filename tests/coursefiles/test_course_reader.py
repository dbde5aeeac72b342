"""A course folder becomes a course, or the faults that its author has to fix."""

import json
import time
from pathlib import Path

import pytest

from lms.coursefiles.course import CourseSource
from lms.coursefiles.course_json import content_hash, outline, pages
from lms.coursefiles.read.courses import CourseReading, read_course
from lms.coursefiles.render.renderer import Renderer
from tests.coursefiles.course_folders import COURSE, LESSON, PNG, SECOND, course_with, lesson

Files = dict[str, str | bytes | None]
TWIN = (
    LESSON.replace("Ensimmäinen osio", "Sama helpommin")
    .replace("section: Alku\n", "")
    .replace("minutes: 10\n", "")
)


def read(tmp_path: Path, renderer: Renderer, files: Files | None = None) -> CourseReading:
    return read_course(course_with(tmp_path, files or {}), renderer=renderer)


def course_of(tmp_path: Path, renderer: Renderer, files: Files | None = None) -> CourseSource:
    reading = read(tmp_path, renderer, files)
    assert reading.faults == ()
    assert reading.course
    return reading.course


def told(reading: CourseReading) -> list[tuple[str, int, str]]:
    assert reading.course is None
    return [(Path(fault.path).name, fault.line, fault.message) for fault in reading.faults]


def test_the_outline_holds_everything_but_the_text(tmp_path: Path, renderer: Renderer) -> None:
    course = course_of(
        tmp_path,
        renderer,
        {
            "01-ensimmainen.selko.md": TWIN,
            "01-ensimmainen.sv.md": TWIN,
            "course.sv.md": "---\ntitle: Liten kurs\nsummary: En del.\n---\nText.\n",
        },
    )

    assert json.loads(json.dumps(outline(course))) == {
        "slug": "kurssi",
        "title": "Pieni kurssi",
        "summary": "Yksi osio harjoitteluun.",
        "description_html": "<p>Kurssin <strong>kuvaus</strong>.</p>",
        "language": "fi",
        "level": 1,
        "hours": 2,
        "topics": ["työ", "digi"],
        "enrolment": "open",
        "criteria": [],
        "checklist": None,
        "certificate": "completion",
        "requires": ["lessons"],
        "translations": {
            "sv": {"title": "Liten kurs", "summary": "En del.", "description_html": "<p>Text.</p>"}
        },
        "lessons": [
            {
                "slug": "ensimmainen",
                "title": "Ensimmäinen osio",
                "minutes": 10,
                "section": "Alku",
                "criteria": [],
                "plain": True,
                "languages": ["fi", "sv"],
                "translations": {"sv": {"title": "Sama helpommin", "section": "Alku"}},
                "tasks": [
                    {
                        "id": "hissipuhe",
                        "title": "Kirjoita hissipuhe",
                        "answer": "text",
                        "review": "self",
                        "extra": False,
                    }
                ],
                "quizzes": [{"id": "sopimus", "title": "Tarkista itse", "questions": 1}],
                "prompts": [{"id": "opit", "title": "Mitä opit?"}],
            },
            {
                "slug": "toinen",
                "title": "Toinen osio",
                "minutes": 5,
                "section": None,
                "criteria": [],
                "plain": False,
                "languages": ["fi"],
                "translations": {},
                "tasks": [],
                "quizzes": [],
                "prompts": [],
            },
        ],
    }


def test_the_pages_hold_the_parts_in_order(tmp_path: Path, renderer: Renderer) -> None:
    course = course_of(tmp_path, renderer, {"01-ensimmainen.sv.md": TWIN})

    found = pages(course)

    assert [(page.slug, page.language, page.plain) for page in found] == [
        ("ensimmainen", "fi", False),
        ("ensimmainen", "sv", False),
        ("toinen", "fi", False),
    ]
    content = json.loads(json.dumps(found[0].content))
    assert [part["kind"] for part in content["parts"]] == ["prose", "task", "quiz", "diary"]
    assert content["parts"][0]["html"].startswith("<h2>Otsikko</h2>")
    assert 'href="../lessons/toinen"' in content["parts"][0]["html"]
    assert content["parts"][1]["html"] == "<p>Kirjoita <em>kolme</em> virkettä.</p>"
    assert content["parts"][2]["questions"][0]["key"] == "suullinen"
    assert found[1].content["minutes"] == 10


def test_boxes_and_steps_are_parts_too(tmp_path: Path, renderer: Renderer) -> None:
    body = "/// note\nA\n///\n/// tip | T\nB\n///\n/// warning\nC\n///\n/// steps | S\n1. D\n///"

    course = course_of(tmp_path, renderer, {"02-toinen.md": lesson(body)})

    parts = pages(course)[1].content["parts"]
    assert [(part["kind"], part["title"]) for part in parts] == [
        ("note", ""),
        ("tip", "T"),
        ("warning", ""),
        ("steps", "S"),
    ]


def test_a_translations_question_has_its_lessons_key(tmp_path: Path, renderer: Renderer) -> None:
    course = course_of(
        tmp_path, renderer, {"01-ensimmainen.sv.md": TWIN.replace("::suullinen::", "::muntligt::")}
    )

    assert pages(course)[1].content["parts"][2]["questions"][0]["key"] == "suullinen"


def test_the_hash_changes_with_the_content_and_only_with_it(tmp_path: Path, renderer: Renderer) -> None:
    first = content_hash(course_of(tmp_path / "a", renderer))
    same = content_hash(course_of(tmp_path / "b", renderer))
    text = content_hash(
        course_of(tmp_path / "c", renderer, {"02-toinen.md": SECOND.replace("Lyhyt", "Lyhyet")})
    )
    with_picture = SECOND + "\n![Kuva](media/a.png)\n"
    media = [
        content_hash(
            course_of(tmp_path / name, renderer, {"02-toinen.md": with_picture, "media/a.png": picture})
        )
        for name, picture in (("d", PNG), ("e", PNG + b"\0"))
    ]

    assert first == same
    assert len({first, text, *media}) == 4


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("title: Pieni kurssi\n", "", 1, "`title` is missing"),
        ("title: Pieni kurssi", "title:", 2, "`title` is empty"),
        ("title: Pieni kurssi", "title: 12", 2, "`title` is not text"),
        ("title: Pieni kurssi", "title: " + "x" * 201, 2, "longer than 200"),
        ("level: 1", "level: 4", 5, "`level` is not a whole number"),
        ("level: 1", "level: one", 5, "`level` is not a whole number"),
        ("level: 1", "level: true", 5, "`level` is not a whole number"),
        ("hours: 2", "hours: 0", 6, "`hours` is not a number"),
        ("language: fi", "language: de", 4, "`language` has an unknown value"),
        ("enrolment: open", "enrolment: closed", 8, "`enrolment` has an unknown value"),
        ("certificate: completion", "certificate: yes", 9, "something else than text"),
        ("requires: [lessons]", "requires: [meetings]", 10, "not possible in `requires`"),
        ("requires: [lessons]", "requires: lessons", 10, "`requires` is not a list"),
        ("requires: [lessons]", "requires: [lessons, lessons]", 10, "stands twice"),
        ("requires: [lessons]", "requires: [checklist]", 10, "none is named"),
        ("requires: [lessons]", "criteria: [yttt]", 10, "not possible in `criteria`"),
        ("requires: [lessons]\n", "", 9, "Nothing is required"),
        ("topics: [työ, digi]", "topics: [1]", 7, "`topics` is not text"),
        ("topics: [työ, digi]", "colour: red", 7, "Unknown name `colour`"),
        ("topics: [työ, digi]", "level: 2", 7, "`level` is given twice"),
        ("topics: [työ, digi]", "topics: !!python/name:os.system", 7, "A tag"),
        ("---\ntitle", "title", 1, "front matter is missing"),
        ("[lessons]\n---", "[lessons]", 1, "front matter does not end"),
        ("title: Pieni", "title: " + "x" * 17_000 + "\nt: Pieni", 1, "too long"),
        ("Kurssin", "Kurssin <b>", 13, "Raw HTML"),
        ("Kurssin", "[x](01-ensimmainen.md)", 13, "no text"),
    ],
)
def test_a_fault_of_course_md_has_its_line(
    tmp_path: Path, renderer: Renderer, old: str, new: str, line: int, words: str
) -> None:
    assert old in COURSE

    found = told(read(tmp_path, renderer, {"course.md": COURSE.replace(old, new, 1)}))

    assert any(name == "course.md" and at == line and words in message for name, at, message in found), found


@pytest.mark.parametrize(
    ("files", "name", "line", "words"),
    [
        ({"course.md": None}, "kurssi", 1, "no course.md"),
        ({"01-ensimmainen.md": None, "02-toinen.md": None}, "kurssi", 1, "no lessons"),
        ({"muistio.txt": "x"}, "muistio.txt", 1, "no use here"),
        ({f"03-{'a' * 61}.md": SECOND}, f"03-{'a' * 61}.md", 1, "no use here"),
        ({"3-kolmas.md": SECOND}, "3-kolmas.md", 1, "no use here"),
        ({"03-Kolmas.md": SECOND}, "03-Kolmas.md", 1, "no use here"),
        ({"02-toinen.selko.sv.md": SECOND}, "02-toinen.selko.sv.md", 1, "no use here"),
        ({"02-toinen.de.md": SECOND}, "02-toinen.de.md", 1, "no use here"),
        ({"course.selko.md": SECOND}, "course.selko.md", 1, "no use here"),
        ({"kuvat/a.png": PNG}, "kurssi", 1, "Unknown folder `kuvat`"),
        ({"media/a.gif": PNG}, "a.gif", 1, "not published"),
        ({"02-kolmas.md": SECOND}, "02-toinen.md", 1, "same number"),
        ({"03-toinen.md": SECOND}, "03-toinen.md", 1, "same address"),
        ({"03-kolmas.sv.md": SECOND}, "03-kolmas.sv.md", 1, "no `03-kolmas.md`"),
        ({"01-toinen.selko.md": SECOND}, "01-toinen.selko.md", 1, "no `01-toinen.md`"),
        ({"02-toinen.fi.md": SECOND}, "02-toinen.fi.md", 1, "own language"),
        ({"course.fi.md": "---\ntitle: a\nsummary: b\n---\n"}, "course.fi.md", 1, "own language"),
        (
            {"course.sv.md": "---\ntitle: a\nsummary: b\nlevel: 1\n---\n"},
            "course.sv.md",
            4,
            "Unknown name `level`",
        ),
        ({"02-toinen.md": SECOND.replace("minutes: 5", "minutes: 0")}, "02-toinen.md", 3, "`minutes`"),
        ({"02-toinen.md": SECOND.replace("minutes: 5\n", "")}, "02-toinen.md", 1, "`minutes` is missing"),
        ({"02-toinen.md": lesson("")}, "02-toinen.md", 5, "has no text"),
        ({"02-toinen.md": lesson("a\n\n<script>x</script>")}, "02-toinen.md", 7, "Raw HTML"),
        (
            {"02-toinen.md": lesson("a\n\n![](media/a.png)"), "media/a.png": PNG},
            "02-toinen.md",
            7,
            "no alternative",
        ),
        ({"02-toinen.md": lesson("[x](09-muu.md)")}, "02-toinen.md", 5, "no text"),
        ({"02-toinen.md": lesson("[x](02-toinen.sv.md)")}, "02-toinen.md", 5, "no text"),
        ({"02-toinen.md": lesson("/// tip\na\n\n<b>x</b>\n///")}, "02-toinen.md", 8, "Raw HTML"),
        ({"02-toinen.md": lesson("/// steps | A\n- x\n///")}, "02-toinen.md", 5, "no numbers"),
        ({"02-toinen.md": lesson("/// quiz | A\n    id: q\n\nK {}\n///")}, "02-toinen.md", 8, "essay"),
        (
            {"02-toinen.md": lesson("/// diary | A\n    id: opit\nx\n///")},
            "02-toinen.md",
            5,
            "already used in 01-ens",
        ),
        ({"02-toinen.md": lesson("[" * 20_000)}, "02-toinen.md", 5, "too heavy to render"),
        ({"02-toinen.md": "a" * 100_001}, "02-toinen.md", 1, "larger than 100 kB"),
        ({"02-toinen.md": b"\xff"}, "02-toinen.md", 1, "not UTF-8"),
        ({"02-toinen.md": lesson("a\u202eb")}, "02-toinen.md", 5, "hidden character"),
        (
            {"01-ensimmainen.sv.md": SECOND},
            "01-ensimmainen.sv.md",
            1,
            "`hissipuhe` of 01-ensimmainen.md is missing",
        ),
        ({"02-toinen.sv.md": LESSON}, "02-toinen.sv.md", 11, "`hissipuhe` is not in 02-toinen.md"),
        (
            {"01-ensimmainen.selko.md": TWIN.replace("review: self", "extra: true")},
            "01-ensimmainen.selko.md",
            9,
            "other options",
        ),
        (
            {"01-ensimmainen.selko.md": TWIN.replace("/// diary | Mitä opit?", "/// task | Mitä opit?")},
            "01-ensimmainen.selko.md",
            21,
            "is a task here and a diary",
        ),
        (
            {"01-ensimmainen.selko.md": TWIN.replace("{TRUE", "{T}\n\nToinen {TRUE")},
            "01-ensimmainen.selko.md",
            16,
            "2 questions here and 1",
        ),
        (
            {"01-ensimmainen.selko.md": TWIN.replace("{TRUE", "{FALSE")},
            "01-ensimmainen.selko.md",
            16,
            "takes other answers",
        ),
        (
            {"02-toinen.sv.md": SECOND.replace("minutes: 5", "criteria: [osaamistavoitteet_1]")},
            "02-toinen.sv.md",
            3,
            "criteria are not those",
        ),
    ],
)
def test_a_fault_names_its_file_and_line(
    tmp_path: Path, renderer: Renderer, files: Files, name: str, line: int, words: str
) -> None:
    found = told(read(tmp_path, renderer, files))

    assert any(file == name and at == line and words in message for file, at, message in found), found


def test_criteria_and_checklist_have_to_be_known(tmp_path: Path, renderer: Renderer) -> None:
    folder = course_with(
        tmp_path,
        {
            "course.md": COURSE.replace(
                "requires", "checklist: tyo.yaml\ncriteria: [osaamistavoitteet_1]\nrequires"
            ),
            "01-ensimmainen.md": LESSON.replace("section", "criteria: [osaamistavoitteet_1]\nsection"),
            "02-toinen.md": SECOND.replace("minutes", "criteria: [osaamistavoitteet_2]\nminutes"),
        },
    )

    known = read_course(
        folder,
        renderer=renderer,
        known_codes=frozenset({"osaamistavoitteet_1", "osaamistavoitteet_2"}),
        checklists={"tyo"},
    )
    unknown = read_course(folder, renderer=renderer, known_codes=frozenset(), checklists=set())

    assert known.course
    assert known.course.checklist == "tyo"
    assert [(name, line) for name, line, _message in told(unknown)] == [
        ("course.md", 10),
        ("course.md", 11),
        ("01-ensimmainen.md", 4),
        ("02-toinen.md", 3),
    ]


def test_a_linked_folder_file_or_media_is_never_read(tmp_path: Path, renderer: Renderer) -> None:
    folder = course_with(tmp_path, {})
    (folder / "03-salaisuus.md").symlink_to("/etc/passwd")
    (folder / "media").symlink_to("/etc", target_is_directory=True)
    linked = tmp_path / "linkki"
    linked.symlink_to(folder, target_is_directory=True)

    found = told(read_course(folder, renderer=renderer))

    assert [message for _name, _line, message in found] == ["03-salaisuus.md is a link", "media is a link"]
    assert "is a link" in read_course(linked, renderer=renderer).faults[0].message


def test_a_folder_with_a_bad_name_is_a_fault(tmp_path: Path, renderer: Renderer) -> None:
    course_with(tmp_path, {}).rename(tmp_path / "Iso Kurssi")

    assert "name is not possible" in read_course(tmp_path / "Iso Kurssi", renderer=renderer).faults[0].message


HOSTILE: dict[str, str | bytes] = {
    "nothing": b"",
    "zeros": b"\0" * 100_000,
    "noise": bytes(range(256)) * 390,
    "dashes": "---\n" * 25_000,
    "colons": "---\n" + "a:" * 40_000 + "\n---\n",
    "flow": "---\na: " + "[" * 8_000 + "\n---\n",
    "flow maps": "---\na: " + "{" * 8_000 + "\n---\n",
    "indents": "---\n" + "\n".join(" " * depth + "a:" for depth in range(170)) + "\n---\n",
    "anchors": "---\na: &a [" + "x," * 4_000 + "]\nb: *a\n---\n",
    "keys": "---\n" + "\n".join(f"k{number}: 1" for number in range(1_500)) + "\n---\n",
    "tags": "---\na: !!python/object/apply:time.sleep [9]\n---\n",
    "openings": lesson("/// task | A\n" * 7_000),
    "closings": lesson("///\n" * 20_000),
    "blocks": lesson("/// note\nx\n///\n" * 6_000),
    "tasks": lesson("".join(f"/// task | A\n    id: a{number}\nx\n///\n" for number in range(2_000))),
    "fences": lesson("```\n" * 20_001),
    "quiz": lesson("/// quiz | A\n    id: a\n" + "A {=a ~b}\n\n" * 7_000 + "///"),
    "braces": lesson("/// quiz | A\n    id: a\n" + "{" * 90_000 + "\n///"),
    "brackets": lesson("[" * 90_000),
    "html": lesson("<b>" * 30_000),
    "table": lesson("|a" * 40_000 + "\n" + "|-" * 5_000),
    "comments": lesson("/// note\n" + "////\n" * 19_000 + "x\n///"),
    "comments in a quiz": lesson("/// quiz | A\n    id: a\n" + "//// a\n" * 13_000 + "///"),
    "fence": lesson("```" + " " * 90_000 + "!"),
    "sentences": lesson("A.\n" * 30_000),
    "bidi": lesson("\u202e\n" * 20_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_lesson_gives_faults_in_time(tmp_path: Path, renderer: Renderer, name: str) -> None:
    read(tmp_path / "warm", renderer)
    start = time.process_time()

    reading = read(tmp_path, renderer, {"02-toinen.md": HOSTILE[name]})

    assert time.process_time() - start < 5  # without the worker, which has a limit of its own
    assert reading.course or reading.faults
    assert all(str(fault).isprintable() for fault in reading.faults)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_course_file_gives_faults_in_time(tmp_path: Path, renderer: Renderer, name: str) -> None:
    start = time.process_time()

    reading = read(tmp_path, renderer, {"course.md": HOSTILE[name], "course.sv.md": HOSTILE[name]})

    assert time.process_time() - start < 5
    assert reading.faults


def test_a_description_drops_comments_and_holds_no_block(tmp_path: Path, renderer: Renderer) -> None:
    commented = course_of(tmp_path, renderer, {"course.md": COURSE + "//// vain meille\n"})
    with_block = read(tmp_path / "b", renderer, {"course.md": COURSE + "/// note\nHuomaa.\n///\n"})

    assert commented.text.description_html == "<p>Kurssin <strong>kuvaus</strong>.</p>"
    assert told(with_block) == [("course.md", 14, "A block stands in the course's description")]
