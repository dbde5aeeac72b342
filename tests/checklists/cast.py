"""The cast of the claims' tests: Aino and her instructor, another run with its own, and staff."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.checklists import queries
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.read_models import ClaimSnapshot
from lms.checklists.states import MOVES, ClaimState
from lms.diary.models import DiaryEntry
from lms.runs import operations as runs
from lms.runs.models import Enrolment, Run
from lms.tasks.models import Reviewer, TaskAnswer
from lms.tasks.states import AnswerState
from tests import factories
from tests.conftest import NOW

CHECKLIST = "lista"


@dataclass(frozen=True)
class Cast:
    aino: Person
    bertil: Person
    cia: Person
    didrik: Person
    elsa: Person
    run: Run
    other_run: Run

    @property
    def everybody(self) -> tuple[Person, ...]:
        return (self.aino, self.bertil, self.cia, self.didrik, self.elsa)


def make_cast(session: Session, *, codes: tuple[int, ...] = (1073, 1074)) -> Cast:
    """Make two runs of one course with a checklist: Aino and Bertil in one, Cia and Elsa in the other."""
    factories.make_criteria(session, CHECKLIST, codes)
    task = {
        "id": "viesti",
        "title": "Viesti esihenkilölle",
        "answer": "text",
        "review": "instructor",
        "extra": False,
    }
    outline = factories.outline_json(
        checklist=CHECKLIST,
        lessons=[factories.lesson_json("alku", tasks=[task]), factories.lesson_json("loppu")],
    )
    parts = {"alku": [{"kind": "task", **{k: task[k] for k in task}, "html": "<p>Kirjoita viesti.</p>"}]}
    version = factories.make_version(session, outline, parts)
    aino, cia = (factories.make_person(session, name) for name in ("aino", "cia"))
    bertil, elsa = (factories.make_person(session, name, Role.INSTRUCTOR) for name in ("bertil", "elsa"))
    didrik = factories.make_person(session, "didrik", Role.STAFF)
    run = factories.make_run(session, version, instructors=[bertil])
    other_run = factories.make_run(session, version, name="Perjantain etäryhmä", instructors=[elsa])
    runs.enrol(session, run, aino.id, by=None, now=NOW)
    runs.enrol(session, other_run, cia.id, by=None, now=NOW)
    session.commit()
    return Cast(aino, bertil, cia, didrik, elsa, run, other_run)


def claims_of(session: Session, person: Person) -> list[Claim]:
    statement = select(Claim).where(Claim.person_id == person.id).order_by(Claim.id)
    return list(session.scalars(statement.execution_options(populate_existing=True)))


def claim_of(session: Session, person: Person) -> Claim:
    """Return the person's first claim as it is in the database now."""
    session.rollback()
    return claims_of(session, person)[0]


def events_of(session: Session, claim: Claim) -> list[ClaimEvent]:
    session.rollback()
    return list(
        session.scalars(select(ClaimEvent).where(ClaimEvent.claim_id == claim.id).order_by(ClaimEvent.number))
    )


def content_of(session: Session, event: ClaimEvent) -> ClaimSnapshot:
    """Return the content of the claim when the step was taken."""
    return queries.content_of(session, event.content_id)


def state_by_events(events: list[ClaimEvent]) -> ClaimState:
    """Walk the events from the beginning and return where they lead."""
    state = ClaimState.OPEN
    for event in events:
        state = MOVES[state, event.action]
    return state


def make_entry(
    session: Session,
    person: Person,
    *,
    title: str = "Keskiviikko",
    body: str = "Tein listan.",
    shared: bool = False,
) -> DiaryEntry:
    entry = DiaryEntry(
        person_id=person.id,
        key=f"{person.id}-{title}",
        title=title,
        body=body,
        shared=shared,
        shared_at=NOW if shared else None,
        version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(entry)
    session.commit()
    return entry


def make_answer(
    session: Session,
    run: Run,
    person: Person,
    *,
    text: str = "Hei! Kiitos sopimuksesta.",
    state: AnswerState = AnswerState.SENT,
    reviewer: Reviewer = Reviewer.INSTRUCTOR,
    sent_at: datetime | None = NOW,
) -> TaskAnswer:
    enrolment = session.scalars(
        select(Enrolment.id).where(Enrolment.run_id == run.id, Enrolment.person_id == person.id)
    ).one()
    answer = TaskAnswer(
        enrolment_id=enrolment,
        task="viesti",
        lesson="alku",
        title="Viesti esihenkilölle",
        reviewer=reviewer,
        text=text,
        state=state,
        version=1,
        saved_at=NOW,
        sent_at=sent_at,
    )
    session.add(answer)
    session.commit()
    return answer
