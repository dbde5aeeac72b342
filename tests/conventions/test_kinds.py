"""A kind of question or block is one module, its template and one line: shown by a trial kind of each."""

import ast
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Self

import pytest
from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from sqlalchemy.orm import Session

from lms import db
from lms.booklets.operations import draft, printed
from lms.catalogue.models import CourseVersion
from lms.catalogue.operations import publish_course
from lms.catalogue.outline import page_of
from lms.config import ROOT
from lms.coursefiles.blocks.kinds import BLOCK_KINDS
from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, NamedPart
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.read.courses import read_course
from lms.coursefiles.read.fields import Fields
from lms.coursefiles.render.renderer import Renderer
from lms.faults import FaultList
from lms.questions import kinds as question_kinds
from lms.questions.gift.answers import GiftBody
from lms.questions.paper import AnswerLine, Gettext, Spoken
from lms.questions.question import Given, Verdict, common_fields
from lms.questions.typed import Typed
from lms.runs.models import Run
from tests import factories
from tests.booklets.course_on_paper import text_of
from tests.client import Client
from tests.conftest import NOW
from tests.coursefiles.course_folders import lesson, write_files


@dataclass(frozen=True, kw_only=True)
class Echo(Typed):
    """A word to be typed exactly as it is, written `{!word}`."""

    kind: ClassVar[str] = "echo"
    line_mm: ClassVar[int] = 30

    word: str

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**common_fields(data), word=data["word"])

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return body.text.startswith("!")

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        return cls(**asked, word=body.text[1:])

    @property
    def right_answer_text(self) -> str:
        return self.word

    def right_given(self) -> Given:
        return (self.word,)

    def _verdict(self, given: Given) -> Verdict:
        return given == (self.word,), []

    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]:
        return (AnswerLine(self.word),)


@dataclass(frozen=True)
class StoryPart(NamedPart):
    """A story in some mood."""

    kind: ClassVar[str] = "story"
    option_names: ClassVar[tuple[str, ...]] = ("id", "mood")

    mood: str
    html: str

    @classmethod
    def read_options(cls, fields: Fields, faults: FaultList) -> dict[str, Any]:
        return {"mood": fields.choice("mood", ("light", "dark"), default="light")}

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        return cls(block.id, block.title, **block.options, html="".join(html))

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        return PartOnPaper(Look.CARD, self.html, self.title, label="Tarina", remark=self.mood, lines=2)


ECHO_TEMPLATE = """{% from 'quizzes/_parts.html' import typed, written %}
{% set read = written %}
{% macro form(question, base) %}<div class="echo">{{ typed(question, base) }}</div>{% endmacro %}
"""
STORY_TEMPLATE = """{% from 'components/page.html' import card %}
{% macro show(part, lesson, interface_language) %}{% call card(part.data.title, id='story-' ~ part.data.id) %}
<p>{{ part.data.mood }}</p>{{ part.data.html|published_html }}{% endcall %}{% endmacro %}
"""
STORY = """/// story | Maijan tarina
    id: maija
    mood: {mood}
Maija **aloittaa** työt.
///
"""
QUIZ = "/// quiz | Tarkista\n    id: visa\nKirjoita sana. {!hei}\n///\n"


