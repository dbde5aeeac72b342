"""A course as it was read from its folder: whole, rendered, and ready to be published."""

from dataclasses import dataclass

from lms.coursefiles.blocks.part import Part
from lms.coursefiles.read.media import MediaFile


@dataclass(frozen=True)
class LessonText:
    """One way to read a lesson: the author's own, a plain twin, or a translation."""

    language: str
    plain: bool
    title: str
    minutes: int
    section: str | None
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Lesson:
    slug: str
    criteria: tuple[str, ...]
    main: LessonText
    others: tuple[LessonText, ...] = ()

    @property
    def pages(self) -> tuple[LessonText, ...]:
        return (self.main, *self.others)


@dataclass(frozen=True)
class CourseText:
    """What a course says of itself in one language."""

    title: str
    summary: str
    description_html: str


@dataclass(frozen=True)
class CourseSource:
    slug: str
    language: str
    level: int
    hours: int | float
    topics: tuple[str, ...]
    enrolment: str
    criteria: tuple[str, ...]
    checklist: str | None
    certificate: str
    requires: tuple[str, ...]
    text: CourseText
    translations: dict[str, CourseText]
    lessons: tuple[Lesson, ...]
    media: tuple[MediaFile, ...]
