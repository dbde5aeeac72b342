"""A site in which every kind of thing is there, with one text in every field that people or authors write."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.catalogue.outline import TaskOutline
from lms.checklists import operations as claims
from lms.checklists.models import Claim
from lms.checklists.operations import ClaimDraft
from lms.checklists.states import ClaimState
from lms.criteria.models import CriteriaSet, Criterion
from lms.diary import operations as diary
from lms.diary.models import DiaryEntry
from lms.lessons.models import LessonMark
from lms.runs import operations as runs
from lms.runs.models import Enrolment, Run
from lms.tasks import operations as tasks
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.states import AnswerState
from tests import factories
from tests.certificates.scene import signed_in
from tests.client import Client
from tests.conftest import NOW

CHECKLIST = "lista"
CODES = (1073, 1074, 1075)
ROLES = {
    "aino": Role.PARTICIPANT,
    "cia": Role.PARTICIPANT,
    "bertil": Role.INSTRUCTOR,
    "tea": Role.TEACHER,
    "didrik": Role.STAFF,
    "paavo": Role.ADMIN,
}
# who has met everything in the first run, and whose certificate is from the second
READY = "cia"


@dataclass
class WholeSite:
    app: Flask
    session: Session
    text: str
    people: dict[str, Person]
    run: Run
    small_run: Run

    def browser(self, name: str) -> Client:
        return Client(self.app).sign_in(name)

    def enrolment_of(self, person: Person, run: Run) -> int:
        return self.session.scalars(
            select(Enrolment.id).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id)
        ).one()


def make_whole_site(app: Flask, session: Session, *, text: str) -> WholeSite:
    """Make the site: Aino has work in every stage, Cia is ready for a certificate and holds another."""
    factories.make_guide(session, text)
    criteria = factories.make_criteria(session, CHECKLIST, CODES)
    write_into_criteria(session, criteria, text)
    people = {
        name: factories.make_person(session, name, role, name=text if role is not Role.TEACHER else "Tea")
        for name, role in ROLES.items()
    }
    version = factories.make_version(session, _outline(text), _parts(text))
    small = factories.outline_json("pieni", title=f"{text} pieni", summary=text, topics=[text])
    run = factories.make_run(session, version, name=text, instructors=[people["bertil"]])
    small_run = factories.make_run(
        session, factories.make_version(session, small), name=text, self_enrolment=True
    )
    for name in ("aino", READY):
        runs.enrol(session, run, people[name].id, by=None, now=NOW)
        runs.enrol(session, small_run, people[name].id, by=None, now=NOW)
    site = WholeSite(app, session, text, people, run, small_run)
    _work_as_aino(site)
    finish(site, people[READY])
    session.commit()
    tried = site.browser("aino").post(f"/runs/{run.id}/quizzes/kysely", {"q1": text, "q2": "0"})
    assert tried.status_code == 302, tried.status_code
    issue_certificates(site)
    # the course has a newer version than the run
    factories.make_version(session, _outline(text, title=f"{text} 2"), _parts(text))
    session.commit()
    return site


def write_into_criteria(session: Session, criteria: CriteriaSet, text: str) -> None:
    words = {"fi": text, "sv": text, "en": text}
    criteria.title = criteria.unit_title = criteria.part_unit_title = words
    session.execute(update(Criterion).values(group_title=words, wording=words, official=words))
    session.flush()
    session.expire_all()


TASKS = (("viesti", "instructor"), ("muistio", "self"))


def _outline(text: str, **more: Any) -> dict[str, Any]:
    lesson = factories.lesson_json(
        "alku",
        title=text,
        section=text,
        tasks=[
            {"id": task, "title": text, "answer": "text", "review": review, "extra": False}
            for task, review in TASKS
        ],
        quizzes=[{"id": "kysely", "title": text, "questions": 2}],
        prompts=[{"id": "opit", "title": text}],
    )
    asked = {"checklist": CHECKLIST, "requires": ["lessons", "tasks", "checklist"]}
    words = {"title": text, "summary": text, "topics": [text]}
    return factories.outline_json(
        "suuri", [lesson, factories.lesson_json("loppu", title=text)], **asked, **words | more
    )


def _questions(text: str) -> list[dict[str, Any]]:
    plain = {"general_feedback": text, "numbers": [], "wrong_feedback": text, "pairs": [], "options": []}
    choice = {"text": text, "right": True, "feedback": text}
    return [
        {"key": "a", "kind": "words", "text": text, "choices": [choice], **plain},
        {"key": "b", "kind": "one", "text": text, "choices": [choice, {**choice, "right": False}], **plain},
    ]


def _parts(text: str) -> dict[str, list[dict[str, Any]]]:
    html = "<p>Teksti.</p>"
    parts: list[dict[str, Any]] = [
        {"kind": "prose", "html": html},
        {"kind": "note", "title": text, "html": html},
        {"kind": "steps", "title": text, "html": html},
        {"kind": "quiz", "id": "kysely", "title": text, "questions": _questions(text)},
        {"kind": "diary", "id": "opit", "title": text, "html": html},
    ]
    parts += [
        {
            "kind": "task",
            "id": task,
            "title": text,
            "answer": "text",
            "review": review,
            "extra": False,
            "html": html,
        }
        for task, review in TASKS
    ]
    return {"alku": parts, "loppu": [{"kind": "prose", "html": html}]}


def _work_as_aino(site: WholeSite) -> None:
    session, text = site.session, site.text
    aino, bertil = site.people["aino"], signed_in(site.people["bertil"], Role.INSTRUCTOR)
    me = signed_in(aino, Role.PARTICIPANT)
    enrolment, small = site.enrolment_of(aino, site.run), site.enrolment_of(aino, site.small_run)
    session.add(LessonMark(enrolment_id=enrolment, lesson="alku", done_at=NOW))
    mark_small_course(session, small)
    outline = _outline(text)["lessons"][0]["tasks"]
    for task in outline:
        sent = tasks.send_answer(session, enrolment, _task(task), text=text, version=None, by=me, now=NOW)
        if task["review"] == "instructor":
            tasks.return_answer(session, sent, comment=text, version=None, by=bertil, now=NOW)
    shared = _write(site, aino, "jaettu", shared=True)
    diary.comment(session, shared, body=text, by=bertil, now=NOW)
    private = _write(site, aino, "oma", shared=False)
    own = claims_of(session, aino)
    for claim in own[:2]:
        claims.save_claim(
            session, claim, ClaimDraft(rating=3, text=text, entry_id=private.id), by=aino, now=NOW
        )
        claims.save_claim(session, claim, ClaimDraft(answer_id=sent.id), by=aino, now=NOW)
        claims.request_approval(session, claim, by=aino, now=NOW)
    claims.return_claim(session, own[0], comment=text, by=bertil, now=NOW)


def _task(task: dict[str, Any]) -> Any:
    from_outline = dict(task)
    return TaskOutline(**from_outline, lesson="alku")


def _write(site: WholeSite, person: Person, key: str, *, shared: bool) -> DiaryEntry:
    """Write an entry and save it once more."""
    first = diary.EntryContent(title=site.text, body=f"{site.text} ensin", shared=shared)
    then = diary.EntryContent(title=site.text, body=site.text, shared=shared)
    saved = diary.write(site.session, first, key=key, version=0, origin=None, by=person.id, now=NOW)
    return diary.save(site.session, saved.entry, then, version=1, now=NOW).entry


def claims_of(session: Session, person: Person) -> list[Claim]:
    return list(session.scalars(select(Claim).where(Claim.person_id == person.id).order_by(Claim.id)))


def mark_small_course(session: Session, enrolment: int) -> None:
    session.add_all(
        LessonMark(enrolment_id=enrolment, lesson=lesson, done_at=NOW) for lesson in ("alku", "loppu")
    )


def finish(site: WholeSite, person: Person) -> None:
    """Let a person meet everything that both courses ask for."""
    session, bertil = site.session, signed_in(site.people["bertil"], Role.INSTRUCTOR)
    enrolment = site.enrolment_of(person, site.run)
    mark_small_course(session, enrolment)
    mark_small_course(session, site.enrolment_of(person, site.small_run))
    add_answers(session, enrolment, site.text, state=AnswerState.PASSED)
    for claim in claims_of(session, person):
        claims.request_approval(
            session, claim, by=person, draft=ClaimDraft(rating=4, text=site.text), now=NOW
        )
        claims.approve(session, claim, comment=site.text, by=bertil, now=NOW)


def add_answers(session: Session, enrolment: int, text: str, *, state: AnswerState) -> None:
    """Give an answer to both tasks, the instructor's in the given state."""
    for task, review in TASKS:
        session.add(
            TaskAnswer(
                enrolment_id=enrolment,
                task=task,
                lesson="alku",
                title=text,
                reviewer=Reviewer(review),
                text=text,
                state=state if review == "instructor" else AnswerState.SENT,
                version=1,
                saved_at=NOW,
                sent_at=NOW,
            )
        )
    session.flush()


