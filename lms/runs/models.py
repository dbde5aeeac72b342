"""Runs, their instructors, and who is enrolled in them."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, UTCDateTime, one_of
from lms.runs.states import RunState


class Run(Base):
    __tablename__ = "runs"
    __table_args__ = (Index("ix_runs_course_state", "course_id", "state"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("courses.id"))
    # the version that the group sees until its instructor or staff switch to the newer one
    version_id: Mapped[int] = mapped_column(ForeignKey("course_versions.id"), index=True)
    # the group's name for it, such as "Keskiviikon etäryhmä"
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date] = mapped_column(Date)
    ends_on: Mapped[date | None] = mapped_column(Date)
    state: Mapped[RunState] = mapped_column(one_of(RunState))
    # whether anyone signed in may enrol themselves while the run is open
    self_enrolment: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class RunInstructor(Base):
    """A run's instructor; only people with such a row may see the run's work."""

    __tablename__ = "run_instructors"

    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Enrolment(Base):
    __tablename__ = "enrolments"
    __table_args__ = (UniqueConstraint("run_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("runs.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)
