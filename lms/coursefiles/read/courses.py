"""Reads a course folder whole: a course that can be published, or the faults for its author to fix."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.blocks.part import Block
from lms.coursefiles.course import CourseSource, CourseText, Lesson
from lms.coursefiles.read.author_texts import AuthorText, segments_of
from lms.coursefiles.read.blocks import Prose, scan_blocks
from lms.coursefiles.read.fields import LANGUAGES, Fields
from lms.coursefiles.read.files import printable_path, read_text
from lms.coursefiles.read.folder import CourseFolder, list_course_folder
from lms.coursefiles.read.front_matter import split_front_matter
from lms.coursefiles.read.lessons import (
    LessonReading,
    as_twin_of,
    check_repeated_words,
    read_lesson,
    rendered_pieces,
)
from lms.coursefiles.read.references import CODE, CODE_HINT
from lms.coursefiles.read.rules import (
    check_codes,
    check_criteria_practised,
    check_ids,
    check_twin,
    unused_media,
)
from lms.coursefiles.render.renderer import Renderer
from lms.coursefiles.site_pages import SITE_PAGES
from lms.faults import Fault, FaultList
from lms.markup.render import Links, Piece

ENROLMENTS = ("open", "invitation")
CERTIFICATES = ("completion", "none")
REQUIREMENTS = ("lessons", "tasks", "checklist")
_REQUIREMENT = re.compile("|".join(REQUIREMENTS))
COURSE_FIELDS = (
    *("title", "summary", "language", "level", "hours", "topics", "enrolment"),
    *("criteria", "checklist", "certificate", "requires"),
)
TRANSLATION_FIELDS = ("title", "summary")


@dataclass(frozen=True)
class CourseReading:
    """A course, or the faults that prevent it from being published; `words` counts the lessons' text.

    `lessons` and `texts` are what could be read, faults or not: lesson files, and all files that people read.
    """

    folder: Path
    course: CourseSource | None
    faults: tuple[Fault, ...]
    words: int = 0
    lessons: tuple[LessonReading, ...] = ()
    texts: tuple[AuthorText, ...] = ()


@dataclass(frozen=True)
class _CourseFile:
    """A course.md or a translation of it, as far as it could be read."""

    fields: Fields
    text: CourseText
    read: AuthorText
    faults: FaultList


def read_course(
    folder: Path,
    *,
    renderer: Renderer,
    known_codes: frozenset[str] | None = None,
    checklists: Collection[str] | None = None,
) -> CourseReading:
    """Reads and renders a folder; never raises, whatever the folder contains.

    `known_codes` are the codes and `checklists` the names of the criteria files; None leaves them unchecked.
    """
    faults: list[Fault] = []
    found = list_course_folder(folder, faults)
    main = _read_course_file(found, None, renderer, faults)
    language = _language(main.fields if main else None)
    translations = {
        other: text
        for other in LANGUAGES
        if other in found.texts and (text := _read_course_file(found, other, renderer, faults))
    }
    lessons = _read_lessons(found, language, renderer, faults)
    _check_lessons(lessons, language, known_codes)
    if language in translations:
        fix = "Keep the text in course.md and remove this file."
        translations[language].faults.add(1, "This is the course's own language", fix)
    texts = {other: file.text for other, file in translations.items()}
    course = _course(found, main, texts, lessons) if main else None
    if main and course:
        _check_course(course, main, known_codes, checklists)
    files = [file for file in (main, *translations.values(), *lessons) if file]
    for file in files:
        faults += file.faults.as_tuple()
    if course and main and not faults:  # what could not be read may be what is missed
        faults += _missed(course, main)
    return CourseReading(
        folder=folder,
        course=None if faults else course,
        faults=tuple(faults),
        words=sum(lesson.words for lesson in lessons if lesson.file.is_main),
        lessons=tuple(lessons),
        texts=tuple(file.read for file in files),
    )


def _missed(course: CourseSource, main: _CourseFile) -> tuple[Fault, ...]:
    """What the course says or holds and no lesson takes up."""
    codes = main.fields.texts_with_lines("criteria", pattern=CODE, hint=CODE_HINT)
    check_criteria_practised(course, codes, main.faults)
    return (*main.faults.as_tuple(), *unused_media(course))


def _read_course_file(
    found: CourseFolder, language: str | None, renderer: Renderer, faults: list[Fault]
) -> _CourseFile | None:
    """course.md (language None) or a translation; None when it is not there or cannot be read at all."""
    path = found.texts.get(language)
    if path is None:
        return None
    own = FaultList(printable_path(path))
    text = read_text(path, own)
    split = None if text is None else split_front_matter(text, own)
    if split is None:
        faults += own.as_tuple()
        return None
    mapping, body, line = split
    fields = Fields(mapping, 1, own, TRANSLATION_FIELDS if language else COURSE_FIELDS)
    # A description is read before there is a run, so that a lesson has no address that it could link to.
    links = Links(media={file.name: file.address for file in found.media}, site=SITE_PAGES)
    pieces = _description(body, line, own)
    html = "\n".join(rendered.html for rendered in rendered_pieces(pieces, own, links, renderer))
    title, summary = fields.text("title", limit=200) or "", fields.text("summary", limit=500) or ""
    prose = [Prose(piece.text, piece.line) for piece in pieces]
    read = AuthorText(
        path=printable_path(path),
        language=language or _language(fields),
        plain=False,
        segments=segments_of(mapping, prose),
    )
    check_repeated_words(read, own)
    return _CourseFile(fields, CourseText(title, summary, html), read, own)


def _description(body: str, line: int, faults: FaultList) -> list[Piece]:
    """The Markdown of a description, which may contain no blocks: its readers have no run in which to do a task."""
    pieces: list[Piece] = []
    for part in scan_blocks(body, line, faults):
        if isinstance(part, Block):
            faults.add(part.line, "A block stands in the course's description", "Move it into a lesson.")
        else:
            pieces.append(Piece(part.text, part.line))
    return pieces


def _language(fields: Fields | None) -> str:
    chosen = fields.choice("language", LANGUAGES) if fields else None
    return chosen or LANGUAGES[0]


def _read_lessons(
    found: CourseFolder, language: str, renderer: Renderer, faults: list[Fault]
) -> list[LessonReading]:
    links = Links(
        pages={file.path.name: f"../lessons/{file.slug}" for file in found.main_lessons},
        media={file.name: file.address for file in found.media},
        site=SITE_PAGES,
    )
    if not found.main_lessons:
        own = Fault(printable_path(found.path), 1, "The course has no lessons", "Write 01-a-name.md.")
        faults.append(own)
    lessons: list[LessonReading] = []
    for file in found.lessons:
        own_faults = FaultList(printable_path(file.path))
        lesson = read_lesson(file, own_faults, language=language, links=links, renderer=renderer)
        if lesson:
            lessons.append(lesson)
        else:
            faults += own_faults.as_tuple()
    return lessons


def _check_lessons(lessons: list[LessonReading], language: str, known_codes: frozenset[str] | None) -> None:
    mains = {lesson.file.main_name: lesson for lesson in lessons if lesson.file.is_main}
    check_ids(list(mains.values()))
    for lesson in lessons:
        main = mains.get(lesson.file.main_name)
        check_codes(lesson.criteria, known_codes, lesson.faults)
        if lesson.file.language == language:
            fix = f"Keep the text in {lesson.file.main_name} and remove this file."
            lesson.faults.add(1, "This is the course's own language", fix)
        elif main and main is not lesson:
            check_twin(lesson, main)


def _course(
    found: CourseFolder, main: _CourseFile, translations: dict[str, CourseText], lessons: list[LessonReading]
) -> CourseSource:
    """The course as its files say; values that are missing have faults, so that it is never published."""
    fields = main.fields
    return CourseSource(
        slug=found.path.name,
        language=_language(fields),
        level=fields.integer("level", 1, 3) or 0,
        hours=fields.number("hours", 0.5, 500) or 0,
        topics=fields.texts("topics"),
        enrolment=fields.choice("enrolment", ENROLMENTS) or "",
        criteria=fields.texts("criteria", pattern=CODE, hint=CODE_HINT),
        checklist=(fields.text("checklist", required=False) or "").removesuffix(".yaml") or None,
        certificate=fields.choice("certificate", CERTIFICATES) or "",
        requires=fields.texts("requires", pattern=_REQUIREMENT, hint=f"Use {', '.join(REQUIREMENTS)}."),
        text=main.text,
        translations=translations,
        lessons=tuple(_lesson(lesson, lessons) for lesson in lessons if lesson.file.is_main),
        media=found.media,
    )


def _lesson(main: LessonReading, lessons: list[LessonReading]) -> Lesson:
    twins = [
        lesson for lesson in lessons if lesson is not main and lesson.file.main_name == main.file.main_name
    ]
    return Lesson(
        slug=main.file.slug,
        criteria=tuple(code for code, _line in main.criteria),
        main=main.page,
        others=tuple(as_twin_of(twin, main) for twin in twins),
    )


def _check_course(
    course: CourseSource,
    main: _CourseFile,
    known_codes: frozenset[str] | None,
    checklists: Collection[str] | None,
) -> None:
    fields, faults = main.fields, main.faults
    check_codes(((code, fields.line_of("criteria")) for code in course.criteria), known_codes, faults)
    if course.checklist and checklists is not None and course.checklist not in checklists:
        line = fields.line_of("checklist")
        faults.add(line, f"There is no checklist `{course.checklist}`", "Name a file of _criteria.")
    if "checklist" in course.requires and not course.checklist:
        line = fields.line_of("requires")
        faults.add(line, "A checklist is required but none is named", "Add a line `checklist: name`.")
    if course.certificate == "completion" and not course.requires:
        fix = "Add a line `requires: [lessons]`."
        faults.add(fields.line_of("certificate"), "Nothing is required for the certificate", fix)
