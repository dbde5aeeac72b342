"""What the start pages read beside the features' own queries: news to a participant, groups, the newest audit lines."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import String, and_, bindparam, cast, exists, func, select
from sqlalchemy.orm import Session, aliased

from lms import db
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.states import ClaimAction
from lms.criteria.models import Criterion
from lms.diary.models import IS_PRESENT, DiaryComment, DiaryEntry
from lms.i18n import lazy
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from lms.states import State, Tone
from lms.tasks.models import TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction


class Happened(State):
    """What somebody else has done with a person's work."""

    APPROVED = "approved", lazy("Approved"), Tone.DONE
    PASSED = "passed", lazy("Passed"), Tone.DONE
    RETURNED = "returned", lazy("Not yet"), Tone.RETURNED
    COMMENTED = "commented", lazy("Comment"), Tone.OPEN


@dataclass(frozen=True)
class NewsOfClaim:
    claim_id: int


@dataclass(frozen=True)
class NewsOfTask:
    run_id: int
    lesson: str
    task: str


@dataclass(frozen=True)
class NewsOfEntry:
    entry_id: int


@dataclass(frozen=True)
class News:
    """Something that was returned to a person; a claim has a wording, the others a title."""

    happened: Happened
    title: str | Mapping[str, str]
    work: NewsOfClaim | NewsOfTask | NewsOfEntry
    at: datetime
    by_name: str
    text: str
    # whether the person can act on it now; the tasks of a run that is not open can only be read
    is_at_hand: bool = True


@dataclass(frozen=True)
class LogLine:
    """An audit line; `about` names the person or the run, empty if there is none."""

    at: datetime
    action: str
    by_name: str
    about: str


_OF_CLAIM = {ClaimAction.APPROVE: Happened.APPROVED, ClaimAction.RETURN: Happened.RETURNED}
_OF_ANSWER = {AnswerAction.PASS: Happened.PASSED, AnswerAction.RETURN: Happened.RETURNED}


_LATER_CLAIM_EVENT = aliased(ClaimEvent)
_LATER_ANSWER_EVENT = aliased(TaskAnswerEvent)

# the last step or comment of each claim, answer and entry, if it is somebody else's
_CLAIMS_DECIDED = (
    select(
        *(Claim.id, Criterion.wording, ClaimEvent.action),
        *(ClaimEvent.at, ClaimEvent.by_name, ClaimEvent.comment),
    )
    .join(Claim, Claim.id == ClaimEvent.claim_id)
    .join(Criterion, Criterion.id == Claim.criterion_id)
    .where(
        Claim.person_id == bindparam("person_id"),
        ClaimEvent.action.in_(_OF_CLAIM),
        ClaimEvent.at > bindparam("since"),
        ~exists().where(
            _LATER_CLAIM_EVENT.claim_id == ClaimEvent.claim_id, _LATER_CLAIM_EVENT.number > ClaimEvent.number
        ),
    )
    .order_by(ClaimEvent.at.desc(), ClaimEvent.id.desc())
    .limit(bindparam("most"))
)

_ANSWERS_DECIDED = (
    select(
        *(
            TaskAnswer.title,
            TaskAnswer.lesson,
            TaskAnswer.task,
            Enrolment.run_id,
            Run.state.label("run_state"),
        ),
        *(TaskAnswerEvent.action, TaskAnswerEvent.at, TaskAnswerEvent.by_name, TaskAnswerEvent.comment),
    )
    .join(TaskAnswer, TaskAnswer.id == TaskAnswerEvent.answer_id)
    .join(Enrolment, Enrolment.id == TaskAnswer.enrolment_id)
    .join(Run, Run.id == Enrolment.run_id)
    .where(
        Enrolment.person_id == bindparam("person_id"),
        TaskAnswerEvent.action.in_(_OF_ANSWER),
        TaskAnswerEvent.at > bindparam("since"),
        ~exists().where(
            _LATER_ANSWER_EVENT.answer_id == TaskAnswerEvent.answer_id,
            _LATER_ANSWER_EVENT.number > TaskAnswerEvent.number,
        ),
    )
    .order_by(TaskAnswerEvent.at.desc(), TaskAnswerEvent.id.desc())
    .limit(bindparam("most"))
)

_ENTRIES_COMMENTED = (
    select(
        *(DiaryEntry.id, DiaryEntry.title),
        *(DiaryComment.at, DiaryComment.author_name, DiaryComment.body),
    )
    .join(DiaryEntry, DiaryEntry.id == DiaryComment.entry_id)
    .where(
        DiaryEntry.person_id == bindparam("person_id"),
        IS_PRESENT,
        DiaryComment.author_id.is_distinct_from(bindparam("person_id")),
        DiaryComment.at > bindparam("since"),
    )
    .order_by(DiaryComment.at.desc(), DiaryComment.id.desc())
    .limit(bindparam("most"))
)


def news_of(session: Session, person_id: int, *, since: datetime, limit: int) -> list[News]:
    """Return the newest answers and comments to a person's work, newest first; three queries."""
    given = {"person_id": person_id, "since": since, "most": limit}
    claims = (
        News(_OF_CLAIM[row.action], row.wording, NewsOfClaim(row.id), row.at, row.by_name, row.comment)
        for row in db.rows(session, _CLAIMS_DECIDED, given)
    )
    answers = (
        News(
            _OF_ANSWER[row.action],
            row.title,
            NewsOfTask(row.run_id, row.lesson, row.task),
            row.at,
            row.by_name,
            row.comment,
            is_at_hand=row.run_state is RunState.OPEN,
        )
        for row in db.rows(session, _ANSWERS_DECIDED, given)
    )
    entries = (
        News(Happened.COMMENTED, row.title, NewsOfEntry(row.id), row.at, row.author_name, row.body)
        for row in db.rows(session, _ENTRIES_COMMENTED, given)
    )
    return sorted([*claims, *answers, *entries], key=lambda news: news.at, reverse=True)[:limit]


def people_counts(session: Session, run_ids: Sequence[int]) -> dict[int, int]:
    """Return how many people are enrolled in each run; runs without people are left out."""
    statement = (
        select(Enrolment.run_id, func.count().label("people"))
        .where(Enrolment.run_id.in_(run_ids))
        .group_by(Enrolment.run_id)
    )
    return {row.run_id: row.people for row in session.execute(statement)}


def run_named(session: Session, course_id: int, name: str) -> Run | None:
    """Return the oldest run of a course with this name."""
    statement = select(Run).where(Run.course_id == course_id, Run.name == name).order_by(Run.id).limit(1)
    return session.scalar(statement)


def newest_log_lines(session: Session, actions: Collection[str], limit: int) -> list[LogLine]:
    """Return the newest audit lines of these actions, with the names of who and what they are about."""
    newest = (
        select(AuditLine)
        .where(AuditLine.action.in_(actions))
        .order_by(AuditLine.id.desc())
        .limit(limit)
        .subquery()
    )
    actor, about = aliased(Person), aliased(Person)
    is_the_run = and_(newest.c.object_type == "run", cast(Run.id, String) == newest.c.object_id)
    statement = (
        select(newest.c.at, newest.c.action)
        .add_columns(func.coalesce(actor.name, "").label("by_name"))
        .add_columns(func.coalesce(about.name, Run.name, "").label("about"))
        .select_from(newest)
        .outerjoin(actor, actor.id == newest.c.actor_id)
        .outerjoin(about, about.id == newest.c.about_id)
        .outerjoin(Run, is_the_run)
        .order_by(newest.c.id.desc())
    )
    return db.read(session, LogLine, statement)
