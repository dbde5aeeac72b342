"""What a course requires for its certificate, and the progress of each person in its runs."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.outline import Outline
from lms.certificates import queries
from lms.certificates.content import Kind
from lms.certificates.queries import EnrolledPerson
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.i18n import _, ngettext
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment
from lms.runs.queries import RunView
from lms.tasks import queries as tasks
from lms.tasks.models import TaskAnswer

NO_CERTIFICATE = "none"

# a run and a person enrolled in it
Key = tuple[int, int]

_PER_PERSON = select(Enrolment.run_id, Enrolment.person_id, func.count().label("count")).group_by(
    Enrolment.run_id, Enrolment.person_id
)


@dataclass(frozen=True)
class Needs:
    """What a course version requires; `codes` is None while its checklist has not been published."""

    lessons: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    codes: frozenset[str] | None = frozenset()
    checklist: str | None = None


@dataclass(frozen=True)
class Missing:
    """How many things of each kind are missing."""

    lessons: int = 0
    tasks: int = 0
    criteria: int = 0
    checklist_missing: bool = False

    @property
    def is_nothing(self) -> bool:
        return self == Missing()


@dataclass(frozen=True)
class CertificateProgress:
    """One person's progress in a run; `number` is that of the certificate that they already have."""

    person: EnrolledPerson
    missing: Missing
    number: str | None

    @property
    def is_ready(self) -> bool:
        return self.number is None and self.missing.is_nothing


@dataclass(frozen=True)
class Progress:
    """What everybody in some runs has done of what their courses require, counted by the database."""

    needs: Mapping[int, Needs]
    lessons: Counter[Key]
    tasks: Counter[Key]
    criteria: Counter[Key]

    def missing(self, run_id: int, person_id: int) -> Missing:
        """Return what an enrolled person has not done yet."""
        needed, key = self.needs[run_id], (run_id, person_id)
        return Missing(
            lessons=len(needed.lessons) - self.lessons[key],
            tasks=len(needed.tasks) - self.tasks[key],
            criteria=len(needed.codes or ()) - self.criteria[key],
            checklist_missing=needed.codes is None,
        )


def needs_of(outline: Outline, codes: frozenset[str] | None) -> Needs:
    """Return what a version requires; `codes` are those of its checklist's current criteria."""
    return Needs(
        lessons=frozenset(outline.lessons_by_slug) if "lessons" in outline.requires else frozenset(),
        tasks=frozenset(task.id for task in outline.required_tasks)
        if "tasks" in outline.requires
        else frozenset(),
        codes=codes if "checklist" in outline.requires else frozenset(),
        checklist=outline.checklist,
    )


def needs_of_runs(session: Session, outlines: Mapping[int, Outline]) -> dict[int, Needs]:
    """Return what the course of each run requires, by run."""
    codes = queries.codes_in_force(
        session, [outline.checklist for outline in outlines.values() if outline.checklist]
    )
    return {
        run_id: needs_of(outline, codes.get(outline.checklist or "")) for run_id, outline in outlines.items()
    }


def progress_in(session: Session, needs: Mapping[int, Needs]) -> Progress:
    """Count what everybody in the runs has done; as many queries for two people or runs as for two hundred."""
    done = _PER_PERSON.join(LessonMark, LessonMark.enrolment_id == Enrolment.id)
    finished = _PER_PERSON.join(TaskAnswer, TaskAnswer.enrolment_id == Enrolment.id).where(tasks.IS_FINISHED)
    approved = _PER_PERSON.join(Claim, Claim.person_id == Enrolment.person_id).where(
        Claim.state == ClaimState.APPROVED
    )
    return Progress(
        needs,
        lessons=_count(session, done, needs, lambda needed: LessonMark.lesson.in_(needed.lessons)),
        tasks=_count(session, finished, needs, lambda needed: TaskAnswer.task.in_(needed.tasks)),
        criteria=_count(session, approved, needs, _is_wanted_claim),
    )


def _is_wanted_claim(needed: Needs) -> ColumnElement[bool]:
    return and_(Claim.checklist == needed.checklist, Claim.code.in_(needed.codes or ()))


def _count(
    session: Session,
    statement: Select[int, int, int],
    needs: Mapping[int, Needs],
    is_wanted: Callable[[Needs], ColumnElement[bool]],
) -> Counter[Key]:
    """Return how many of the wanted things each person has; runs with the same requirements share a query."""
    alike: dict[Needs, list[int]] = defaultdict(list)
    for run_id, needed in needs.items():
        alike[needed].append(run_id)
    asked = [and_(Enrolment.run_id.in_(run_ids), is_wanted(needed)) for needed, run_ids in alike.items()]
    rows = session.execute(statement.where(or_(*asked)))
    return Counter({(row.run_id, row.person_id): row.count for row in rows})


def run_progress(session: Session, run: RunView) -> list[CertificateProgress]:
    """Return each person in the run with what is still missing, by name, in a constant number of queries."""
    progress = progress_in(session, needs_of_runs(session, {run.id: run.outline}))
    numbers = queries.numbers_in_run(session, run.id, Kind.COMPLETION)
    return [
        CertificateProgress(person, progress.missing(run.id, person.id), numbers.get(person.id))
        for person in queries.enrolled_people(session, run.id)
    ]


def in_words(missing: Missing) -> str:
    """Return what is missing in words: "2 lessons, 1 task, 3 items of the checklist"; empty when nothing is."""
    parts = []
    if missing.lessons:
        parts.append(ngettext("%(num)d lesson", "%(num)d lessons", missing.lessons))
    if missing.tasks:
        parts.append(ngettext("%(num)d task", "%(num)d tasks", missing.tasks))
    if missing.criteria:
        parts.append(
            ngettext("%(num)d item of the checklist", "%(num)d items of the checklist", missing.criteria)
        )
    if missing.checklist_missing:
        parts.append(_("the checklist, which has not been published"))
    return ", ".join(str(part) for part in parts)
