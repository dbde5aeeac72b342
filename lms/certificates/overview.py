"""How many in each run are ready for their certificate and how many have one, counted by the database."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from lms.catalogue.models import CourseVersion
from lms.catalogue.outline import Outline, outlines_of
from lms.certificates.content import Kind
from lms.certificates.models import Certificate
from lms.certificates.requirements import NO_CERTIFICATE, Key, Needs, needs_of_runs, progress_in
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState

# the start page looks back no further than this
RUNS_LOOKED_AT = 200


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
    needs = needs_of_runs(session, {run.id: run.outline for run in runs})
    progress = progress_in(session, needs)
    people, ready = Counter[int](), Counter[int]()
    for (run_id, person_id), has_one in _enrolled(session, needs).items():
        people[run_id] += 1
        ready[run_id] += not has_one and progress.missing(run_id, person_id).is_nothing
    issued = _issued(session, needs)
    return [RunCounts(run, people[run.id], ready[run.id], issued[run.id]) for run in runs]


def runs_with_ready(session: Session, limit: int) -> list[RunCounts]:
    """Return the runs in which somebody waits for a certificate."""
    runs = [run for run in certified_runs(session) if run.state is not RunState.PLANNED][:RUNS_LOOKED_AT]
    return list(islice((counts for counts in counts_of(session, runs) if counts.ready), limit))


def _enrolled(session: Session, needs: Mapping[int, Needs]) -> dict[Key, bool]:
    """Return everybody enrolled, and whether they have the run's certificate."""
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
