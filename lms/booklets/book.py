"""A course as the data of a booklet: lessons with their codes, the answers and the checklist at the back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lms.booklets import wording
from lms.booklets.queries import Checklist, PublishedCourse
from lms.booklets.questions import answer_as_data, question_as_data
from lms.booklets.tree import Headings, Node, tree_of
from lms.catalogue.outline import Page
from lms.config import Settings
from lms.coursefiles.blocks.paper import PartOnPaper
from lms.coursefiles.blocks.part import Part
from lms.i18n import in_language
from lms.questions.paper import letter_of


@dataclass(frozen=True)
class Wanted:
    """Which of a course's wordings is printed."""

    language: str
    plain: bool = False


def book_of(
    published: PublishedCourse, checklist: Checklist | None, wanted: Wanted, settings: Settings
) -> dict[str, Any]:
    """Return the booklet as JSON-ready data; all its texts are final, and none is markup."""
    outline, language = published.outline, wanted.language
    chapters = list(_chapters(published, wanted, settings.base_url))
    lessons = [chapter.lesson for chapter in chapters]
    answers = [chapter.answers for chapter in chapters if chapter.answers["quizzes"]]
    has_description = language in outline.translations or language == outline.language
    description = tree_of(outline.text_in(language, "description_html"), Headings(1), settings.base_url)
    return {
        "language": language,
        "course_language": language if has_description else outline.language,
        "title": outline.text_in(language, "title"),
        "summary": outline.text_in(language, "summary"),
        "description": description,
        "facts": wording.facts(published, language, plain=wanted.plain),
        "operator": settings.operator.name,
        "labels": wording.labels(language),
        "how_to": wording.how_to(
            language, has_quizzes=bool(answers), has_footnotes=_has_footnotes([description, lessons])
        ),
        "help": wording.help_lines(language, settings.operator),
        "lessons": lessons,
        "answers": answers,
        "checklist": _checklist(checklist, language) if checklist else None,
    }


@dataclass
class Chapter:
    """A lesson of the booklet, and its pages at the back."""

    lesson: dict[str, Any]
    answers: dict[str, Any]


@dataclass
class _Writer:
    """Turns the parts of one lesson into data and assigns their codes."""

    number: int
    page: Page
    language: str
    base_url: str
    headings: Headings
    given: int = 0
    answers: list[dict[str, Any]] = field(default_factory=list)

    def parts(self) -> list[dict[str, Any]]:
        return [self._part(part) for part in self.page.parts]

    def _part(self, part: Part) -> dict[str, Any]:
        paper = part.on_paper(wording.spoken(self.language).gettext)
        code = self._next_code() if part.is_to_do else ""
        return {
            "kind": part.kind,
            "look": paper.look,
            "code": code,
            "label": paper.label,
            "remark": paper.remark,
            "title": paper.title,
            "level": self.headings.of_part() if paper.title else 0,
            "nodes": tree_of(paper.html, self.headings, self.base_url),
            "lines": paper.lines,
            "lines_label": paper.lines_label,
            "note": paper.note,
            "questions": self._questions(paper, code),
        }

    def _next_code(self) -> str:
        self.given += 1
        return f"{self.number}.{letter_of(self.given - 1, capital=True)}"

    def _questions(self, paper: PartOnPaper, code: str) -> list[dict[str, Any]]:
        """Return the questions, and add the answers to the back."""
        if not paper.questions:
            return []
        spoken = wording.spoken(self.page.language)
        hints = wording.spoken(self.language).gettext
        answers = [answer_as_data(question.answer_on_paper(spoken)) for question in paper.questions]
        self.answers.append({"code": code, "title": paper.title, "questions": answers})
        return [question_as_data(question, spoken, hints) for question in paper.questions]


def _chapters(published: PublishedCourse, wanted: Wanted, base_url: str) -> Iterator[Chapter]:
    say_minutes = wording.minutes(wanted.language)
    section = None
    for number, lesson in enumerate(published.outline.lessons, start=1):
        page = published.page_for(lesson, language=wanted.language, plain=wanted.plain)
        own_section = lesson.section_in(page.language)
        level = 2 if own_section else 1
        writer = _Writer(number, page, wanted.language, base_url, Headings(level))
        drawn = {
            "slug": lesson.slug,
            "number": number,
            "level": level,
            "language": page.language,
            "section": own_section if own_section != section else None,
            "title": page.title,
            "minutes": say_minutes(page.minutes),
            "parts": writer.parts(),
        }
        section = own_section
        answers = {"number": number, "title": page.title, "language": page.language}
        yield Chapter(drawn, {**answers, "quizzes": writer.answers})


def _checklist(checklist: Checklist, language: str) -> dict[str, Any]:
    groups: list[dict[str, Any]] = []
    for criterion in checklist.criteria:
        title = in_language(criterion.group_title, language)
        if not groups or groups[-1]["title"] != title:
            groups.append({"title": title, "wordings": []})
        groups[-1]["wordings"].append(in_language(criterion.wording, language))
    return {
        "title": in_language(checklist.title, language),
        "ratings": wording.ratings(language),
        "groups": groups,
    }


def pictures_in(data: Any) -> Iterator[str]:
    """Yield the names of all pictures that the booklet shows."""
    for node in _nodes(data):
        if isinstance(node, dict) and node.get("tag") == "img":
            yield node["name"]


def _has_footnotes(data: Any) -> bool:
    """Return whether any link in the data has its address in a footnote."""
    return any(isinstance(node, dict) and node.get("shown") for node in _nodes(data))


def words_in(data: Any) -> Iterator[str]:
    """Yield every text of the booklet's data."""
    for node in _nodes(data):
        if isinstance(node, str):
            yield node


def _nodes(data: Any) -> Iterator[Node]:
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from _nodes(value)
    elif isinstance(data, list):
        for value in data:
            yield from _nodes(value)
    elif isinstance(data, str):
        yield data
