"""Tries at self-checking quizzes."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, UTCDateTime


class QuizTry(Base):
    """One try; there may be as many as the person wants."""

    __tablename__ = "quiz_tries"
    __table_args__ = (Index("ix_quiz_tries_enrolment_quiz", "enrolment_id", "quiz", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    enrolment_id: Mapped[int] = mapped_column(ForeignKey("enrolments.id", ondelete="CASCADE"))
    # the quiz's id in the course
    quiz: Mapped[str] = mapped_column(String(40))
    lesson: Mapped[str] = mapped_column(String(60))
    # the answers, by the field names of the form
    given: Mapped[dict[str, list[str]]] = mapped_column(JSON)
    # a hash of the questions' wording, which shows whether it has changed; see lms/questions/quiz.py
    wording: Mapped[str] = mapped_column(String(16))
    right_count: Mapped[int]
    question_count: Mapped[int]
    tried_at: Mapped[datetime] = mapped_column(UTCDateTime)
