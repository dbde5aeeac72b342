"""The pages of a run, ready for the template: its contents with progress, and a lesson with the reader's work."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.catalogue.outline import LessonOutline, Outline, Page, page_of
from lms.diary.readers import instructors_of
from lms.i18n import _
from lms.lessons import queries
from lms.lessons.cards import RefusedForm
from lms.lessons.work import LessonPart, own_work, shown_parts
from lms.links import url_for
from lms.runs.queries import RunView
from lms.tasks.models import Reviewer
from lms.tasks.queries import is_finished, states_of
from lms.tasks.states import AnswerState


@dataclass(frozen=True)
class PathItem:
    title: str
    url: str
    state: str
    note: str
    section: str | None


@dataclass(frozen=True)
class TaskCounts:
    """The progress with the course's tasks; extra ones and those that take no answer are not counted."""

    total: int
    finished: int
    waiting: int


@dataclass(frozen=True)
class Link:
    title: str
    url: str


@dataclass(frozen=True)
class Contents:
    run: RunView
    title: str
    path: tuple[PathItem, ...]
    # the reader's own number; None for an instructor who follows
    done_count: int | None
    next: Link | None
    tasks: TaskCounts | None
    # tasks that were returned with a next step
    returned: tuple[Link, ...]
    # whether the course has tasks or claims that nobody can answer now
    needs_instructor: bool


@dataclass(frozen=True)
class LessonView:
    run: RunView
    slug: str
    title: str
    # the language of the text, which may differ from that of the page around it
    language: str
    course_title: str
    position: int
    count: int
    minutes: int
    is_plain: bool
    # whether the reader has chosen plain wording, which links carry from lesson to lesson
    prefers_plain: bool
    # the address of this lesson's other wording, if there is one
    other_wording: str | None
    parts: tuple[LessonPart, ...]
    previous: Link | None
    next: Link | None
    # None for an instructor who follows
    done_at: datetime | None
    is_learner: bool
    may_write: bool
    # who can read the diary entries that the reader shares; not queried for a lesson without a prompt
    diary_readers: Sequence[str]
    refused: RefusedForm | None


def lesson_url(run_id: int, slug: str, *, plain: bool = False, card: str = "") -> str:
    """Return the address of a lesson, in the wording that the reader has chosen; `card` is the id of a card on it."""
    return url_for("lessons.lesson", run_id=run_id, slug=slug, plain="1" if plain else None, _anchor=card)


def contents(session: Session, run: RunView, *, language: str) -> Contents:
    """Return the contents of a run's course, with the reader's own progress when they are enrolled."""
    done: Mapping[str, datetime] = {}
    states: Mapping[str, tuple[AnswerState, Reviewer]] = {}
    coming = None
    if run.enrolment_id is not None:
        done = queries.done_lessons(session, run.enrolment_id)
        states = states_of(session, run.enrolment_id)
        coming = queries.next_lesson(run.outline, done)
    return Contents(
        run=run,
        title=run.outline.text_in(language, "title"),
        path=_path(run, done, coming, language=language),
        done_count=queries.count_done(run.outline, done) if run.enrolment_id else None,
        next=Link(coming.title_in(language), lesson_url(run.id, coming.slug)) if coming else None,
        tasks=_task_counts(run.outline, states) if run.enrolment_id else None,
        returned=_returned(run, states),
        needs_instructor=run.is_open and not run.has_reviewer and _asks_instructor(run.outline),
    )


def _asks_instructor(outline: Outline) -> bool:
    """Return whether the course needs an instructor to answer anything."""
    return outline.checklist is not None or any(
        task.answer != "none" and task.review == Reviewer.INSTRUCTOR for task in outline.tasks.values()
    )


def _path(
    run: RunView, done: Collection[str], coming: LessonOutline | None, *, language: str
) -> tuple[PathItem, ...]:
    items = []
    section = None
    for lesson in run.outline.lessons:
        is_coming = coming is not None and lesson.slug == coming.slug
        own_section = lesson.section_in(language)
        note = _("%(minutes)d min", minutes=lesson.minutes)
        items.append(
            PathItem(
                title=lesson.title_in(language),
                url=lesson_url(run.id, lesson.slug),
                state="done" if lesson.slug in done else "current" if is_coming else "open",
                note=str(note),
                section=own_section if own_section != section else None,
            )
        )
        section = own_section
    return tuple(items)


def _task_counts(outline: Outline, states: Mapping[str, tuple[AnswerState, Reviewer]]) -> TaskCounts:
    found = [states[task.id] for task in outline.required_tasks if task.id in states]
    finished = sum(is_finished(*state) for state in found)
    waiting = sum(state is AnswerState.SENT and not is_finished(state, by) for state, by in found)
    return TaskCounts(len(outline.required_tasks), finished, waiting)


def _returned(run: RunView, states: Mapping[str, tuple[AnswerState, Reviewer]]) -> tuple[Link, ...]:
    return tuple(
        Link(task.title, lesson_url(run.id, task.lesson, card=f"task-{task.id}"))
        for task in run.outline.tasks.values()
        if task.id in states and states[task.id][0] is AnswerState.RETURNED
    )


def page_for(session: Session, run: RunView, lesson: LessonOutline, *, language: str, plain: bool) -> Page:
    """Return a lesson's text: the plain wording, the reader's language, or the course's own, as far as they exist."""
    plain = plain and lesson.plain
    has_translation = language in lesson.languages and not plain
    chosen = language if has_translation else run.outline.language
    return page_of(session, run.content_hash, lesson.slug, language=chosen, plain=plain)


def lesson_view(
    session: Session,
    run: RunView,
    lesson: LessonOutline,
    *,
    person_id: int,
    language: str,
    plain: bool,
    refused: RefusedForm | None = None,
) -> LessonView:
    """Return a lesson as this reader sees it."""
    page = page_for(session, run, lesson, language=language, plain=plain)
    lessons = run.outline.lessons
    place = lessons.index(lesson)
    done = queries.done_lessons(session, run.enrolment_id) if run.enrolment_id else {}
    work = own_work(session, run, lesson, person_id=person_id, refused=refused)
    around = {
        step: Link(
            lessons[place + step].title_in(language),
            lesson_url(run.id, lessons[place + step].slug, plain=plain),
        )
        for step in (-1, 1)
        if 0 <= place + step < len(lessons)
    }
    return LessonView(
        run=run,
        slug=lesson.slug,
        title=page.title,
        language=page.language,
        course_title=run.outline.text_in(language, "title"),
        position=place + 1,
        count=len(lessons),
        minutes=page.minutes,
        is_plain=page.plain,
        prefers_plain=plain,
        other_wording=lesson_url(run.id, lesson.slug, plain=not page.plain) if lesson.plain else None,
        parts=shown_parts(page, work),
        previous=around.get(-1),
        next=around.get(1),
        done_at=done.get(lesson.slug),
        is_learner=run.enrolment_id is not None,
        may_write=work.may_write,
        diary_readers=instructors_of(session, person_id) if run.enrolment_id and lesson.prompts else (),
        refused=refused,
    )
