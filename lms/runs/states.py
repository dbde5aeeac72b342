"""The states of a run and the moves between them."""

from enum import StrEnum


class RunState(StrEnum):
    PLANNED = "planned"
    OPEN = "open"
    CLOSED = "closed"


class RunAction(StrEnum):
    OPEN = "open"
    CLOSE = "close"


MOVES = {
    (RunState.PLANNED, RunAction.OPEN): RunState.OPEN,
    (RunState.OPEN, RunAction.CLOSE): RunState.CLOSED,
    (RunState.CLOSED, RunAction.OPEN): RunState.OPEN,
}
