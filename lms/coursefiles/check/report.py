"""What `lms course check` prints: lines for people, one JSON document for machines."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from lms.coursefiles.advise.advice import LintResult
from lms.coursefiles.course import CourseSource
from lms.coursefiles.read.references import CRITERION
from lms.coursefiles.read.rules import count_exercises

_NONE = "·"


def lines(result: LintResult, *, with_advice: bool, with_table: bool) -> Iterator[str]:
    """The faults, or a summary and how much advice there is; all of the advice where it is asked for."""
    yield from (str(fault) for fault in result.faults)
    if with_advice:
        yield from (str(one) for pieces in result.advice.values() for one in pieces)
    if with_table:
        for course in _courses(result):
            yield from _table(course)
    if not result.faults:
        yield f"No faults: {result.checked.summary()}."
    if result.note:
        yield f"{result.note}."
    for slug, pieces in result.advice.items():
        if pieces and not with_advice and not result.faults:
            count = f"{len(pieces)} {'piece' if len(pieces) == 1 else 'pieces'} of advice"
            yield f"{slug}: {count}; see {'it' if len(pieces) == 1 else 'them'} with --advice."


def as_json(result: LintResult) -> str:
    """Faults, advice, table and summary as one document."""
    document = {
        "faults": [asdict(fault) for fault in result.faults],
        "advice": [
            {"course": slug, **asdict(one)} for slug, pieces in result.advice.items() for one in pieces
        ],
        "table": [
            {
                "course": course.slug,
                "lessons": [lesson.slug for lesson in course.lessons],
                "criteria": [{"code": code, "lessons": counts} for code, counts in _rows(course).items()],
            }
            for course in _courses(result)
        ],
        "summary": result.checked.counts(),
        "notes": [result.note] if result.note else [],
    }
    return json.dumps(document, ensure_ascii=False, indent=2)


def _courses(result: LintResult) -> list[CourseSource]:
    return [reading.course for reading in result.checked.readings if reading.course]


def _rows(course: CourseSource) -> dict[str, dict[str, dict[str, int]]]:
    """Each criterion of the course and of its lessons, and what practises it in each lesson that names it."""
    named = [*course.criteria, *(code for lesson in course.lessons for code in lesson.criteria)]
    rows: dict[str, dict[str, dict[str, int]]] = {
        code: {} for code in dict.fromkeys(named) if code.startswith(CRITERION)
    }
    for lesson in course.lessons:
        tasks, quizzes = count_exercises(lesson)
        for code in lesson.criteria:
            if code in rows:
                rows[code][lesson.slug] = {"tasks": tasks, "quizzes": quizzes}
    return rows


def _table(course: CourseSource) -> Iterator[str]:
    """Criteria down, lessons across by their order; `2+1` is two tasks and one quiz."""
    rows = _rows(course)
    if not rows:
        yield f"{course.slug}: no criteria"
        return
    yield f"{course.slug}: tasks+quizzes of each lesson by criterion"
    width = max(len(code) for code in rows)
    places = [f"{place:>5}" for place in range(1, len(course.lessons) + 1)]
    yield f"  {'lesson':<{width}}{''.join(places)}"
    for code, counts in rows.items():
        cells = [counts.get(lesson.slug) for lesson in course.lessons]
        shown = [f"{cell['tasks']}+{cell['quizzes']}" if cell else _NONE for cell in cells]
        yield f"  {code:<{width}}{''.join(f'{text:>5}' for text in shown)}"
