"""The states of a claim and the moves between them; anything else is refused."""

from enum import StrEnum


class ClaimState(StrEnum):
    OPEN = "open"
    WAITING = "waiting"
    RETURNED = "returned"
    APPROVED = "approved"


class ClaimAction(StrEnum):
    REQUEST = "request"
    WITHDRAW = "withdraw"
    APPROVE = "approve"
    RETURN = "return"


MOVES = {
    (ClaimState.OPEN, ClaimAction.REQUEST): ClaimState.WAITING,
    (ClaimState.RETURNED, ClaimAction.REQUEST): ClaimState.WAITING,
    (ClaimState.WAITING, ClaimAction.WITHDRAW): ClaimState.OPEN,
    (ClaimState.WAITING, ClaimAction.APPROVE): ClaimState.APPROVED,
    (ClaimState.WAITING, ClaimAction.RETURN): ClaimState.RETURNED,
}
