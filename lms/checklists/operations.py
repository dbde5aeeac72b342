"""Changing claims: writing in them, requesting approval, deciding, and recording each step."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms import audit, db, limits, quota, versions
from lms.checklists import content_store, evidence, queries
from lms.checklists.models import Claim, ClaimEvent, ClaimEvidence, EvidenceKind
from lms.checklists.read_models import Prospect
from lms.checklists.states import CHANGEABLE, DECISIONS, MOVES, ClaimAction, ClaimState
from lms.errors import Conflict, Invalid, NotAllowed, NotFound
from lms.i18n import _
from lms.login import Actor

UNDO_WITHIN = timedelta(minutes=10)
MOST_EVIDENCE = 10

AUDITED = {
    ClaimAction.REQUEST: "claim.requested",
    ClaimAction.WITHDRAW: "claim.withdrawn",
    ClaimAction.APPROVE: "claim.approved",
    ClaimAction.RETURN: "claim.returned",
    ClaimAction.UNDO: "claim.undone",
}


@dataclass(frozen=True)
class ClaimDraft:
    """What an owner has entered; None changes nothing."""

    rating: int | None = None
    text: str | None = None
    entry_id: int | None = None
    answer_id: int | None = None
    # the attached evidence to remove
    removed_id: int | None = None


NOTHING_NEW = ClaimDraft()


def open_claims(session: Session, person_ids: Iterable[int], *, checklist: str, now: datetime) -> None:
    """Create a claim for each person and criterion of the current set; existing claims are not changed."""
    criteria = queries.current_codes(session, checklist)
    rows = [
        {
            "person_id": person_id,
            "criterion_id": criterion_id,
            "checklist": checklist,
            "code": code,
            "text": "",
            "state": ClaimState.OPEN,
            "version": 1,
            "changed_at": now,
        }
        for person_id in person_ids
        for criterion_id, code in criteria
    ]
    if not rows:
        return
    key = ["person_id", "checklist", "code"]
    if session.get_bind().dialect.name == "postgresql":
        session.execute(postgresql.insert(Claim).on_conflict_do_nothing(index_elements=key), rows)
    else:
        session.execute(sqlite.insert(Claim).on_conflict_do_nothing(index_elements=key), rows)


def save_claim(
    session: Session, claim: Claim, draft: ClaimDraft, *, by: Actor, version: int | None = None, now: datetime
) -> None:
    """Save what the owner has entered. Raises Conflict if the claim cannot be changed, or was changed elsewhere."""
    _require_owner(claim, by)
    _lock(session, claim, draft)
    _require_changeable(claim)
    if _is_same(claim, draft):  # sent again because the response was lost
        return
    versions.require_current(version, claim.version)
    limits.count(session, limits.CLAIM_SAVES, by.id, now=now)
    if _write(session, claim, draft, now=now):
        claim.version += 1
        claim.changed_at = now
    session.flush()


def request_approval(
    session: Session,
    claim: Claim,
    *,
    by: Actor,
    draft: ClaimDraft = NOTHING_NEW,
    version: int | None = None,
    now: datetime,
) -> bool:
    """Save what the owner has entered and request approval; return whether it was requested.

    When nobody can answer, the claim is only saved. Raises Conflict as save_claim does, Invalid when there is no
    rating, or neither words nor work.
    """
    _require_owner(claim, by)
    if queries.prospect_of(session, claim) is not Prospect.ANSWERED:
        save_claim(session, claim, draft, by=by, version=version, now=now)
        return False
    _lock(session, claim, draft)
    _require_changeable(claim)
    versions.require_current(version, claim.version)
    _require_complete(session, claim, draft)
    limits.count(session, limits.CLAIM_STEPS, by.id, now=now)
    criterion = queries.criterion_of(session, claim)
    _write(session, claim, draft, now=now)
    claim.criterion_id = criterion.id
    _refresh_evidence(session, claim)
    pieces = queries.evidence_of(session, claim.id)
    content_id = content_store.store_content(session, claim, pieces, criterion)
    event = _move(session, claim, ClaimAction.REQUEST, by=by, content_id=content_id, now=now)
    content_store.record_copies(session, claim, pieces, number=event.number)
    return True


def withdraw(session: Session, claim: Claim, *, by: Actor, version: int | None = None, now: datetime) -> None:
    """Take the request back, so that the owner can write again."""
    _require_owner(claim, by)
    _lock(session, claim)
    if claim.state is not ClaimState.WAITING:
        raise Conflict(_who_was_first(session, claim, by, _("This is not waiting for anybody just now.")))
    versions.require_current(version, claim.version)
    limits.count(session, limits.CLAIM_STEPS, by.id, now=now)
    _move(session, claim, ClaimAction.WITHDRAW, by=by, now=now)


def approve(
    session: Session, claim: Claim, *, by: Actor, comment: str = "", version: int | None = None, now: datetime
) -> None:
    """Approve a waiting claim. Raises NotAllowed for one's own, Conflict when somebody was first."""
    _decide(session, claim, ClaimAction.APPROVE, by=by, comment=comment, version=version, now=now)


