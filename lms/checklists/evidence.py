"""Own work that can be attached to a claim: diary entries and answers to tasks."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.checklists.models import EvidenceKind
from lms.diary.models import IS_PRESENT, DiaryEntry
from lms.runs.models import Enrolment
from lms.tasks.models import TaskAnswer

# the number of choices in one list; a link leads to older ones
MOST_CHOICES = 200


@dataclass(frozen=True)
class Work:
    """A piece of one's own work as it is now."""

    kind: EvidenceKind
    id: int
    title: str
    body: str


@dataclass(frozen=True)
class EntryChoice:
    id: int
    title: str
    shared: bool
    created_at: datetime


@dataclass(frozen=True)
class AnswerChoice:
    id: int
    title: str
    saved_at: datetime


def entry_choices(session: Session, person_id: int, offset: int = 0) -> list[EntryChoice]:
    """Return the person's own diary entries, newest first, without their texts; one more than is shown."""
    statement = (
        select(DiaryEntry.id, DiaryEntry.title, DiaryEntry.shared, DiaryEntry.created_at)
        .where(DiaryEntry.person_id == person_id, IS_PRESENT)
        .order_by(DiaryEntry.created_at.desc(), DiaryEntry.id.desc())
        .limit(MOST_CHOICES + 1)
        .offset(offset)
    )
    return db.read(session, EntryChoice, statement)


def answer_choices(session: Session, person_id: int, offset: int = 0) -> list[AnswerChoice]:
    """Return the person's own answers that have text, newest first, without their texts; one more than is shown."""
    statement = (
        select(TaskAnswer.id, TaskAnswer.title, TaskAnswer.saved_at)
        .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
        .where(Enrolment.person_id == person_id, TaskAnswer.text != "")
        .order_by(TaskAnswer.saved_at.desc(), TaskAnswer.id.desc())
        .limit(MOST_CHOICES + 1)
        .offset(offset)
    )
    return db.read(session, AnswerChoice, statement)


def lock(session: Session, *, entry_ids: Iterable[int | None], answer_ids: Iterable[int | None]) -> None:
    """Keep works from being deleted until the transaction ends; always in the same order."""
    for model, given in ((DiaryEntry, entry_ids), (TaskAnswer, answer_ids)):
        if ids := {work_id for work_id in given if work_id}:
            statement = select(model.id).where(model.id.in_(ids)).order_by(model.id)
            session.execute(statement.with_for_update(read=True, key_share=True))


def own_work(session: Session, person_id: int, kind: EvidenceKind, work_id: int) -> Work | None:
    """Return a piece of the person's own work; None when it is not there or is somebody else's."""
    if kind is EvidenceKind.ENTRY:
        statement = select(DiaryEntry.title, DiaryEntry.body).where(
            DiaryEntry.id == work_id, DiaryEntry.person_id == person_id, IS_PRESENT
        )
    else:
        statement = (
            select(TaskAnswer.title, TaskAnswer.text.label("body"))
            .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
            .where(TaskAnswer.id == work_id, Enrolment.person_id == person_id)
        )
    row = session.execute(statement).one_or_none()
    return Work(kind, work_id, row.title, row.body) if row else None