def issue_certificates(site: WholeSite) -> None:
    """Give the certificate of the small course to those who have read it."""
    staff, path = site.browser("didrik"), f"/staff/certificates/{site.small_run.id}"
    chosen = [str(site.people[name].id) for name in ("aino", READY)]
    answer = staff.post(path, {"people": chosen, "template": "completion", "confirm": "1"})
    assert answer.status_code == 302, answer.status_code


def add_participants(site: WholeSite, count: int) -> None:
    """Enrol more people, each with a waiting answer, a waiting claim, a shared entry and a lesson done."""
    session, made = site.session, []
    for number in range(count):
        person = factories.make_person(session, f"lisä{count}-{number}", name=site.text)
        enrolment = factories.make_enrolment(session, site.run, person)
        factories.make_enrolment(session, site.small_run, person)
        session.add(LessonMark(enrolment_id=enrolment.id, lesson="alku", done_at=NOW))
        add_answers(session, enrolment.id, site.text, state=AnswerState.SENT)
        session.add(_entry_of(person, f"lisä-{number}", site.text))
        made.append(person.id)
    claims.open_claims(session, made, checklist=CHECKLIST, now=NOW)
    waiting = {"state": ClaimState.WAITING, "rating": 3, "text": site.text}
    session.execute(update(Claim).where(Claim.person_id.in_(made)).values(waiting))
    # Aino writes on: her own pages grow too
    session.add_all(_entry_of(site.people["aino"], f"{count}-{number}", site.text) for number in range(count))
    session.commit()


def _entry_of(person: Person, key: str, text: str) -> DiaryEntry:
    return DiaryEntry(
        person_id=person.id,
        key=key,
        title=text,
        body=text,
        shared=True,
        shared_at=NOW,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
