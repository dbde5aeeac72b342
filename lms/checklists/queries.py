"""Reading claims, their record, and the criteria that they are measured against."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from lms import db
from lms.catalogue.models import CourseVersion
from lms.checklists.models import Claim, ClaimContent, ClaimContentPiece, ClaimEvent, ClaimEvidence, ClaimText
from lms.checklists.read_models import (
    AskedClaim,
    ChecklistSummary,
    ClaimCounts,
    ClaimRow,
    ClaimSnapshot,
    CriterionView,
    EvidencePiece,
    Prospect,
    Step,
    Texts,
)
from lms.checklists.states import CHANGEABLE, ClaimAction, ClaimState
from lms.criteria.models import CriteriaSet, Criterion
from lms.diary.models import IS_PRESENT, DiaryEntry
from lms.runs.following import has_reviewer
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState


def checklists_of(session: Session, person_id: int) -> list[ChecklistSummary]:
    """Return the person's checklists by name, with the number of claims in each state."""
    counts: dict[str, dict[ClaimState, int]] = defaultdict(dict)
    counted = (
        select(Claim.checklist, Claim.state, func.count().label("claims"))
        .where(Claim.person_id == person_id)
        .group_by(Claim.checklist, Claim.state)
    )
    for row in session.execute(counted):
        counts[row.checklist][row.state] = row.claims
    titles = titles_of(session, counts)
    return [ChecklistSummary(slug, titles.get(slug, {"fi": slug}), counts[slug]) for slug in sorted(counts)]


def titles_of(session: Session, slugs: Iterable[str]) -> dict[str, Texts]:
    """Return the titles of the current criteria sets."""
    statement = select(CriteriaSet.slug, CriteriaSet.title).where(
        CriteriaSet.slug.in_(list(slugs)), CriteriaSet.is_current
    )
    return {row.slug: row.title for row in session.execute(statement)}


def claims_of(session: Session, person_id: int, checklist: str) -> list[ClaimRow]:
    """Return a person's claims of a checklist in the order of the criteria, in one query.

    A claim that its owner can still change has the current wording; others have that of their own criterion.
    """
    own, current, current_set = aliased(Criterion), aliased(Criterion), aliased(CriteriaSet)
    statement = (
        select(
            *(Claim.id, Claim.code, Claim.state, Claim.rating, Claim.version, Claim.changed_at),
            *(own.wording, own.group_title, own.position),
            current.wording.label("new_wording"),
            current.group_title.label("new_group_title"),
            current.position.label("new_position"),
            *(ClaimEvent.action, ClaimEvent.at, ClaimEvent.by_name),
        )
        .join(own, own.id == Claim.criterion_id)
        .outerjoin(current_set, and_(current_set.slug == Claim.checklist, current_set.is_current))
        .outerjoin(current, and_(current.set_id == current_set.id, current.code == Claim.code))
        .outerjoin(ClaimEvent, and_(ClaimEvent.claim_id == Claim.id, is_last_event()))
        .where(Claim.person_id == person_id, Claim.checklist == checklist)
    )
    placed = []
    for row in session.execute(statement):
        is_new = row.state in CHANGEABLE and row.new_wording is not None
        claim = ClaimRow(
            id=row.id,
            code=row.code,
            state=row.state,
            rating=row.rating,
            version=row.version,
            changed_at=row.changed_at,
            wording=row.new_wording if is_new else row.wording,
            group_title=row.new_group_title if is_new else row.group_title,
            last_action=row.action,
            last_at=row.at,
            last_by=row.by_name,
        )
        placed.append((row.new_position or row.position, row.id, claim))
    return [claim for _position, _id, claim in sorted(placed, key=lambda item: item[:2])]


def is_last_event() -> ColumnElement[bool]:
    later = aliased(ClaimEvent)
    return ~exists().where(later.claim_id == ClaimEvent.claim_id, later.number > ClaimEvent.number)


def claim_owned_by(session: Session, claim_id: int, person_id: int) -> Claim | None:
    return session.scalar(select(Claim).where(Claim.id == claim_id, Claim.person_id == person_id))


