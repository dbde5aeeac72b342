"""Reading the content of a booklet: a course's current version with all its pages, and its checklist's criteria."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import queries as catalogue_queries
from lms.catalogue.models import CourseVersion, LessonPage
from lms.catalogue.outline import LessonOutline, Outline, Page
from lms.clock import day_of
from lms.coursefiles.blocks.kinds import parts_from_json
from lms.criteria.models import CriteriaSet

Texts = Mapping[str, str]


@dataclass(frozen=True)
class PublishedCourse:
    """A version of a course with every page."""

    outline: Outline
    published_on: date
    pages: Mapping[tuple[str, str, bool], Page]

    @property
    def languages(self) -> list[str]:
        """Return the languages in which anything of the course can be read, its own first."""
        others = {language for lesson in self.outline.lessons for language in lesson.languages}
        own = self.outline.language
        return [own, *sorted((others | set(self.outline.translations)) - {own})]

    def has_plain_in(self, language: str) -> bool:
        """Return whether any lesson has a plain wording in a language; only a course's own can have."""
        return language == self.outline.language and any(lesson.plain for lesson in self.outline.lessons)

    def page_for(self, lesson: LessonOutline, *, language: str, plain: bool) -> Page:
        """Return the wanted page of a lesson, or the nearest to it that the lesson has."""
        own = self.outline.language
        spoken = language if language in lesson.languages else own
        return self.pages[lesson.slug, spoken, plain and spoken == own and lesson.plain]


@dataclass(frozen=True)
class CriterionText:
    group_title: Texts
    wording: Texts


@dataclass(frozen=True)
class Checklist:
    title: Texts
    criteria: tuple[CriterionText, ...]


def published_course(session: Session, slug: str, number: int | None = None) -> PublishedCourse | None:
    """Return the course of an address in the version of a number, or in the current one; None without it."""
    if number is None:
        course = catalogue_queries.current_course(session, slug)
    else:
        course = catalogue_queries.course_of_number(session, slug, number)
    if course is None:
        return None
    published_at = session.execute(
        select(CourseVersion.published_at).where(CourseVersion.id == course.version_id)
    ).scalar_one()
    rows = session.execute(
        select(
            *(LessonPage.slug, LessonPage.language, LessonPage.plain),
            *(LessonPage.title, LessonPage.minutes, LessonPage.parts),
        ).where(LessonPage.version_id == course.version_id)
    )
    pages = {
        (row.slug, row.language, row.plain): Page(
            row.title, row.minutes, row.language, row.plain, parts_from_json(row.parts)
        )
        for row in rows
    }
    return PublishedCourse(course.outline, day_of(published_at), pages)


def checklist(session: Session, slug: str) -> Checklist | None:
    """Return the current criteria of a checklist in their order, None when they are not published."""
    found = session.scalar(select(CriteriaSet).where(CriteriaSet.slug == slug, CriteriaSet.is_current))
    if found is None:
        return None
    criteria = tuple(CriterionText(item.group_title, item.wording) for item in found.criteria)
    return Checklist(found.title, criteria)
