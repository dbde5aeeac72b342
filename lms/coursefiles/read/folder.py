"""Which files a course folder may contain, and what their names mean."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.read.files import entries, printable_path
from lms.coursefiles.read.media import MediaFile, read_media
from lms.faults import Fault, FaultList, visible

COURSE_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
_COURSE_FILE = re.compile(r"course(?:\.(?P<language>fi|sv|en))?\.md")
_LESSON_FILE = re.compile(
    r"(?P<number>\d{2})-(?P<slug>[a-z0-9]+(?:-[a-z0-9]+){0,15})"
    r"(?:\.(?:(?P<plain>selko)|(?P<language>fi|sv|en)))?\.md"
)
_MOST_SLUG_CHARACTERS = 60


@dataclass(frozen=True)
class LessonFile:
    """A lesson's file and what its name says; `language` is None for the course's own."""

    path: Path
    number: str
    slug: str
    plain: bool
    language: str | None

    @property
    def is_main(self) -> bool:
        return not self.plain and self.language is None

    @property
    def main_name(self) -> str:
        return f"{self.number}-{self.slug}.md"


@dataclass(frozen=True)
class CourseFolder:
    """A course folder's files by what they are; `texts` is course.md under None, course.sv.md under `sv`."""

    path: Path
    texts: dict[str | None, Path]
    lessons: tuple[LessonFile, ...]
    media: tuple[MediaFile, ...]

    @property
    def main_lessons(self) -> tuple[LessonFile, ...]:
        return tuple(file for file in self.lessons if file.is_main)


def list_course_folder(folder: Path, faults: list[Fault]) -> CourseFolder:
    """The folder's files; what does not belong there becomes faults, added to the list."""
    own = FaultList(printable_path(folder))
    if folder.is_symlink():
        own.add(1, "The course folder is a link", "Put the folder itself here; links are not followed.")
        faults += own.as_tuple()
        return CourseFolder(folder, {}, (), ())
    if not COURSE_NAME.fullmatch(folder.name):
        own.add(1, "The course folder's name is not possible", "Use a-z, 0-9 and the hyphen, at most 60.")
    texts: dict[str | None, Path] = {}
    lessons: list[LessonFile] = []
    media: tuple[MediaFile, ...] = ()
    for entry in entries(folder, own):
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            if entry.name == "media":
                media, found = read_media(path)
                faults += found
            else:
                shown = visible(printable_path(Path(entry.name)))
                own.add(1, f"Unknown folder `{shown}`", "A course folder holds only the folder media.")
        elif text := _COURSE_FILE.fullmatch(entry.name):
            texts[text["language"]] = path
        elif lesson := lesson_file(path):
            lessons.append(lesson)
        else:
            message = "A file of this name has no use here"
            faults.append(Fault(printable_path(path), 1, message, _name_fix(entry.name)))
    if None not in texts:
        own.add(1, "There is no course.md", "Write one: it names and describes the course.")
    faults += [*own.as_tuple(), *name_faults(lessons)]
    return CourseFolder(folder, texts, tuple(lessons), media)


def lesson_file(path: Path) -> LessonFile | None:
    """What a file's name says, None when it is no lesson's name."""
    match = _LESSON_FILE.fullmatch(path.name)
    if match is None or len(match["slug"]) > _MOST_SLUG_CHARACTERS:
        return None
    return LessonFile(path, match["number"], match["slug"], match["plain"] is not None, match["language"])


def _name_fix(name: str) -> str:
    if re.search(r"\.selko\.(fi|sv|en)\.md$", name):
        return "A plain twin is in the course's own language: write NN-name.selko.md."
    if len(name) > _MOST_SLUG_CHARACTERS:
        return f"Keep a lesson's name under {_MOST_SLUG_CHARACTERS} characters."
    return "Lessons are named 01-a-name.md, 01-a-name.selko.md or 01-a-name.sv.md."


def name_faults(lessons: Sequence[LessonFile]) -> list[Fault]:
    """Two lessons with one number or one address, and twins without the lesson they belong to."""
    faults: list[Fault] = []
    mains = [file for file in lessons if file.is_main]
    names = {file.main_name for file in mains}
    for place, file in enumerate(mains):
        for earlier in mains[:place]:
            if earlier.number == file.number:
                message = f"`{earlier.path.name}` has the same number"
                faults.append(
                    Fault(printable_path(file.path), 1, message, "Give each lesson its own number.")
                )
            if earlier.slug == file.slug:
                message = f"`{earlier.path.name}` has the same address `{file.slug}`"
                faults.append(Fault(printable_path(file.path), 1, message, "Give each lesson its own name."))
    for file in lessons:
        if file.main_name not in names:
            message = f"There is no `{file.main_name}` that this belongs to"
            faults.append(
                Fault(printable_path(file.path), 1, message, "Write that lesson, or mend this name.")
            )
    return faults