def current_codes(session: Session, checklist: str) -> list[tuple[int, str]]:
    """Return id and code of each criterion of the current set."""
    statement = (
        select(Criterion.id, Criterion.code)
        .join(CriteriaSet, CriteriaSet.id == Criterion.set_id)
        .where(CriteriaSet.slug == checklist, CriteriaSet.is_current)
        .order_by(Criterion.position)
    )
    return [(row.id, row.code) for row in session.execute(statement)]


def checklist_of_version(session: Session, version_id: int) -> str | None:
    """Return the name of the checklist that a course version uses."""
    return session.scalar(select(CourseVersion.checklist).where(CourseVersion.id == version_id))


def people_of_run(session: Session, run_id: int) -> list[int]:
    return list(session.scalars(select(Enrolment.person_id).where(Enrolment.run_id == run_id)))


def set_of(session: Session, checklist: str) -> CriteriaSet | None:
    """Return the current version of a checklist's criteria, without the criteria."""
    return session.scalar(select(CriteriaSet).where(CriteriaSet.slug == checklist, CriteriaSet.is_current))


def criterion_of(session: Session, claim: Claim | AskedClaim, *, as_asked: bool = False) -> CriterionView:
    """Return the criterion that the claim is measured against.

    While the owner can still change the claim, that is the current wording; after that, and `as_asked`,
    the one against which approval was asked for.
    """
    counted = aliased(Criterion)
    statement = (
        select(
            *(Criterion.id, Criterion.code, Criterion.wording, Criterion.official, Criterion.group_title),
            *(Criterion.position, CriteriaSet.slug, CriteriaSet.number, CriteriaSet.title, CriteriaSet.year),
            select(func.count())
            .select_from(counted)
            .where(counted.set_id == CriteriaSet.id)
            .scalar_subquery()
            .label("of"),
            CriteriaSet.is_current,
        )
        .join(CriteriaSet, CriteriaSet.id == Criterion.set_id)
        .where(
            or_(
                Criterion.id == claim.criterion_id,
                and_(
                    CriteriaSet.slug == claim.checklist, CriteriaSet.is_current, Criterion.code == claim.code
                ),
            )
        )
    )
    found = db.read(session, CriterionView, statement)
    if claim.state in CHANGEABLE and not as_asked:
        return max(found, key=lambda criterion: criterion.is_current)
    return max(found, key=lambda criterion: criterion.id == claim.criterion_id)


