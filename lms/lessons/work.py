"""The parts of a lesson page with the reader's own work in them; CARDS defines what each kind of part shows."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from lms.catalogue.outline import LessonOutline, Page
from lms.coursefiles.blocks.diary import DiaryPart
from lms.coursefiles.blocks.part import Part
from lms.coursefiles.blocks.prose import ProsePart
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.task import TaskPart
from lms.diary.queries import EntryRow, prompt_entries
from lms.lessons.cards import SHOWN_STEPS, QuizCard, RefusedForm, TaskCard, quiz_card, task_card
from lms.quizzes.queries import TryRow, last_tries
from lms.runs.queries import RunView
from lms.tasks.queries import AnswerRow, EventRow, answers_to, events_of


@dataclass(frozen=True)
class LessonPart:
    """A part of the page: `data` is the published part, `card` the reader's work in it."""

    data: Part
    # the block's template; empty for the text between blocks
    template: str
    card: Any = None


@dataclass(frozen=True)
class OwnWork:
    """The reader's work in a lesson, by the ids of its parts."""

    run: RunView
    answers: Mapping[str, AnswerRow]
    events: Mapping[int, Sequence[EventRow]]
    tries: Mapping[str, TryRow]
    entries: Mapping[str, EntryRow]
    refused: RefusedForm | None

    @property
    def may_write(self) -> bool:
        return self.run.enrolment_id is not None and self.run.is_open

    def refused_in(self, part: str) -> RefusedForm | None:
        return self.refused if self.refused and self.refused.part == part else None


def own_work(
    session: Session, run: RunView, lesson: LessonOutline, *, person_id: int, refused: RefusedForm | None
) -> OwnWork:
    """Read the reader's own work in a lesson, in at most four queries."""
    own = run.enrolment_id
    tasks = [task.id for task in lesson.tasks if task.answer != "none"] if own else []
    answers = answers_to(session, own, tasks) if own else {}
    return OwnWork(
        run=run,
        answers=answers,
        events=events_of(session, [answer.id for answer in answers.values()], newest=SHOWN_STEPS),
        tries=last_tries(session, own, [quiz.id for quiz in lesson.quizzes]) if own else {},
        entries=prompt_entries(session, person_id, run.id, lesson.slug) if own and lesson.prompts else {},
        refused=refused,
    )


def shown_parts(page: Page, work: OwnWork) -> tuple[LessonPart, ...]:
    return tuple(_shown(work, part) for part in page.parts)


def _shown(work: OwnWork, part: Part) -> LessonPart:
    if isinstance(part, ProsePart):
        return LessonPart(part, "")
    make = CARDS.get(type(part))
    return LessonPart(part, f"lessons/parts/{part.kind}.html", make(work, part) if make else None)


def _task(work: OwnWork, part: TaskPart) -> TaskCard:
    answer = work.answers.get(part.id)
    return task_card(
        part,
        run_id=work.run.id,
        answer=answer,
        events=work.events[answer.id] if answer else (),
        may_write=work.may_write,
        has_reviewer=work.run.has_reviewer,
        refused=work.refused_in(part.id),
    )


def _quiz(work: OwnWork, part: QuizPart) -> QuizCard:
    return quiz_card(
        part,
        run_id=work.run.id,
        last_try=work.tries.get(part.id),
        may_try=work.may_write,
        refused=work.refused_in(part.id),
    )


def _entry(work: OwnWork, part: DiaryPart) -> EntryRow | None:
    return work.entries.get(part.id)


# parts of other kinds show no work
CARDS: Mapping[type[Part], Callable[[OwnWork, Any], object]] = {
    TaskPart: _task,
    QuizPart: _quiz,
    DiaryPart: _entry,
}
