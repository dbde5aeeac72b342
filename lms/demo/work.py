"""Does in the demo what people do: reads, answers, tries, writes, requests approval; existing work is not changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.catalogue.outline import Outline, outline_of, page_of
from lms.checklists import operations as claim_operations
from lms.checklists import queries as claim_queries
from lms.checklists.models import Claim
from lms.checklists.operations import ClaimDraft
from lms.checklists.states import ClaimState
from lms.demo.cast import Answer, Entry, OwnClaim
from lms.diary import operations as diary_operations
from lms.diary import queries as diary_queries
from lms.diary.operations import EntryContent
from lms.lessons import operations as lesson_operations
from lms.quizzes import operations as quiz_operations
from lms.quizzes import queries as quiz_queries
from lms.runs import queries as run_queries
from lms.runs.models import Run
from lms.tasks import operations as task_operations
from lms.tasks import queries as task_queries

HOURS = (9, 10, 13, 14)


@dataclass(frozen=True)
class Learner:
    """A person who works in a run."""

    session: Session
    person: Person
    run: Run
    outline: Outline
    content_hash: str
    enrolment_id: int
    instructor: Person
    now: datetime

    def at(self, days: int, *, later: int = 0) -> datetime:
        """Return a moment in the daytime some days ago, or `later` hours after it, never in the future."""
        moment = (self.now - timedelta(days=days)).replace(hour=HOURS[days % 4], minute=4 + 7 * (days % 7))
        return min(moment + timedelta(hours=later), self.now)


def read_lessons(learner: Learner, done: Mapping[str, int]) -> None:
    """Mark lessons done, each some days ago."""
    for lesson, days in done.items():
        if lesson in learner.outline.lessons_by_slug:
            lesson_operations.mark_done(
                learner.session,
                learner.enrolment_id,
                lesson,
                by=learner.person.id,
                now=learner.at(days, later=1),
            )


def give_answer(learner: Learner, answer: Answer) -> None:
    """Write an answer, send it, and let the instructor decide on it."""
    task = learner.outline.tasks.get(answer.task)
    known = task_queries.answers_of(learner.session, learner.enrolment_id)
    if task is None or answer.task in known:
        return
    given: dict[str, Any] = {"text": answer.text, "version": None, "by": learner.person}
    if not answer.sent:
        task_operations.save_answer(
            learner.session, learner.enrolment_id, task, **given, now=learner.at(answer.days)
        )
        return
    sent = task_operations.send_answer(
        learner.session, learner.enrolment_id, task, **given, now=learner.at(answer.days)
    )
    decided: dict[str, Any] = {"by": learner.instructor, "version": None}
    decided["now"] = learner.at(max(answer.days - 1, 0), later=1)
    if answer.passed:
        task_operations.pass_answer(learner.session, sent, comment=answer.passed, **decided)
    elif answer.returned:
        task_operations.return_answer(learner.session, sent, comment=answer.returned, **decided)


def try_quiz(learner: Learner, quiz: str, days: int) -> None:
    """Try a quiz twice: the first question goes wrong first, then everything is right."""
    lesson = next((one for one in learner.outline.lessons if any(quiz == it.id for it in one.quizzes)), None)
    if lesson is None or quiz in quiz_queries.last_tries(learner.session, learner.enrolment_id, [quiz]):
        return
    page = page_of(
        learner.session, learner.content_hash, lesson.slug, language=learner.outline.language, plain=False
    )
    asked = page.quizzes[quiz]
    right = [question.right_given() for question in asked.questions]
    for tried, given in enumerate(([asked.questions[0].wrong_given(), *right[1:]], right)):
        if any(given):
            quiz_operations.try_quiz(
                learner.session,
                learner.enrolment_id,
                quiz,
                lesson=lesson.slug,
                asked=asked,
                given=given,
                by=learner.person.id,
                now=learner.at(days) + timedelta(minutes=3 * tried),
            )


def write_entry(learner: Learner, entry: Entry) -> None:
    """Write a diary entry; if there is a comment, let the instructor read the entry and comment on it."""
    session, person = learner.session, learner.person
    if diary_queries.entry_by_key(session, person.id, entry.key):
        return
    saved = diary_operations.write(
        session,
        EntryContent(entry.title, entry.body, entry.shared),
        key=entry.key,
        version=0,
        origin=_origin(learner, entry.prompt),
        by=person.id,
        now=learner.at(entry.days),
    )
    if not entry.comment:
        return
    read_at = learner.at(max(entry.days - 1, 0))
    view = diary_queries.entry_for(session, saved.entry.id, learner.instructor.id)
    if view is not None:
        diary_operations.note_reading(session, view, by=learner.instructor.id, now=read_at)
    diary_operations.comment(session, saved.entry, body=entry.comment, by=learner.instructor, now=read_at)


def _origin(learner: Learner, prompt: str) -> diary_queries.Origin | None:
    """Return where a prompt is, None for an entry without a prompt."""
    for lesson in learner.outline.lessons:
        for found in lesson.prompts:
            if found.id == prompt:
                return diary_queries.Origin(
                    run_id=learner.run.id,
                    lesson=lesson.slug,
                    lesson_title=lesson.title,
                    prompt=prompt,
                    prompt_title=found.title,
                    may_open=False,
                )
    return None


def make_claim(learner: Learner, own: OwnClaim) -> None:
    """Rate oneself, attach work, ask for approval, and let the instructor answer."""
    claim = _claim(learner, own.code)
    if claim is None or claim.state is not ClaimState.OPEN or claim.rating is not None:
        return
    for draft in _drafts(learner, own):
        claim_operations.save_claim(
            learner.session, claim, draft, by=learner.person, now=learner.at(own.days)
        )
    if not own.requested:
        return
    claim_operations.request_approval(
        learner.session, claim, by=learner.person, now=learner.at(own.days, later=1)
    )
    answered_at = learner.at(max(own.days - 1, 0), later=2)
    decided: dict[str, Any] = {"by": learner.instructor, "now": answered_at}
    if own.approved:
        claim_operations.approve(learner.session, claim, comment=own.approved, **decided)
    elif own.returned:
        claim_operations.return_claim(learner.session, claim, comment=own.returned, **decided)


def _claim(learner: Learner, code: str) -> Claim | None:
    checklist = learner.outline.checklist
    rows = claim_queries.claims_of(learner.session, learner.person.id, checklist) if checklist else []
    found = next((row for row in rows if row.code == code), None)
    return claim_queries.claim_owned_by(learner.session, found.id, learner.person.id) if found else None


def _drafts(learner: Learner, own: OwnClaim) -> list[ClaimDraft]:
    """Return the words, then the existing pieces of work."""
    answers = task_queries.answers_of(learner.session, learner.enrolment_id)
    entry = diary_queries.entry_by_key(learner.session, learner.person.id, own.entry) if own.entry else None
    drafts = [ClaimDraft(rating=own.rating, text=own.text)]
    if own.answer in answers:
        drafts.append(ClaimDraft(answer_id=answers[own.answer].id))
    if entry is not None:
        drafts.append(ClaimDraft(entry_id=entry.id))
    return drafts


def learner_of(session: Session, person: Person, run: Run, *, instructor: Person, now: datetime) -> Learner:
    """Return an enrolled person ready to work."""
    view = run_queries.run_for(session, run.id, person.id)
    if view is None or view.enrolment_id is None:
        raise LookupError(f"{person.username} is not enrolled in {run.name}")
    return Learner(
        session=session,
        person=person,
        run=run,
        outline=outline_of(session, view.content_hash),
        content_hash=view.content_hash,
        enrolment_id=view.enrolment_id,
        instructor=instructor,
        now=now,
    )