def return_claim(
    session: Session, claim: Claim, *, by: Actor, comment: str, version: int | None = None, now: datetime
) -> None:
    """Say "not yet" with a next step. Raises as approve does, and Invalid without the next step."""
    if not comment.strip():
        raise Invalid(_("Write one next step, so that it is easy to go on."))
    _decide(session, claim, ClaimAction.RETURN, by=by, comment=comment, version=version, now=now)


def undo(session: Session, claim: Claim, *, by: Actor, version: int | None = None, now: datetime) -> None:
    """Take one's own decision back: the claim waits again, with the time of the original request.

    Raises Conflict after ten minutes, and when another step has followed the decision.
    """
    _lock(session, claim)
    last = queries.last_event(session, claim.id)
    is_own = last is not None and last.by_id == by.id and last.action in DECISIONS
    if last is None or not is_own or last.at != claim.changed_at:
        raise Conflict(_("There is no answer of yours here to take back."))
    versions.require_current(version, claim.version)
    if now - last.at > UNDO_WITHIN:
        raise Conflict(_("An answer can be taken back for ten minutes. They have passed."))
    limits.count(session, limits.DECISIONS, by.id, now=now)
    asked = queries.last_event(session, claim.id, ClaimAction.REQUEST)
    _move(session, claim, ClaimAction.UNDO, by=by, now=now)
    claim.changed_at = asked.at if asked else now
    session.flush()


def _decide(
    session: Session,
    claim: Claim,
    action: ClaimAction,
    *,
    by: Actor,
    comment: str,
    version: int | None,
    now: datetime,
) -> None:
    if claim.person_id == by.id:
        raise NotAllowed(_("This is your own. Somebody else answers it."))
    _lock(session, claim)
    if claim.state is not ClaimState.WAITING:
        raise Conflict(_who_was_first(session, claim, by, _("This does not wait for an answer.")))
    if not versions.is_current(version, claim.version):
        raise Conflict(_("The text was changed while you had it open. Read it once more."))
    limits.count(session, limits.DECISIONS, by.id, now=now)
    _move(session, claim, action, by=by, comment=comment.strip(), now=now)


def _lock(session: Session, claim: Claim, draft: ClaimDraft | None = None) -> None:
    """Reload the claim and lock it until the transaction ends.

    With a draft, the work that is or will be attached is protected from deletion, too. Raises NotFound when its
    person has erased the claim meanwhile.
    """
    if not db.lock(session, claim):
        raise NotFound
    if draft is not None:
        pieces = queries.evidence_of(session, claim.id)
        evidence.lock(
            session,
            entry_ids=[*(piece.entry_id for piece in pieces), draft.entry_id],
            answer_ids=[*(piece.answer_id for piece in pieces), draft.answer_id],
        )


def _require_owner(claim: Claim, by: Actor) -> None:
    if claim.person_id != by.id:
        raise NotFound


def _require_changeable(claim: Claim) -> None:
    if claim.state is ClaimState.WAITING:
        raise Conflict(_("This waits for your instructor. Take the request back first, then you can write."))
    if claim.state not in CHANGEABLE:
        raise Conflict(_("This has been approved. It stays as it is."))


def _require_complete(session: Session, claim: Claim, draft: ClaimDraft) -> None:
    if draft.rating is None and claim.rating is None:
        raise Invalid(_("Choose first how well you can do this now."))
    text = claim.text if draft.text is None else draft.text
    kept = [piece for piece in queries.evidence_of(session, claim.id) if piece.id != draft.removed_id]
    if not (text.strip() or kept or draft.entry_id or draft.answer_id):
        raise Invalid(_("Write a few words about how you have done this, or attach your own work."))


