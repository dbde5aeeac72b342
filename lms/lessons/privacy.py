"""The personal data of lessons: the export and erasure of the marks of lessons done."""

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from lms.i18n import lazy
from lms.lessons.models import LessonMark
from lms.personal_data import Column, ExportRecord, Holding, as_moment
from lms.runs.models import Enrolment


def export(session: Session, person_id: int) -> list[ExportRecord]:
    statement = (
        select(LessonMark.lesson, LessonMark.done_at, Enrolment.run_id)
        .join(Enrolment, Enrolment.id == LessonMark.enrolment_id)
        .where(Enrolment.person_id == person_id)
        .order_by(LessonMark.done_at, LessonMark.lesson)
    )
    return [
        {"run": row.run_id, "lesson": row.lesson, "done_at": row.done_at.isoformat()}
        for row in session.execute(statement)
    ]


def erase(session: Session, person_id: int, now: datetime) -> None:
    own = select(Enrolment.id).where(Enrolment.person_id == person_id).scalar_subquery()
    session.execute(delete(LessonMark).where(LessonMark.enrolment_id.in_(own)))


HOLDINGS = (
    Holding(
        name="lesson-marks",
        label=lazy("The lessons you have marked done"),
        tables=frozenset({"lesson_marks"}),
        export=export,
        erase=erase,
        columns={
            "lesson": Column(lazy("Lesson")),
            "done_at": Column(lazy("Done"), as_moment),
        },
        unshown=frozenset({"run"}),
    ),
)
