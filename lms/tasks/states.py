"""The states of an answer to a task and the allowed moves between them."""

from enum import StrEnum

from lms.i18n import lazy
from lms.states import State, Tone


class AnswerState(State):
    DRAFT = "draft", lazy("Unfinished"), Tone.OPEN
    SENT = "sent", lazy("Sent"), Tone.WAITING
    PASSED = "passed", lazy("Accepted"), Tone.DONE
    RETURNED = "returned", lazy("Not yet"), Tone.RETURNED


class AnswerAction(StrEnum):
    SAVE = "save"
    SEND = "send"
    PASS = "pass"  # noqa: S105 (a verdict, no password)
    RETURN = "return"
    WITHDRAW = "withdraw"


# an answer to the instructor: its text cannot change while it waits or after it has passed
MOVES = {
    (AnswerState.DRAFT, AnswerAction.SAVE): AnswerState.DRAFT,
    (AnswerState.DRAFT, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.RETURNED, AnswerAction.SAVE): AnswerState.RETURNED,
    (AnswerState.RETURNED, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.SENT, AnswerAction.PASS): AnswerState.PASSED,
    (AnswerState.SENT, AnswerAction.RETURN): AnswerState.RETURNED,
    (AnswerState.SENT, AnswerAction.WITHDRAW): AnswerState.DRAFT,
}

# an answer that only its writer checks: sent means done; it may be revised any number of times and remains done
SELF_MOVES = {
    (AnswerState.DRAFT, AnswerAction.SAVE): AnswerState.DRAFT,
    (AnswerState.DRAFT, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.RETURNED, AnswerAction.SAVE): AnswerState.RETURNED,
    (AnswerState.RETURNED, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.SENT, AnswerAction.SAVE): AnswerState.SENT,
    (AnswerState.SENT, AnswerAction.SEND): AnswerState.SENT,
}
