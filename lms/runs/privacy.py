"""What runs hold about people: their enrolments and the runs they instruct."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.personal_data import Holding, Row
from lms.runs.models import Enrolment, Run, RunInstructor


def export_enrolments(session: Session, person_id: int) -> list[Row]:
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


def export_instructed(session: Session, person_id: int) -> list[Row]:
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
    Holding("enrolments", frozenset({"enrolments"}), export_enrolments, erase_enrolments),
    Holding("instructed_runs", frozenset({"run_instructors"}), export_instructed, erase_instructed),
)
