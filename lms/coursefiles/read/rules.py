"""Rules between the files of a course: ids, twins and translations, criteria."""

from collections.abc import Iterable, Mapping, Sequence

from lms.coursefiles.blocks.part import Block
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.task import TaskPart
from lms.coursefiles.course import CourseSource, Lesson
from lms.coursefiles.read.files import printable_path
from lms.coursefiles.read.lessons import LessonReading
from lms.coursefiles.read.references import CRITERION
from lms.faults import Fault, FaultList


def check_ids(lessons: Sequence[LessonReading]) -> None:
    """Each id once in the whole course: it ties a person's answer to its task."""
    owners: dict[str, LessonReading] = {}
    for lesson in lessons:
        for block in lesson.blocks:
            owner = owners.get(block.id)
            if block.id and owner and owner is not lesson:
                message = f"The id `{block.id}` is already used in {owner.file.path.name}"
                lesson.faults.add(block.line, message, "Give each block of a course its own id.")
            owners.setdefault(block.id, lesson)


def check_twin(twin: LessonReading, main: LessonReading) -> None:
    """A plain twin or translation has exactly the tasks, quizzes and prompts of its lesson."""
    codes = {code for code, _line in main.criteria}
    if twin.criteria and {code for code, _line in twin.criteria} != codes:
        message = f"The criteria are not those of {main.file.path.name}"
        twin.faults.add(twin.criteria[0][1], message, "Repeat them, or leave them out here.")
    own = {block.id: block for block in twin.blocks if block.id}
    theirs = {block.id: block for block in main.blocks if block.id}
    name = main.file.path.name
    for identifier in theirs.keys() - own.keys():
        message = f"The block `{identifier}` of {name} is missing here"
        twin.faults.add(
            1, message, f"Add it: `/// {theirs[identifier].part_type.kind}` with `id: {identifier}`."
        )
    for identifier in own.keys() - theirs.keys():
        message = f"The block `{identifier}` is not in {name}"
        twin.faults.add(own[identifier].line, message, "Use the ids of that lesson.")
    for identifier in own.keys() & theirs.keys():
        _check_same(twin, own[identifier], theirs[identifier], name)
    _check_parts(twin, main, own)


def _check_same(twin: LessonReading, own: Block, other: Block, name: str) -> None:
    kind, its_kind = own.part_type.kind, other.part_type.kind
    if kind != its_kind:
        message = f"The block `{own.id}` is a {kind} here and a {its_kind} in {name}"
        twin.faults.add(own.line, message, f"Make it a {its_kind}.")
    elif own.options != other.options:
        *names, last = own.options
        message = f"The {kind} `{own.id}` has other options than in {name}"
        twin.faults.add(own.line, message, f"Repeat its {', '.join(names)} and {last}.")


def _check_parts(twin: LessonReading, main: LessonReading, own: Mapping[str, Block]) -> None:
    """Compare what the two ask, once both can be read."""
    theirs = main.named_parts
    for identifier, part in twin.named_parts.items():
        if twin.faults or main.faults:
            return
        part.check_twin(theirs[identifier], main.file.path.name, own[identifier].line, twin.faults)


def check_codes(codes: Iterable[tuple[str, int]], known: frozenset[str] | None, faults: FaultList) -> None:
    """Every named criterion is in some criteria file; without criteria files nothing can be said."""
    for code, line in codes:
        if known is not None and code not in known:
            message = f"The code `{code}` is in no file of _criteria"
            faults.add(line, message, "Mend the code, or add it to a criteria file.")


def check_criteria_practised(
    course: CourseSource, codes: Iterable[tuple[str, int]], faults: FaultList
) -> None:
    """Each criterion that the course names is practised in a lesson, by a task or a quiz."""
    for code, line in codes:
        if not code.startswith(CRITERION):
            continue  # a whole part-unit names no single thing to practise
        lessons = [lesson for lesson in course.lessons if code in lesson.criteria]
        if not lessons:
            fix = "Name it in the `criteria` of the lesson that practises it, or remove it here."
            faults.add(line, f"No lesson names the criterion `{code}`", fix)
        elif not any(sum(count_exercises(lesson)) for lesson in lessons):
            fix = "Add a task or a quiz to a lesson that names it."
            faults.add(line, f"No task or quiz practises the criterion `{code}`", fix)


def count_exercises(lesson: Lesson) -> tuple[int, int]:
    """How many tasks and how many quizzes a lesson has; they practise the lesson's criteria."""
    parts = lesson.main.parts
    return sum(isinstance(part, TaskPart) for part in parts), sum(
        isinstance(part, QuizPart) for part in parts
    )


def unused_media(course: CourseSource) -> tuple[Fault, ...]:
    """Files that no page of the course shows or links to; the captions of a video go with it."""
    texts = [course.text, *course.translations.values()]
    pages = [page for lesson in course.lessons for page in lesson.pages]
    shown = [html for page in pages for part in page.parts for html in part.html_texts]
    html = "\n".join([*(text.description_html for text in texts), *shown])
    used = {media.name.rpartition(".")[0] for media in course.media if media.address in html}
    return tuple(
        Fault(printable_path(media.path), 1, "No text uses this file", "Show it, link to it, or remove it.")
        for media in course.media
        if media.address not in html
        and not (media.extension == "vtt" and media.name.rpartition(".")[0] in used)
    )
