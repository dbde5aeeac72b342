"""How the people of a run are doing: the group in a table, and one person."""

from collections.abc import Collection
from dataclasses import dataclass

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from lms import access, audit, clock, db
from lms.access import Permission
from lms.checklists import queries as claim_queries
from lms.checklists.read_models import ClaimCounts
from lms.diary import readers as diary_readers
from lms.errors import NotFound
from lms.i18n import current_language
from lms.lessons import queries as lesson_queries
from lms.links import named, url_for
from lms.login import SignedIn, signed_in
from lms.paging import Pages
from lms.review import queries
from lms.runs import policy as run_policy
from lms.runs import queries as run_queries
from lms.runs.queries import RunView
from lms.tasks import queries as answer_queries
from lms.tasks.models import Reviewer

bp = Blueprint("review_staff", __name__)

PEOPLE = "/runs/<int:run_id>/people"
PEOPLE_ON_A_PAGE = 200
ENTRIES_ON_A_PAGE = 50


@dataclass(frozen=True)
class Progress:
    """One person of a run in numbers."""

    id: int
    name: str
    done: int
    tasks: int
    claims: ClaimCounts
    waiting: int


@bp.get(PEOPLE)
@named("run_people")
@access.requires(Permission.RUN_FOLLOW)
def people(run_id: int) -> ResponseReturnValue:
    session = db.session()
    run = run_policy.run_for_follower(session, run_id, signed_in())
    found = _progress(session, run)
    path = url_for("review_staff.people", run_id=run.id)
    pages = Pages.of(len(found), size=PEOPLE_ON_A_PAGE, path=path)
    return render_template(
        "review/people.html",
        run=run,
        title=run.outline.text_in(current_language(), "title"),
        people=pages.cut(found),
        count=len(found),
        pages=pages,
        lesson_count=len(run.outline.lessons),
        task_count=len(run.outline.required_tasks),
    )


def _progress(session: Session, run: RunView) -> list[Progress]:
    """Return everybody in the run by name; as many queries for two as for two hundred."""
    done = lesson_queries.done_in_run(session, run.id)
    finished = answer_queries.finished_tasks(session, run.id)
    claims = claim_queries.claim_counts(session, run.id)
    sent = queries.answers_waiting_in_run(session, run.id)
    required = {task.id for task in run.outline.required_tasks}
    found = []
    for person in run_queries.people_of_run(session, run.id):
        counts = claims.get(person.person_id, ClaimCounts())
        found.append(
            Progress(
                id=person.person_id,
                name=person.name,
                done=lesson_queries.count_done(run.outline, done.get(person.person_id, ())),
                tasks=len(finished.get(person.person_id, frozenset()) & required),
                claims=counts,
                waiting=counts.waiting + sent.get(person.person_id, 0),
            )
        )
    return found


@bp.get(f"{PEOPLE}/<int:person_id>")
@named("run_person")
@access.requires(Permission.RUN_FOLLOW)
def person(run_id: int, person_id: int) -> ResponseReturnValue:
    session, reader = db.session(), signed_in()
    run = run_policy.run_for_follower(session, run_id, reader)
    found = queries.person_in_run(session, run.id, person_id)
    if found is None:
        raise NotFound
    reads_texts = run_policy.may_read_texts(run, found.id, reader)
    done = lesson_queries.done_lessons(session, found.enrolment_id)
    checklist = run.outline.checklist
    pages = _entry_pages(session, run, found.id, reader) if reads_texts else None
    shown = {
        "tasks": _tasks(session, run, found.enrolment_id),
        "claims": claim_queries.claims_of(session, found.id, checklist) if checklist else [],
        "entries": _entries(session, found.id, reader, pages) if pages else [],
        "pages": pages,
    }
    audit.record_reading(
        session,
        "person.read",
        object_type="enrolment",
        object_id=found.enrolment_id,
        by=reader.id,
        about=found.id,
        now=clock.now(),
    )
    return render_template(
        "review/person.html",
        **shown,
        run=run,
        person=found,
        title=run.outline.text_in(current_language(), "title"),
        steps=_steps(run, done.keys()),
        done=len(done.keys() & run.outline.lessons_by_slug.keys()),
        reads_texts=reads_texts,
    )


def _steps(run: RunView, done: Collection[str]) -> list[dict[str, object]]:
    """Return the lessons as the path shows them."""
    language = current_language()
    steps: list[dict[str, object]] = []
    section = None
    for lesson in run.outline.lessons:
        own = lesson.section_in(language)
        steps.append(
            {
                "title": lesson.title_in(language),
                "section": own if own != section else None,
                "note": "",
                "state": "done" if lesson.slug in done else "open",
                "url": url_for("lessons.lesson", run_id=run.id, slug=lesson.slug)
                if run.is_instructor
                else None,
            }
        )
        section = own
    return steps


def _tasks(session: Session, run: RunView, enrolment_id: int) -> list[dict[str, object]]:
    """Return the course's tasks with the state of the person's answer."""
    answers = answer_queries.statuses_of(session, enrolment_id)
    tasks: list[dict[str, object]] = []
    for task in run.outline.tasks.values():
        if task.answer == "none":
            continue
        answer = answers.get(task.id)
        tasks.append(
            {
                "title": task.title,
                "extra": task.extra,
                "state": answer.state if answer else "",
                "is_own": answer is not None and answer.reviewer is Reviewer.SELF,
                "id": answer.id if answer and answer.is_for_instructors else None,
            }
        )
    return tasks


def _entry_pages(session: Session, run: RunView, person_id: int, reader: SignedIn) -> Pages:
    count = diary_readers.shared_count(session, person_id, reader_id=reader.id)
    path = url_for("review_staff.person", run_id=run.id, person_id=person_id)
    return Pages.of(count, size=ENTRIES_ON_A_PAGE, path=path, anchor="entries")


def _entries(session: Session, person_id: int, reader: SignedIn, pages: Pages) -> list[dict[str, object]]:
    """Return the person's shared diary entries, those marked whose newest text the reader has not opened."""
    found = diary_readers.shared_entries_of(
        session, person_id, reader_id=reader.id, limit=pages.size, offset=pages.offset
    )
    return [{"entry": entry, "is_new": entry.is_unread} for entry in found]
