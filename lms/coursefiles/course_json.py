"""The JSON shapes in which a course version is stored, and the hash that tells one version from another."""

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Any

from lms.coursefiles.blocks.part import Part
from lms.coursefiles.course import CourseSource, CourseText, Lesson, LessonText
from lms.markup.render import SANITISER_VERSION


@dataclass(frozen=True)
class PageJSON:
    slug: str
    language: str
    plain: bool
    content: dict[str, Any]


def outline(course: CourseSource) -> dict[str, Any]:
    """Everything about a course but the lessons' text."""
    return {
        "slug": course.slug,
        "language": course.language,
        "level": course.level,
        "hours": course.hours,
        "topics": list(course.topics),
        "enrolment": course.enrolment,
        "criteria": list(course.criteria),
        "checklist": course.checklist,
        "certificate": course.certificate,
        "requires": list(course.requires),
        "translations": {language: _text(text) for language, text in sorted(course.translations.items())},
        "lessons": [_lesson(lesson) for lesson in course.lessons],
        **_text(course.text),
    }


def pages(course: CourseSource) -> list[PageJSON]:
    """Every lesson's pages in lesson order, the author's own first."""
    return [
        PageJSON(lesson.slug, page.language, page.plain, _page(page))
        for lesson in course.lessons
        for page in lesson.pages
    ]


def content_hash(course: CourseSource) -> str:
    """A hash of everything in the course: outline, pages, media and the sanitiser's version."""
    content = {
        "outline": outline(course),
        "pages": [asdict(page) for page in pages(course)],
        "media": sorted((file.name, file.sha256) for file in course.media),
        "sanitiser": SANITISER_VERSION,
    }
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()


def _text(text: CourseText) -> dict[str, Any]:
    return asdict(text)


def _lesson(lesson: Lesson) -> dict[str, Any]:
    main = lesson.main
    translations = [page for page in lesson.others if not page.plain]
    return {
        "slug": lesson.slug,
        "title": main.title,
        "minutes": main.minutes,
        "section": main.section,
        "criteria": list(lesson.criteria),
        "plain": any(page.plain for page in lesson.others),
        "languages": [main.language, *(page.language for page in translations)],
        "translations": {
            page.language: {"title": page.title, "section": page.section or main.section}
            for page in translations
        },
        **_summaries(main.parts),
    }


def _summaries(parts: tuple[Part, ...]) -> dict[str, list[dict[str, Any]]]:
    """What people do in a lesson, by kind; the three oldest lists are present even when they are empty."""
    lists: dict[str, list[dict[str, Any]]] = {"tasks": [], "quizzes": [], "prompts": []}
    for part in parts:
        if summary := part.summary():
            name, item = summary
            lists.setdefault(name, []).append(item)
    return lists


def _page(page: LessonText) -> dict[str, Any]:
    return {"title": page.title, "minutes": page.minutes, "parts": [part.to_json() for part in page.parts]}
