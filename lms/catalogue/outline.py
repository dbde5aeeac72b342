"""What a published course version contains, as every page needs it; each process caches it by content hash."""

from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion, LessonPage
from lms.coursefiles.blocks.kinds import parts_from_json
from lms.coursefiles.blocks.part import Part
from lms.coursefiles.blocks.quiz import QuizPart
from lms.questions.quiz import Quiz

Key = TypeVar("Key")
Value = TypeVar("Value")

CACHED_VERSIONS = 256
CACHED_PAGES = 512


@dataclass(frozen=True)
class TaskOutline:
    id: str
    title: str
    answer: str
    review: str
    extra: bool
    lesson: str

    @property
    def is_required(self) -> bool:
        """Return whether `requires: [tasks]` counts this task."""
        return not self.extra and self.answer != "none"


@dataclass(frozen=True)
class QuizOutline:
    id: str
    title: str
    questions: int


@dataclass(frozen=True)
class PromptOutline:
    id: str
    title: str


@dataclass(frozen=True)
class LessonOutline:
    slug: str
    title: str
    minutes: int
    section: str | None
    criteria: tuple[str, ...]
    plain: bool
    languages: tuple[str, ...]
    translations: Mapping[str, Mapping[str, str | None]]
    tasks: tuple[TaskOutline, ...]
    quizzes: tuple[QuizOutline, ...]
    prompts: tuple[PromptOutline, ...]

    def title_in(self, language: str) -> str:
        return str(self.translations.get(language, {}).get("title") or self.title)

    def section_in(self, language: str) -> str | None:
        return self.translations.get(language, {}).get("section") or self.section


@dataclass(frozen=True)
class Outline:
    slug: str
    title: str
    summary: str
    language: str
    level: int
    hours: float
    topics: tuple[str, ...]
    enrolment: str
    criteria: tuple[str, ...]
    checklist: str | None
    certificate: str
    requires: tuple[str, ...]
    description_html: str
    translations: Mapping[str, Mapping[str, str]]
    lessons: tuple[LessonOutline, ...] = field(repr=False)

    @property
    def is_open_to_all(self) -> bool:
        """Return whether people may enrol themselves where a run lets them; a course by invitation is never so."""
        return self.enrolment == "open"

    @cached_property
    def lessons_by_slug(self) -> Mapping[str, LessonOutline]:
        return {lesson.slug: lesson for lesson in self.lessons}

    @cached_property
    def tasks(self) -> Mapping[str, TaskOutline]:
        """Every task of the course by id, in course order."""
        return {task.id: task for lesson in self.lessons for task in lesson.tasks}

    @cached_property
    def required_tasks(self) -> tuple[TaskOutline, ...]:
        return tuple(task for task in self.tasks.values() if task.is_required)

    def text_in(self, language: str, name: str) -> str:
        """Return `title`, `summary` or `description_html` in a language, or in the course's own."""
        return self.translations.get(language, {}).get(name) or str(getattr(self, name))

    def group_in(self, language: str, name: str) -> str:
        """Return a group's name with the course's title, for groups of two courses may have one name."""
        title = self.text_in(language, "title")
        return name if title in name else f"{name} · {title}"


def outline_from_json(data: Mapping[str, Any]) -> Outline:
    """Return the outline of its stored JSON."""
    plain = {
        name: data[name] for name in ("slug", "title", "summary", "language", "level", "hours", "enrolment")
    }
    return Outline(
        **plain,
        topics=tuple(data["topics"]),
        criteria=tuple(data["criteria"]),
        checklist=data["checklist"],
        certificate=data["certificate"],
        requires=tuple(data["requires"]),
        description_html=data["description_html"],
        translations=data["translations"],
        lessons=tuple(_lesson(lesson) for lesson in data["lessons"]),
    )


def _lesson(data: Mapping[str, Any]) -> LessonOutline:
    return LessonOutline(
        slug=data["slug"],
        title=data["title"],
        minutes=data["minutes"],
        section=data["section"],
        criteria=tuple(data["criteria"]),
        plain=data["plain"],
        languages=tuple(data["languages"]),
        translations=data["translations"],
        tasks=tuple(TaskOutline(**task, lesson=data["slug"]) for task in data["tasks"]),
        quizzes=tuple(QuizOutline(**quiz) for quiz in data["quizzes"]),
        prompts=tuple(PromptOutline(**prompt) for prompt in data["prompts"]),
    )


@dataclass(frozen=True)
class Page:
    """A lesson as it was rendered at publishing."""

    title: str
    minutes: int
    language: str
    plain: bool
    parts: tuple[Part, ...]

    @cached_property
    def quizzes(self) -> Mapping[str, Quiz]:
        """The quizzes of the page by id, as this page words them."""
        return {part.id: part.quiz for part in self.parts if isinstance(part, QuizPart)}


class LruCache(Generic[Key, Value]):
    """A cache of a limited size; the least recently used value is dropped first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Key, Value] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        with self._lock:
            if key not in self._values:
                return None
            self._values.move_to_end(key)
            return self._values[key]

    def put(self, key: Key, value: Value) -> None:
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            if len(self._values) > self._most:
                self._values.popitem(last=False)


_outlines: LruCache[str, Outline] = LruCache(CACHED_VERSIONS)
_pages: LruCache[tuple[str, str, str, bool], Page] = LruCache(CACHED_PAGES)


def outline_of(session: Session, content_hash: str) -> Outline:
    """Return a version's outline, cached by the process. The version must exist."""
    known = _outlines.get(content_hash)
    if known is None:
        statement = select(CourseVersion.outline).where(CourseVersion.content_hash == content_hash).limit(1)
        known = outline_from_json(session.execute(statement).scalar_one())
        _outlines.put(content_hash, known)
    return known


def outlines_of(session: Session, content_hashes: Collection[str]) -> dict[str, Outline]:
    """Return many versions' outlines by content hash; those that are not cached are read in one query."""
    found = ((content_hash, _outlines.get(content_hash)) for content_hash in content_hashes)
    known = {content_hash: outline for content_hash, outline in found if outline is not None}
    missing = [content_hash for content_hash in content_hashes if content_hash not in known]
    if not missing:
        return known
    statement = select(CourseVersion.content_hash, CourseVersion.outline)
    for row in session.execute(statement.where(CourseVersion.content_hash.in_(missing))):
        known[row.content_hash] = outline_from_json(row.outline)
        _outlines.put(row.content_hash, known[row.content_hash])
    return known


def page_of(session: Session, content_hash: str, slug: str, *, language: str, plain: bool) -> Page:
    """Return a lesson page of a version, cached by the process. The page must exist."""
    key = (content_hash, slug, language, plain)
    known = _pages.get(key)
    if known is None:
        statement = (
            select(LessonPage.title, LessonPage.minutes, LessonPage.parts)
            .join(CourseVersion, CourseVersion.id == LessonPage.version_id)
            .where(
                CourseVersion.content_hash == content_hash,
                LessonPage.slug == slug,
                LessonPage.language == language,
                LessonPage.plain == plain,
            )
            .limit(1)
        )
        row = session.execute(statement).one()
        known = Page(row.title, row.minutes, language, plain, parts_from_json(row.parts))
        _pages.put(key, known)
    return known
