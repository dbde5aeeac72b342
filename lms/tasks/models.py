"""Answers to tasks, and the append-only list of what happened to each."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, UTCDateTime, one_of
from lms.tasks.states import AnswerAction, AnswerState


class Reviewer(StrEnum):
    """Who checks an answer: only its writer, or the run's instructor."""

    SELF = "self"
    INSTRUCTOR = "instructor"


class TaskAnswer(Base):
    __tablename__ = "task_answers"
    __table_args__ = (
        UniqueConstraint("enrolment_id", "task"),
        Index("ix_task_answers_queue", "state", "reviewer", "sent_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    # the task's id in the course, the same in all versions of the course
    task: Mapped[str] = mapped_column(String(40))
    lesson: Mapped[str] = mapped_column(String(60))
    # the task's title when it was last saved
    title: Mapped[str] = mapped_column(String(200))
    reviewer: Mapped[Reviewer] = mapped_column(one_of(Reviewer))
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[AnswerState] = mapped_column(one_of(AnswerState))
    # increases with every change; of two simultaneous changes only one succeeds
    version: Mapped[int]
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class TaskAnswerEvent(Base):
    """A step in an answer's life: sent, passed or returned; never changed."""

    __tablename__ = "task_answer_events"
    __table_args__ = (UniqueConstraint("answer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("task_answers.id", ondelete="CASCADE"))
    number: Mapped[int]
    action: Mapped[AnswerAction] = mapped_column(one_of(AnswerAction))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
    # the name as it was then
    by_name: Mapped[str] = mapped_column(String(100))
    # the answer as it was then
    text: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text)
