"""Checks courses, their criteria files and the guide together, as `lms course check` does and publishing first."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lms.coursefiles.read.courses import CourseReading, read_course
from lms.coursefiles.read.criteria import CriteriaReading, read_criteria_folder
from lms.coursefiles.read.files import entries, printable_path
from lms.coursefiles.read.guide import GUIDE_FOLDER, GuideReading, read_guide
from lms.coursefiles.read.rules import count_exercises
from lms.coursefiles.render.renderer import Renderer
from lms.faults import Fault, FaultList, visible

CRITERIA_FOLDER = "_criteria"
_OTHER_FOLDERS = frozenset({CRITERIA_FOLDER, "_surveys"})
_BESIDE_COURSES = frozenset({"README.md", "words.txt"})  # words.txt: names for the spelling test

_SINGULAR = {
    "courses": "course",
    "lessons": "lesson",
    "tasks": "task",
    "quizzes": "quiz",
    "words": "word",
    "help pages": "help page",
}


@dataclass(frozen=True)
class Checked:
    """Everything that was read; `faults` are all of them, in the order of the paths."""

    readings: tuple[CourseReading, ...]
    criteria: tuple[CriteriaReading, ...]
    faults: tuple[Fault, ...]
    guides: tuple[GuideReading, ...] = ()

    def counts(self) -> dict[str, int]:
        """How many there are of each thing, by its English plural."""
        courses = [reading.course for reading in self.readings if reading.course]
        lessons = [lesson for course in courses for lesson in course.lessons]
        doing = [count_exercises(lesson) for lesson in lessons]
        counted = {
            "courses": len(courses),
            "lessons": len(lessons),
            "tasks": sum(tasks for tasks, _quizzes in doing),
            "quizzes": sum(quizzes for _tasks, quizzes in doing),
            "words": sum(reading.words for reading in self.readings),
        }
        pages = {page.slug for guide in self.guides for page in guide.pages}
        return {**counted, "help pages": len(pages)} if self.guides else counted

    def summary(self) -> str:
        return ", ".join(
            f"{count} {_SINGULAR[name] if count == 1 else name}" for name, count in self.counts().items()
        )


def check_courses(
    paths: Sequence[Path],
    *,
    renderer: Renderer,
    is_known: Callable[[Path, Path], bool] = lambda folder, criteria: False,
) -> Checked:
    """Reads every course of the paths, each a course folder, the guide's, or a folder of such folders.

    A folder for which `is_known(folder, criteria folder)` is true is skipped: its content has been checked before.
    """
    readings: list[CourseReading] = []
    criteria_readings: list[CriteriaReading] = []
    guides: list[GuideReading] = []
    faults: list[Fault] = []
    for path in paths:
        courses_folder, folders = _courses_of(path, faults)
        criteria = _criteria_of(courses_folder)
        criteria_readings.append(criteria)
        faults += criteria.faults
        known = criteria if criteria.files and not criteria.faults else None
        for folder in folders:
            if is_known(folder, courses_folder / CRITERIA_FOLDER):
                continue
            if folder.name == GUIDE_FOLDER:
                guides.append(read_guide(folder, renderer=renderer))
                faults += guides[-1].faults
                continue
            reading = read_course(
                folder,
                renderer=renderer,
                known_codes=known.codes if known else None,
                checklists=known.names if known else None,
            )
            readings.append(reading)
            faults += reading.faults
    return Checked(
        tuple(readings), tuple(criteria_readings), tuple(dict.fromkeys(faults)), guides=tuple(guides)
    )


def _criteria_of(courses_folder: Path) -> CriteriaReading:
    folder = courses_folder / CRITERIA_FOLDER
    if folder.is_symlink():
        fault = Fault(
            printable_path(folder), 1, "The criteria folder is a link", "Put the folder itself here."
        )
        return CriteriaReading(faults=(fault,))
    return read_criteria_folder(folder) if folder.is_dir() else CriteriaReading()


def _courses_of(path: Path, faults: list[Fault]) -> tuple[Path, list[Path]]:
    """The folder of courses that a path refers to, and the folders of courses and the guide in it to check."""
    if path.name in ("", ".."):  # a course's slug is its folder's name
        path = path.resolve()
    if path.name == CRITERIA_FOLDER:
        return path.parent, []
    if path.name == GUIDE_FOLDER:
        return path.parent, [path]
    is_course = (path / "course.md").is_file() or any(path.glob("[0-9][0-9]-*.md"))
    if is_course or (path.parent / CRITERIA_FOLDER).is_dir():
        return path.parent, [path]
    own = FaultList(printable_path(path))
    folders = list(_course_folders(path, own))
    if not folders and not own:
        own.add(1, "There are no courses here", "Name a course folder or a folder of courses.")
    faults += own.as_tuple()
    return path, folders


def _course_folders(path: Path, faults: FaultList) -> Iterable[Path]:
    for entry in entries(path, faults):
        name = visible(printable_path(Path(entry.name)))
        if not entry.is_dir(follow_symlinks=False):
            if entry.name not in _BESIDE_COURSES:
                faults.add(1, f"The file {name} belongs to no course", "Move it into a course folder.")
        elif entry.name == GUIDE_FOLDER or not entry.name.startswith("_"):
            yield Path(entry.path)
        elif entry.name not in _OTHER_FOLDERS:
            faults.add(1, f"Unknown folder {name}", "Folders of courses have no leading underscore.")
