"""The personal data of runs: enrolments, and the runs that people instruct."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.i18n import lazy
from lms.personal_data import Column, ExportRecord, Holding, as_moment
from lms.runs.models import Enrolment, Run, RunInstructor


def export_enrolments(session: Session, person_id: int) -> list[ExportRecord]:
    statement = (
        select(Course.slug, Run.name, Enrolment.enrolled_at)
        .join(Run, Run.id == Enrolment.run_id)
        .join(Course, Course.id == Run.course_id)
        .where(Enrolment.person_id == person_id)
        .order_by(Enrolment.id)
    )
    return [
        {"course": row.slug, "group": row.name, "enrolled": row.enrolled_at.isoformat()}
        for row in session.execute(statement)
    ]


def erase_enrolments(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(Enrolment).where(Enrolment.person_id == person_id))


def export_instructed(session: Session, person_id: int) -> list[ExportRecord]:
    statement = (
        select(Course.slug, Run.name)
        .join(Course, Course.id == Run.course_id)
        .join(RunInstructor, RunInstructor.run_id == Run.id)
        .where(RunInstructor.person_id == person_id)
        .order_by(Run.id)
    )
    return [{"course": row.slug, "group": row.name} for row in session.execute(statement)]


def erase_instructed(session: Session, person_id: int, now: datetime) -> None:
    session.execute(delete(RunInstructor).where(RunInstructor.person_id == person_id))


HOLDINGS = (
    Holding(
        name="enrolments",
        label=lazy("The courses you are in"),
        tables=frozenset({"enrolments"}),
        export=export_enrolments,
        erase=erase_enrolments,
        columns={
            "course": Column(lazy("Course")),
            "group": Column(lazy("Group")),
            "enrolled": Column(lazy("Enrolled"), as_moment),
        },
    ),
    Holding(
        name="instructed_runs",
        label=lazy("The groups you lead"),
        tables=frozenset({"run_instructors"}),
        export=export_instructed,
        erase=erase_instructed,
        columns={
            "course": Column(lazy("Course")),
            "group": Column(lazy("Group")),
        },
        of_staff=True,
    ),
)