def _who_was_first(session: Session, claim: Claim, by: Actor, otherwise: str) -> str:
    """Return a message about who was first and what they did; it may have been oneself, in another window."""
    last = queries.last_event(session, claim.id)
    if last is None:
        return otherwise
    if last.by_id == by.id:
        return str(_("You have already answered this.")) if last.action in DECISIONS else otherwise
    sentences = {
        ClaimAction.APPROVE: _("%(name)s was first and approved this.", name=last.by_name),
        ClaimAction.RETURN: _("%(name)s was first and answered: not yet.", name=last.by_name),
        ClaimAction.WITHDRAW: _("%(name)s took the request back.", name=last.by_name),
    }
    return str(sentences.get(last.action, otherwise))


def _is_same(claim: Claim, draft: ClaimDraft) -> bool:
    """Return whether the claim already contains what the draft says."""
    asks_nothing_more = not (draft.entry_id or draft.answer_id or draft.removed_id)
    return asks_nothing_more and draft.rating in (None, claim.rating) and draft.text in (None, claim.text)


def _write(session: Session, claim: Claim, draft: ClaimDraft, *, now: datetime) -> bool:
    """Apply the draft to the claim; return whether anything changed."""
    before = (claim.rating, claim.text)
    if draft.rating is not None:
        claim.rating = draft.rating
    if draft.text is not None:
        claim.text = draft.text
    changed = (claim.rating, claim.text) != before
    pieces = queries.evidence_of(session, claim.id)
    for piece in pieces:
        if piece.id == draft.removed_id:
            session.delete(piece)
            content_store.delete_unused_texts(session, claim.person_id, [piece.text_id])
            changed = True
    for kind, work_id in ((EvidenceKind.ENTRY, draft.entry_id), (EvidenceKind.ANSWER, draft.answer_id)):
        if work_id is not None:
            changed |= _attach(session, claim, pieces, kind=kind, work_id=work_id, now=now)
    return changed


def _attach(
    session: Session,
    claim: Claim,
    pieces: list[ClaimEvidence],
    *,
    kind: EvidenceKind,
    work_id: int,
    now: datetime,
) -> bool:
    """Attach a piece of own work as it is now; return whether it is new. Raises NotFound for others' work."""
    work = evidence.own_work(session, claim.person_id, kind, work_id)
    if work is None:
        raise NotFound
    if any(
        work_id == (piece.entry_id if kind is EvidenceKind.ENTRY else piece.answer_id) for piece in pieces
    ):
        return False
    if len(pieces) >= MOST_EVIDENCE:
        raise Invalid(_("There are ten pieces of work here already. Take one off first."))
    session.add(
        ClaimEvidence(
            claim_id=claim.id,
            kind=kind,
            entry_id=work_id if kind is EvidenceKind.ENTRY else None,
            answer_id=work_id if kind is EvidenceKind.ANSWER else None,
            title=work.title,
            text_id=content_store.store_text(session, claim.person_id, work.body),
            added_at=now,
        )
    )
    session.flush()
    return True


def _refresh_evidence(session: Session, claim: Claim) -> None:
    """Update each attached work to its present text; work that has been deleted remains as it was attached."""
    replaced = []
    for piece in queries.evidence_of(session, claim.id):
        work_id = piece.entry_id or piece.answer_id
        work = evidence.own_work(session, claim.person_id, piece.kind, work_id) if work_id else None
        if work is not None:
            text_id = content_store.store_text(session, claim.person_id, work.body)
            if text_id != piece.text_id:
                replaced.append(piece.text_id)
            piece.title, piece.text_id = work.title, text_id
    if replaced:
        content_store.delete_unused_texts(session, claim.person_id, replaced)


def _move(
    session: Session,
    claim: Claim,
    action: ClaimAction,
    *,
    by: Actor,
    comment: str = "",
    content_id: int | None = None,
    now: datetime,
) -> ClaimEvent:
    """Take and record one allowed step; every step except a request refers to the content of the last request."""
    target = MOVES.get((claim.state, action))
    last = queries.last_event(session, claim.id)
    about = content_id or (last.content_id if last else None)
    if target is None or about is None:
        raise Conflict(_("This changed while you had it open. Look at it again."))
    is_taking_back = action in (ClaimAction.WITHDRAW, ClaimAction.UNDO)
    quota.take(session, by.id, quota.size_of(comment), even_when_full=is_taking_back)
    event = ClaimEvent(
        claim_id=claim.id,
        number=last.number + 1 if last else 1,
        action=action,
        at=now,
        by_id=by.id,
        by_name=by.name,
        comment=comment,
        content_id=about,
    )
    session.add(event)
    claim.state = target
    claim.version += 1
    claim.changed_at = now
    audit.record(
        session,
        AUDITED[action],
        by=by.id,
        object_type="claim",
        object_id=claim.id,
        about=claim.person_id,
        now=now,
    )
    session.flush()
    return event
