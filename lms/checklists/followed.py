"""Reading claims for the instructors who follow their owners: what waits, whose it is, what they have decided."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BindParameter, Select, Subquery, and_, func, literal, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.catalogue.models import CourseVersion
from lms.checklists.models import Claim, ClaimEvent
from lms.checklists.queries import is_last_event
from lms.checklists.read_models import AskedClaim, ClaimOwner, Decision, Texts, WaitingClaim
from lms.checklists.states import DECISIONS, ClaimState
from lms.criteria.models import Criterion
from lms.runs.following import followers
from lms.runs.models import Enrolment, Run

Id = int | BindParameter[int]


def followed_claims(instructor_id: Id, run_id: Id | None = None) -> Subquery:
    """Return the pairs of person and checklist that an instructor follows in open runs.

    The column `run_id` is the first such run; with the parameter `run_id`, only that run counts.
    """
    follower = followers(of_open_runs=True)
    statement = (
        select(Enrolment.person_id, CourseVersion.checklist, func.min(Run.id).label("run_id"))
        .join(Run, Run.id == Enrolment.run_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .join(follower, follower.c.run_id == Run.id)
        .where(follower.c.person_id == instructor_id, CourseVersion.checklist.is_not(None))
        .group_by(Enrolment.person_id, CourseVersion.checklist)
    )
    if run_id is not None:
        statement = statement.where(Run.id == run_id)
    return statement.subquery("followed")


def waiting_claims(instructor_id: Id, run_id: Id | None = None) -> Select[str, int, int, int, datetime]:
    """Return a select of other people's waiting claims: kind, id, person_id, run_id, since."""
    followed = followed_claims(instructor_id, run_id)
    return (
        select(
            literal("claim").label("kind"),
            Claim.id.label("id"),
            Claim.person_id.label("person_id"),
            followed.c.run_id.label("run_id"),
            Claim.changed_at.label("since"),
        )
        .join(
            followed, and_(followed.c.person_id == Claim.person_id, followed.c.checklist == Claim.checklist)
        )
        .where(Claim.state == ClaimState.WAITING, Claim.person_id != instructor_id)
    )


def claims_waiting_for(session: Session, instructor_id: int, limit: int) -> list[WaitingClaim]:
    """Return the claims that wait for this instructor, oldest first."""
    waiting = waiting_claims(instructor_id).subquery()
    statement = (
        select(
            *(Claim.id, Claim.person_id, Person.name.label("person_name")),
            *(Run.id.label("run_id"), Run.name.label("run_name")),
            *(Claim.code, Criterion.wording, Claim.changed_at.label("since"), Claim.version),
        )
        .join(waiting, waiting.c.id == Claim.id)
        .join(Person, Person.id == Claim.person_id)
        .join(Run, Run.id == waiting.c.run_id)
        .join(Criterion, Criterion.id == Claim.criterion_id)
        .order_by(Claim.changed_at, Claim.id)
        .limit(limit)
    )
    return db.read(session, WaitingClaim, statement)


def waiting_count(session: Session, instructor_id: int) -> int:
    """Return how many claims wait for this instructor."""
    return session.scalar(select(func.count()).select_from(waiting_claims(instructor_id).subquery())) or 0


def claims_seen_by(session: Session, instructor_id: int, claim_ids: Collection[int]) -> list[Claim]:
    """Return the claims with these ids whose owners the instructor follows, in the order of their ids."""
    followed = followed_claims(instructor_id)
    statement = (
        select(Claim)
        .join(
            followed, and_(followed.c.person_id == Claim.person_id, followed.c.checklist == Claim.checklist)
        )
        .where(Claim.id.in_(claim_ids))
        .order_by(Claim.id)
    )
    return list(session.scalars(statement))


def owner_of(session: Session, instructor_id: int, claim: Claim | AskedClaim) -> ClaimOwner:
    """Return whose claim it is, and the open run through which the instructor follows it."""
    followed = followed_claims(instructor_id)
    statement = (
        select(Person.id, Person.name, Run.id.label("run_id"), Run.name.label("run_name"))
        .join(followed, followed.c.person_id == Person.id)
        .join(Run, Run.id == followed.c.run_id)
        .where(Person.id == claim.person_id, followed.c.checklist == claim.checklist)
    )
    return db.read(session, ClaimOwner, statement)[0]


def labels_of(session: Session, claim_ids: Collection[int]) -> dict[int, tuple[str, Texts]]:
    """Return the owner's name and the wording of each claim."""
    statement = (
        select(Claim.id, Person.name, Criterion.wording)
        .join(Person, Person.id == Claim.person_id)
        .join(Criterion, Criterion.id == Claim.criterion_id)
        .where(Claim.id.in_(claim_ids))
    )
    return {row.id: (row.name, row.wording) for row in session.execute(statement)}


def decisions_since(session: Session, instructor_id: int, since: datetime, limit: int = 20) -> list[Decision]:
    """Return the instructor's decisions on claims they follow that are the newest step of the claim, newest first."""
    followed = followed_claims(instructor_id)
    statement = (
        select(
            *(Claim.id.label("claim_id"), Claim.version, ClaimEvent.action),
            *(Person.name.label("person_name"), Criterion.wording),
        )
        .join(ClaimEvent, ClaimEvent.claim_id == Claim.id)
        .join(Person, Person.id == Claim.person_id)
        .join(Criterion, Criterion.id == Claim.criterion_id)
        .join(
            followed, and_(followed.c.person_id == Claim.person_id, followed.c.checklist == Claim.checklist)
        )
        .where(
            ClaimEvent.by_id == instructor_id,
            ClaimEvent.action.in_(DECISIONS),
            ClaimEvent.at >= since,
            ClaimEvent.at == Claim.changed_at,
            is_last_event(),
        )
        .order_by(ClaimEvent.at.desc(), ClaimEvent.id.desc())
        .limit(limit)
    )
    return db.read(session, Decision, statement)
