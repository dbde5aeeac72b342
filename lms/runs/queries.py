"""Reading runs, their people, and what a person may know of a run."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, bindparam, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, CourseVersion
from lms.catalogue.outline import Outline, outline_of
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.runs.states import RunState


@dataclass(frozen=True)
class RunView:
    """A run as one person meets it: the run, the pinned course version, and the person's own ties to it."""

    id: int
    name: str
    state: RunState
    starts_on: date
    ends_on: date | None
    course: str
    version_id: int
    content_hash: str
    outline: Outline
    enrolment_id: int | None
    is_instructor: bool

    @property
    def is_open(self) -> bool:
        return self.state is RunState.OPEN


_RUN_COLUMNS = (
    Run.id,
    Run.name,
    Run.state,
    Run.starts_on,
    Run.ends_on,
    Run.version_id,
    Course.slug,
    CourseVersion.content_hash,
)

_RUN_FOR = (
    select(*_RUN_COLUMNS, Enrolment.id.label("enrolment_id"), RunInstructor.person_id.label("instructor_id"))
    .join(Course, Course.id == Run.course_id)
    .join(CourseVersion, CourseVersion.id == Run.version_id)
    .outerjoin(Enrolment, and_(Enrolment.run_id == Run.id, Enrolment.person_id == bindparam("person_id")))
    .outerjoin(RunInstructor, and_(RunInstructor.run_id == Run.id, RunInstructor.person_id == bindparam("person_id")))
    .where(Run.id == bindparam("run_id"))
)


def run_for(session: Session, run_id: int, person_id: int) -> RunView | None:
    """Return the run as this person meets it, in one query; None when there is no such run."""
    row = session.execute(_RUN_FOR, {"run_id": run_id, "person_id": person_id}).one_or_none()
    if row is None:
        return None
    return RunView(
        id=row.id,
        name=row.name,
        state=row.state,
        starts_on=row.starts_on,
        ends_on=row.ends_on,
        course=row.slug,
        version_id=row.version_id,
        content_hash=row.content_hash,
        outline=outline_of(session, row.content_hash),
        enrolment_id=row.enrolment_id,
        is_instructor=row.instructor_id is not None,
    )
