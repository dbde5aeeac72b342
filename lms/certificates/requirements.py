"""What a course asks for before its certificate, and how far each person of a run has come."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy.orm import Session

from lms.catalogue.outline import Outline
from lms.certificates import queries
from lms.certificates.facts import Kind
from lms.certificates.queries import EnrolledPerson
from lms.checklists import queries as checklists
from lms.i18n import _, ngettext
from lms.lessons import queries as lessons
from lms.runs.queries import RunView
from lms.tasks import queries as tasks

NO_CERTIFICATE = "none"


@dataclass(frozen=True)
class Needs:
    """What a version of a course asks for; `codes` is None while its checklist has not been published."""

    lessons: frozenset[str] = frozenset()
    tasks: frozenset[str] = frozenset()
    codes: frozenset[str] | None = frozenset()
    checklist: str | None = None


@dataclass(frozen=True)
class Lacking:
    """How much is missing of each kind."""

    lessons: int = 0
    tasks: int = 0
    criteria: int = 0
    checklist_missing: bool = False

    @property
    def is_nothing(self) -> bool:
        return self == Lacking()


@dataclass(frozen=True)
class Standing:
    """How far one person of a run has come; `number` is that of the certificate they hold already."""

    person: EnrolledPerson
    lacking: Lacking
    number: str | None

    @property
    def is_ready(self) -> bool:
        return self.number is None and self.lacking.is_nothing


def needs_of(outline: Outline, codes: frozenset[str] | None) -> Needs:
    """Return what a version asks for; `codes` are those of its checklist's current criteria."""
    return Needs(
        lessons=frozenset(outline.lessons_by_slug) if "lessons" in outline.requires else frozenset(),
        tasks=frozenset(task.id for task in outline.required_tasks)
        if "tasks" in outline.requires
        else frozenset(),
        codes=codes if "checklist" in outline.requires else frozenset(),
        checklist=outline.checklist,
    )


def lacking(
    needs: Needs, *, done: Collection[str], finished: Collection[str], approved: Collection[str]
) -> Lacking:
    """Return what is missing from what was done."""
    return Lacking(
        lessons=len(needs.lessons.difference(done)),
        tasks=len(needs.tasks.difference(finished)),
        criteria=len((needs.codes or frozenset()).difference(approved)),
        checklist_missing=needs.codes is None,
    )


def standings(session: Session, run: RunView) -> list[Standing]:
    """Return everybody in the run with what they lack, by name; as many queries for two as for two hundred."""
    checklist = run.outline.checklist
    in_force = queries.codes_in_force(session, [checklist]) if checklist else {}
    needs = needs_of(run.outline, in_force.get(checklist or ""))
    done = lessons.done_counts(session, run.id) if needs.lessons else {}
    finished = tasks.finished_tasks(session, run.id) if needs.tasks else {}
    approved = checklists.approved_codes(session, run.id) if needs.codes else {}
    numbers = queries.numbers_in_run(session, run.id, Kind.COMPLETION)
    return [
        Standing(
            person=person,
            lacking=lacking(
                needs,
                done=done.get(person.id, ()),
                finished=finished.get(person.id, ()),
                approved=approved.get(person.id, ()),
            ),
            number=numbers.get(person.id),
        )
        for person in queries.enrolled_people(session, run.id)
    ]


def in_words(missing: Lacking) -> str:
    """Return what is missing as words: "2 lessons, 1 task, 3 items of the checklist"; empty when nothing is."""
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
