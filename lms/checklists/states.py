"""The states of a claim, the allowed moves between them, and the levels of the owner's rating."""

from enum import StrEnum

from lms.i18n import lazy
from lms.states import State, Tone


class ClaimState(State):
    OPEN = "open", lazy("Still open"), Tone.OPEN
    WAITING = "waiting", lazy("Waiting"), Tone.WAITING
    RETURNED = "returned", lazy("Not yet"), Tone.RETURNED
    APPROVED = "approved", lazy("Approved"), Tone.DONE


class ClaimAction(StrEnum):
    REQUEST = "request"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"
    UNDO = "undo"


MOVES = {
    (ClaimState.OPEN, ClaimAction.REQUEST): ClaimState.WAITING,
    (ClaimState.RETURNED, ClaimAction.REQUEST): ClaimState.WAITING,
    (ClaimState.WAITING, ClaimAction.WITHDRAW): ClaimState.OPEN,
    (ClaimState.WAITING, ClaimAction.APPROVE): ClaimState.APPROVED,
    (ClaimState.WAITING, ClaimAction.RETURN): ClaimState.RETURNED,
    (ClaimState.APPROVED, ClaimAction.UNDO): ClaimState.WAITING,
    (ClaimState.RETURNED, ClaimAction.UNDO): ClaimState.WAITING,
}

# in these states the owner can change the claim
CHANGEABLE = frozenset({ClaimState.OPEN, ClaimState.RETURNED})
# an instructor's decisions, which can be taken back for a while
DECISIONS = frozenset({ClaimAction.APPROVE, ClaimAction.RETURN})

# the owner's rating, as sentences that a person would say
RATINGS = {
    1: lazy("I need a lot of help"),
    2: lazy("I can do it when somebody is beside me"),
    3: lazy("I can do it fairly well by myself"),
    4: lazy("I can do it and can advise others"),
}
