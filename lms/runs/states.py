"""The states of a run and the moves between them."""

from enum import StrEnum

from lms.i18n import lazy
from lms.states import State, Tone


class RunState(State):
    PLANNED = "planned", lazy("Not open yet"), Tone.WAITING
    OPEN = "open", lazy("Open"), Tone.DONE
    CLOSED = "closed", lazy("Ended"), Tone.OPEN


class RunAction(StrEnum):
    OPEN = "open"
    CLOSE = "close"


MOVES = {
    (RunState.PLANNED, RunAction.OPEN): RunState.OPEN,
    (RunState.OPEN, RunAction.CLOSE): RunState.CLOSED,
    (RunState.CLOSED, RunAction.OPEN): RunState.OPEN,
}