@pytest.fixture
def with_trial_kinds(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The registry line of each kind, and its template."""
    folder = tmp_path / "templates"
    write_files(folder, {"quizzes/echo.html": ECHO_TEMPLATE, "lessons/parts/story.html": STORY_TEMPLATE})
    own = app.jinja_env.loader
    assert own
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([FileSystemLoader(folder), own]))
    monkeypatch.setattr(question_kinds, "QUESTION_KINDS", {Echo.kind: Echo, **question_kinds.QUESTION_KINDS})
    monkeypatch.setitem(BLOCK_KINDS, StoryPart.kind, StoryPart)


@pytest.fixture
def folder(with_trial_kinds: None, tmp_path: Path) -> Path:
    course = (
        "---\ntitle: Koekurssi\nsummary: Koe.\nlanguage: fi\nlevel: 1\nhours: 1\n"
        "topics: [työ]\nenrolment: open\ncertificate: completion\nrequires: [lessons]\n---\n\nKuvaus.\n"
    )
    files: dict[str, str | bytes | None] = {
        "course.md": course,
        "01-alku.md": lesson(f"Alku.\n\n{STORY.format(mood='dark')}\n{QUIZ}"),
    }
    return write_files(tmp_path / "koe", files)


@pytest.fixture
def run_id(folder: Path, session: Session, renderer: Renderer) -> int:
    """The course published, with Aino in a run of it."""
    course = read_course(folder, renderer=renderer).course
    assert course
    version = publish_course(session, course, NOW).version
    run = factories.make_run(session, version, people=[factories.make_person(session, "aino")])
    session.commit()
    return run.id


def test_a_trial_kind_of_block_and_of_question_are_read_and_stored(run_id: int, session: Session) -> None:
    run = session.get_one(Run, run_id)
    version = session.get_one(CourseVersion, run.version_id)

    page = page_of(session, version.content_hash, "alku", language="fi", plain=False)

    _prose, story, quiz = page.parts
    assert story == StoryPart(
        "maija", "Maijan tarina", "dark", "<p>Maija <strong>aloittaa</strong> työt.</p>"
    )
    assert isinstance(quiz, QuizPart)
    assert quiz.questions == (Echo(key="1", text="Kirjoita sana.", word="hei"),)


def test_a_trial_kind_must_follow_the_rules_of_every_kind(folder: Path, renderer: Renderer) -> None:
    twin = lesson(f"Lyhyesti.\n\n{STORY.format(mood='light')}\n{QUIZ.replace('{!hei}', '{T}')}")
    (folder / "01-alku.selko.md").write_text(twin, encoding="utf-8")
    different_options = read_course(folder, renderer=renderer).faults
    (folder / "01-alku.selko.md").write_text(twin.replace("light", "dark"), encoding="utf-8")
    different_questions = read_course(folder, renderer=renderer).faults
    (folder / "01-alku.md").write_text(lesson(STORY.format(mood="grim")), encoding="utf-8")

    assert [fault.message for fault in different_options] == [
        "The story `maija` has other options than in 01-alku.md"
    ]
    assert [fault.message for fault in different_questions] == [
        "Question 1 of the quiz `visa` takes other answers than in 01-alku.md"
    ]
    assert "`mood` has an unknown value" in {
        fault.message for fault in read_course(folder, renderer=renderer).faults
    }


def test_options_of_a_trial_kind_that_cannot_be_read_are_a_fault(folder: Path, renderer: Renderer) -> None:
    (folder / "01-alku.md").write_text(lesson(STORY.format(mood="[")), encoding="utf-8")

    assert [fault.line for fault in read_course(folder, renderer=renderer).faults] == [7]


def test_a_trial_kind_is_shown_and_marked_on_the_page(run_id: int, client: Client) -> None:
    address = f"/runs/{run_id}/lessons/alku"
    before = client.sign_in("aino").get(address).text

    client.post(f"/runs/{run_id}/quizzes/visa", {"q1": "hei"})

    assert "<p>dark</p>" in before and 'id="story-maija"' in before
    assert 'class="echo"' in before and 'data-answer="right"' not in before
    assert 'data-answer="right"' in client.get(address).text


def test_a_trial_kind_is_drawn_on_paper(run_id: int, app: Flask) -> None:
    with app.test_request_context(), db.reading() as session:
        made = draft(session, "koe", language=None, plain=False, settings=app.extensions["settings"])
        text = text_of(printed(made))

    assert "Tarina 1.A · dark Maijan tarina Maija aloittaa työt." in text
    assert "Kirjoita sana." in text
    assert re.search(r"1\.B Tarkista .*\bhei\b", text)


OWN_FOLDERS = ("lms/questions/", "lms/coursefiles/blocks/")
KIND_NAMES = {"kind", "part_type"}


def _names_a_kind(node: ast.AST) -> bool:
    """Tell whether an expression is `x.kind`, `x.part_type` or `x["kind"]`."""
    if isinstance(node, ast.Subscript):
        return isinstance(node.slice, ast.Constant) and node.slice.value == "kind"
    return isinstance(node, ast.Attribute) and node.attr in KIND_NAMES


def compared_kinds(source: str) -> Iterator[int]:
    """Yield the lines on which a kind is compared with anything but None or another's kind."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Match) and _names_a_kind(node.subject):
            yield node.lineno
        if not isinstance(node, ast.Compare):
            continue
        sides = [node.left, *node.comparators]
        others = [side for side in sides if not _names_a_kind(side)]
        is_about_nothing = all(isinstance(side, ast.Constant) and side.value is None for side in others)
        if len(others) < len(sides) and not is_about_nothing:
            yield node.lineno


@pytest.mark.parametrize(
    "source",
    [
        "part.kind == 'task'",
        "'task' != part.kind",
        "question.kind in KINDS",
        "block.part_type is TaskPart",
        "part['kind'] == 'task'",
        "match part['kind']:\n    case 'task': pass",
    ],
)
def test_a_comparison_of_a_kind_is_found(source: str) -> None:
    assert list(compared_kinds(source))


def test_only_a_kind_itself_knows_which_kind_it_is() -> None:
    faults = []
    for path in sorted((ROOT / "lms").rglob("*.py")):
        name, source = path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")
        if name.startswith(OWN_FOLDERS) or not re.search(r"lms\.(?:questions|coursefiles)\b", source):
            continue  # other features have kinds of their own
        faults += [f"{name}:{line}" for line in compared_kinds(source)]

    assert not faults


def test_no_template_branches_on_a_kind() -> None:
    branching = re.compile(r"\bkind\s*(?:==|!=|in\b|not in\b)")
    faults = [
        f"{path.relative_to(ROOT)}: {found[0]}"
        for folder in ("lessons", "quizzes", "booklets")
        for path in sorted((ROOT / "templates" / folder).rglob("*.*"))
        for found in branching.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not faults