def steps_of(session: Session, claim_id: int, *, limit: int, offset: int = 0) -> list[Step]:
    """Return the newest steps of a claim's history, skipping `offset`; the oldest of them comes first."""
    words = case((ClaimEvent.action == ClaimAction.REQUEST, func.coalesce(ClaimText.body, "")), else_="")
    statement = (
        select(
            *(ClaimEvent.number, ClaimEvent.action, ClaimEvent.at, ClaimEvent.by_id, ClaimEvent.by_name),
            *(ClaimEvent.comment, ClaimEvent.content_id, words.label("text")),
        )
        .join(ClaimContent, ClaimContent.id == ClaimEvent.content_id)
        .outerjoin(ClaimText, ClaimText.id == ClaimContent.text_id)
        .where(ClaimEvent.claim_id == claim_id)
        .order_by(ClaimEvent.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return db.read(session, Step, statement)[::-1]


def last_event(session: Session, claim_id: int, *actions: ClaimAction) -> ClaimEvent | None:
    """Return the newest event of a claim, or the newest with one of the given actions."""
    statement = select(ClaimEvent).where(ClaimEvent.claim_id == claim_id)
    if actions:
        statement = statement.where(ClaimEvent.action.in_(actions))
    return session.scalar(statement.order_by(ClaimEvent.number.desc()).limit(1))


def evidence_of(session: Session, claim_id: int) -> list[ClaimEvidence]:
    """Return the work attached to a claim, in the order in which it was attached."""
    statement = select(ClaimEvidence).where(ClaimEvidence.claim_id == claim_id).order_by(ClaimEvidence.id)
    return list(session.scalars(statement))


def pieces_of(session: Session, claim_id: int) -> list[EvidencePiece]:
    """Return the work attached to a claim as it was attached, in that order; an entry by its id while it is there."""
    statement = (
        select(ClaimEvidence.kind, ClaimEvidence.title, ClaimText.body, ClaimEvidence.id)
        .add_columns(DiaryEntry.id.label("entry_id"))
        .join(ClaimText, ClaimText.id == ClaimEvidence.text_id)
        .outerjoin(DiaryEntry, and_(DiaryEntry.id == ClaimEvidence.entry_id, IS_PRESENT))
        .where(ClaimEvidence.claim_id == claim_id)
        .order_by(ClaimEvidence.id)
    )
    return db.read(session, EvidencePiece, statement)


def content_of(session: Session, content_id: int) -> ClaimSnapshot:
    """Return a content with its texts."""
    return _contents(session, ClaimContent.id == content_id)[0]


def last_content_of(session: Session, claim_id: int) -> ClaimSnapshot | None:
    """Return the content that the last step of a claim refers to, None when there has been no step."""
    last = (
        select(ClaimEvent.content_id)
        .where(ClaimEvent.claim_id == claim_id)
        .order_by(ClaimEvent.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    return next(iter(_contents(session, ClaimContent.id == last)), None)


def _contents(session: Session, which: ColumnElement[bool]) -> list[ClaimSnapshot]:
    """Return the matching content, if any, in one query, which has a row for each piece of work, or one row without."""
    words, work = aliased(ClaimText), aliased(ClaimText)
    statement = (
        select(ClaimContent.rating, func.coalesce(words.body, "").label("text"), ClaimContent.wording)
        .add_columns(ClaimContentPiece.kind, ClaimContentPiece.title, work.body)
        .outerjoin(words, words.id == ClaimContent.text_id)
        .outerjoin(ClaimContentPiece, ClaimContentPiece.content_id == ClaimContent.id)
        .outerjoin(work, work.id == ClaimContentPiece.text_id)
        .where(which)
        .order_by(ClaimContentPiece.position)
    )
    rows = session.execute(statement).all()
    pieces = tuple(EvidencePiece(row.kind, row.title, row.body) for row in rows if row.kind)
    return [ClaimSnapshot(row.rating, row.text, row.wording, pieces) for row in rows[:1]]


def prospect_of(session: Session, claim: Claim) -> Prospect:
    """Return whether somebody else can answer the claim now, and if not, why; one query."""
    statement = (
        select(has_reviewer(other_than=claim.person_id))
        .select_from(Run)
        .join(Enrolment, Enrolment.run_id == Run.id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(Enrolment.person_id == claim.person_id, CourseVersion.checklist == claim.checklist)
        .where(Run.state == RunState.OPEN)
    )
    open_runs = session.scalars(statement).all()
    if any(open_runs):
        return Prospect.ANSWERED
    return Prospect.NO_INSTRUCTOR if open_runs else Prospect.NOT_OPEN


def approved_codes(session: Session, run_id: int) -> dict[int, frozenset[str]]:
    """Return the approved codes of a run's checklist for each person in the run who has one."""
    found: dict[int, set[str]] = defaultdict(set)
    for row in session.execute(_claims_in_run(run_id).where(Claim.state == ClaimState.APPROVED)):
        found[row.person_id].add(row.code)
    return {person_id: frozenset(codes) for person_id, codes in found.items()}


def claim_counts(session: Session, run_id: int) -> dict[int, ClaimCounts]:
    """Return each person's progress with the claims of the run's checklist."""
    found: dict[int, Counter[ClaimState]] = defaultdict(Counter)
    for row in session.execute(_claims_in_run(run_id)):
        found[row.person_id][row.state] += 1
    return {
        person_id: ClaimCounts(counts.total(), counts[ClaimState.APPROVED], counts[ClaimState.WAITING])
        for person_id, counts in found.items()
    }


def waiting_in_run(session: Session, run_id: int) -> int:
    """Return how many claims of a run's checklist wait for an answer."""
    waiting = _claims_in_run(run_id).where(Claim.state == ClaimState.WAITING).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def _claims_in_run(run_id: int) -> Select[int, str, ClaimState]:
    return (
        select(Claim.person_id, Claim.code, Claim.state)
        .join(Enrolment, Enrolment.person_id == Claim.person_id)
        .join(Run, Run.id == Enrolment.run_id)
        .join(CourseVersion, CourseVersion.id == Run.version_id)
        .where(Run.id == run_id, Claim.checklist == CourseVersion.checklist)
    )
