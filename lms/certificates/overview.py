"""How many in each run are ready for their certificate and how many hold one, counted by the database."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.catalogue.outline import Outline, outlines_of
from lms.certificates import queries
from lms.certificates.facts import Kind
from lms.certificates.models import Certificate
from lms.certificates.requirements import NO_CERTIFICATE, Needs, needs_of
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.states import AnswerState

# the start page looks no further back than this
RUNS_LOOKED_AT = 200

_FINISHED = or_(
    TaskAnswer.state == AnswerState.PASSED,
    and_(TaskAnswer.reviewer == Reviewer.SELF, TaskAnswer.state == AnswerState.SENT),
)

_PER_PERSON = select(Enrolment.run_id, Enrolment.person_id, func.count().label("count")).group_by(
    Enrolment.run_id, Enrolment.person_id
)


@dataclass(frozen=True)
class CertifiedRun:
    """A run whose course gives a certificate."""

    id: int
    name: str
    state: RunState
    starts_on: date
    outline: Outline


@dataclass(frozen=True)
class RunCounts:
    """`ready` are those who could be given a certificate now; `issued` are all that were given."""

    run: CertifiedRun
    people: int
    ready: int
    issued: int


# a run's enrolled person
Key = tuple[int, int]


def certified_runs(session: Session) -> list[CertifiedRun]:
    """Return the runs whose course gives a certificate: open ones first, then the newest."""
    statement = (
        select(Run.id, Run.name, Run.state, Run.starts_on, CourseVersion.content_hash)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .order_by((Run.state == RunState.OPEN).desc(), Run.starts_on.desc(), Run.name, Run.id)
    )
    rows = session.execute(statement).all()
    outlines = outlines_of(session, [row.content_hash for row in rows])
    runs = [
        CertifiedRun(row.id, row.name, row.state, row.starts_on, outlines[row.content_hash]) for row in rows
    ]
    return [run for run in runs if run.outline.certificate != NO_CERTIFICATE]


def counts_of(session: Session, runs: Sequence[CertifiedRun]) -> list[RunCounts]:
    """Return the counts of the runs, in their order and in a fixed number of queries."""
    if not runs:
        return []
    needs = _needs(session, runs)
    without = _enrolled(session, needs)
    met = [_lessons_done(session, needs), _tasks_finished(session, needs), _items_approved(session, needs)]
    people, ready = Counter[int](), Counter[int]()
    for key, holds_one in without.items():
        needed = needs[key[0]]
        people[key[0]] += 1
        if not holds_one and needed.codes is not None:
            wanted = (len(needed.lessons), len(needed.tasks), len(needed.codes))
            ready[key[0]] += all(
                count[key] == number for count, number in zip(met, wanted, strict=True) if number
            )
    issued = _issued(session, needs)
    return [RunCounts(run, people[run.id], ready[run.id], issued[run.id]) for run in runs]


def runs_with_ready(session: Session, limit: int) -> list[RunCounts]:
    """Return the runs in which somebody waits for a certificate."""
    runs = [run for run in certified_runs(session) if run.state is not RunState.PLANNED][:RUNS_LOOKED_AT]
    return list(islice((counts for counts in counts_of(session, runs) if counts.ready), limit))


def _needs(session: Session, runs: Sequence[CertifiedRun]) -> dict[int, Needs]:
    codes = queries.codes_in_force(session, [run.outline.checklist for run in runs if run.outline.checklist])
    return {run.id: needs_of(run.outline, codes.get(run.outline.checklist or "")) for run in runs}


def _enrolled(session: Session, needs: Mapping[int, Needs]) -> dict[Key, bool]:
    """Return everybody enrolled, and whether they hold the run's certificate."""
    statement = (
        select(Enrolment.run_id, Enrolment.person_id, Certificate.id)
        .outerjoin(
            Certificate,
            and_(
                Certificate.run_id == Enrolment.run_id,
                Certificate.person_id == Enrolment.person_id,
                Certificate.template == Kind.COMPLETION,
            ),
        )
        .where(Enrolment.run_id.in_(needs))
    )
    return {(row.run_id, row.person_id): row.id is not None for row in session.execute(statement)}


def _issued(session: Session, needs: Mapping[int, Needs]) -> Counter[int]:
    statement = (
        select(Certificate.run_id, func.count().label("count"))
        .where(Certificate.run_id.in_(needs), Certificate.template == Kind.COMPLETION)
        .group_by(Certificate.run_id)
    )
    return Counter({row.run_id: row.count for row in session.execute(statement)})


def _lessons_done(session: Session, needs: Mapping[int, Needs]) -> Counter[Key]:
    statement = _PER_PERSON.join(LessonMark, LessonMark.enrolment_id == Enrolment.id)
    return _count(session, statement, needs, lambda needed: LessonMark.lesson.in_(needed.lessons))


def _tasks_finished(session: Session, needs: Mapping[int, Needs]) -> Counter[Key]:
    statement = _PER_PERSON.join(TaskAnswer, TaskAnswer.enrolment_id == Enrolment.id).where(_FINISHED)
    return _count(session, statement, needs, lambda needed: TaskAnswer.task.in_(needed.tasks))


def _items_approved(session: Session, needs: Mapping[int, Needs]) -> Counter[Key]:
    statement = _PER_PERSON.join(Claim, Claim.person_id == Enrolment.person_id)
    return _count(
        session,
        statement.where(Claim.state == ClaimState.APPROVED),
        needs,
        lambda needed: and_(Claim.checklist == needed.checklist, Claim.code.in_(needed.codes or ())),
    )


def _count(
    session: Session,
    statement: Select[int, int, int],
    needs: Mapping[int, Needs],
    wanted: Callable[[Needs], ColumnElement[bool]],
) -> Counter[Key]:
    """Return how many of the wanted things each person has; runs that need the same are asked about together."""
    alike: dict[Needs, list[int]] = defaultdict(list)
    for run_id, needed in needs.items():
        alike[needed].append(run_id)
    asked = [and_(Enrolment.run_id.in_(run_ids), wanted(needed)) for needed, run_ids in alike.items()]
    rows = session.execute(statement.where(or_(*asked)))
    return Counter({(row.run_id, row.person_id): row.count for row in rows})
