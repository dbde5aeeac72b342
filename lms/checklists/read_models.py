"""What the claim queries return: frozen records, never the models."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.checklists.models import EvidenceKind
from lms.checklists.states import ClaimAction, ClaimState

Texts = Mapping[str, str]


class Prospect(StrEnum):
    """Whether a claim can be answered now, and if not, why."""

    ANSWERED = "answered"
    NO_INSTRUCTOR = "no instructor"
    NOT_OPEN = "not open"


@dataclass(frozen=True)
class ChecklistSummary:
    """One of a person's checklists, with the number of its claims in each state."""

    slug: str
    title: Texts
    counts: Mapping[ClaimState, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


@dataclass(frozen=True)
class EvidencePiece:
    """A piece of own work as it was then; `id` and `entry_id` are set while it is attached to the claim."""

    kind: EvidenceKind
    title: str
    body: str
    id: int | None = None
    entry_id: int | None = None


@dataclass(frozen=True)
class ClaimSnapshot:
    """The contents of a claim when approval was requested."""

    rating: int | None
    text: str
    wording: Mapping[str, object]
    evidence: tuple[EvidencePiece, ...]


@dataclass(frozen=True)
class AskedClaim:
    """A claim as its owner submitted it, without what they have written since or have taken back."""

    id: int
    person_id: int
    criterion_id: int
    checklist: str
    code: str
    state: ClaimState
    version: int
    changed_at: datetime
    # None when no approval is being requested
    asked: ClaimSnapshot | None


@dataclass(frozen=True)
class Step:
    """A step in a claim's life, without the evidence of that time."""

    number: int
    action: ClaimAction
    at: datetime
    by_id: int | None
    by_name: str
    comment: str
    content_id: int
    # the owner's words of a request, as they were then
    text: str


@dataclass(frozen=True)
class ClaimRow:
    """A claim in a list: its wording, its state, and the step that led to the state."""

    id: int
    code: str
    state: ClaimState
    rating: int | None
    version: int
    changed_at: datetime
    wording: Texts
    group_title: Texts
    last_action: ClaimAction | None
    last_at: datetime | None
    last_by: str | None


@dataclass(frozen=True)
class CriterionView:
    """The criterion that a claim is measured against, in one version of its set."""

    id: int
    code: str
    wording: Texts
    official: Texts | None
    group_title: Texts
    position: int
    slug: str
    number: int
    title: Texts
    year: int
    of: int
    # whether this is the set's current version
    is_current: bool


@dataclass(frozen=True)
class WaitingClaim:
    id: int
    person_id: int
    person_name: str
    run_id: int
    run_name: str
    code: str
    wording: Texts
    since: datetime
    version: int


@dataclass(frozen=True)
class ClaimOwner:
    """A claim's owner, and the run through which an instructor follows it."""

    id: int
    name: str
    run_id: int
    run_name: str


@dataclass(frozen=True)
class Decision:
    """An instructor's own decision that can still be taken back."""

    claim_id: int
    version: int
    action: ClaimAction
    person_name: str
    wording: Texts


@dataclass(frozen=True)
class ClaimCounts:
    """One person's progress with the claims of a run's checklist."""

    total: int = 0
    approved: int = 0
    waiting: int = 0
