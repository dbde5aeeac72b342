"""A run whose people have come different ways towards their certificate."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock, db
from lms.access import Role
from lms.accounts.models import Person
from lms.certificates import operations, policy, queries
from lms.certificates.drafts import CertificateDraft, drafts
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import CriteriaSet
from lms.lessons.models import LessonMark
from lms.login import SignedIn
from lms.runs import queries as runs
from lms.runs.models import Enrolment, Run
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.states import AnswerState
from tests import factories
from tests.conftest import NOW

BASE_URL = "http://127.0.0.1:8000"
TASKS = [
    {"id": "hissipuhe", "title": "Hissipuhe", "answer": "text", "review": "instructor", "extra": False},
    {"id": "muistio", "title": "Muistio", "answer": "text", "review": "self", "extra": False},
    {"id": "lisä", "title": "Lisä", "answer": "text", "review": "self", "extra": True},
    {"id": "kävely", "title": "Kävely", "answer": "none", "review": "self", "extra": False},
]


@dataclass
class Scene:
    session: Session
    run: Run
    criteria: CriteriaSet
    instructor: Person
    staff: Person

    def add(self, username: str, name: str = "", language: str = "fi") -> Person:
        person = factories.make_person(self.session, username, name=name)
        person.language = language
        factories.make_enrolment(self.session, self.run, person)
        return person

    def enrolment_of(self, person: Person) -> Enrolment:
        found = self.session.scalar(
            select(Enrolment).where(Enrolment.run_id == self.run.id, Enrolment.person_id == person.id)
        )
        assert found
        return found

    def mark_lessons(self, person: Person, *slugs: str) -> None:
        enrolment = self.enrolment_of(person)
        self.session.add_all(
            LessonMark(enrolment_id=enrolment.id, lesson=slug, done_at=NOW) for slug in slugs
        )
        self.session.flush()

    def answer(self, person: Person, task: str, reviewer: Reviewer, state: AnswerState) -> None:
        self.session.add(
            TaskAnswer(
                enrolment_id=self.enrolment_of(person).id,
                task=task,
                lesson="alku",
                title=task,
                reviewer=reviewer,
                text="Teksti.",
                state=state,
                version=1,
                saved_at=NOW,
                sent_at=NOW,
            )
        )
        self.session.flush()

    def approve(self, person: Person, codes: Sequence[int], wording: dict[str, str] | None = None) -> None:
        for criterion in self.criteria.criteria:
            if criterion.code not in {f"osaamistavoitteet_{code}" for code in codes}:
                continue
            found = self.session.scalar(
                select(Claim).where(Claim.person_id == person.id, Claim.code == criterion.code)
            )
            claim = found or Claim(
                person_id=person.id,
                criterion_id=criterion.id,
                checklist="lista",
                code=criterion.code,
                text="",
                version=1,
                changed_at=NOW,
            )
            claim.state = ClaimState.APPROVED
            self.session.add(claim)
            self.session.flush()
            asked = {
                "code": criterion.code,
                "set": "lista",
                "number": 1,
                "wording": wording or criterion.wording,
                "official": None,
            }
            content = factories.make_content(self.session, claim, wording=asked)
            self.session.add(
                ClaimEvent(
                    claim_id=claim.id,
                    number=1,
                    action=ClaimAction.APPROVE,
                    at=NOW,
                    by_id=self.instructor.id,
                    by_name=self.instructor.name,
                    comment="",
                    content_id=content.id,
                )
            )
        self.session.flush()

    def finish(self, person: Person) -> Person:
        """Let the person do all that the course asks for."""
        self.mark_lessons(person, "alku", "loppu")
        self.answer(person, "hissipuhe", Reviewer.INSTRUCTOR, AnswerState.PASSED)
        self.answer(person, "muistio", Reviewer.SELF, AnswerState.SENT)
        self.approve(person, (1073, 1074))
        return person

    def add_ready(self, username: str, name: str = "", language: str = "fi") -> Person:
        return self.finish(self.add(username, name, language))


def make_scene(session: Session, **outline: Any) -> Scene:
    """Make a run that asks for lessons, tasks and a checklist; commit before the app must see it."""
    criteria = factories.make_criteria(session)
    lessons = [factories.lesson_json("alku", tasks=TASKS), factories.lesson_json("loppu")]
    asked = {"checklist": "lista", "requires": ["lessons", "tasks", "checklist"], "title": "Työelämätaidot"}
    version = factories.make_version(
        session, factories.outline_json("tyoelamataidot", lessons, **asked | outline)
    )
    liisa = factories.make_person(session, "liisa", Role.INSTRUCTOR, name="Liisa Laine")
    saara = factories.make_person(session, "saara", Role.STAFF, name="Saara Salmi")
    run = factories.make_run(session, version, instructors=[liisa])
    return Scene(session, run, criteria, liisa, saara)


def signed_in(person: Person, *roles: Role) -> SignedIn:
    return SignedIn(
        id=person.id,
        username=person.username,
        name=person.name,
        language=person.language,
        roles=frozenset(roles),
        sign_in_id=0,
        token="",
    )


def drafts_of(app: Flask, scene: Scene) -> list[CertificateDraft]:
    """Return the drafts of everybody in the run, from a session of its own."""
    with app.app_context(), db.reading() as session:
        run = policy.run_for_issuer(session, scene.run.id, signed_in(scene.staff, Role.STAFF))
        people = queries.enrolled_people(session, scene.run.id)
        assert runs.run_for(session, scene.run.id, scene.staff.id) == run
        return drafts(
            session,
            run,
            people,
            signer_name=scene.staff.name,
            issuer_name="Esimerkkikaupungin Taitoverstas",
            today=clock.today(),
        )


def issue_all(app: Flask, scene: Scene) -> list[str]:
    """Issue to everybody in the run and return the numbers."""
    made = drafts_of(app, scene)
    with app.app_context():
        return [
            operations.issue(draft, by=scene.staff.id, base_url=BASE_URL, now=clock.now()).number
            for draft in made
        ]
