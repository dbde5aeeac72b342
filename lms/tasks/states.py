"""The states of an answer to a task and the moves between them."""

from enum import StrEnum


class AnswerState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    PASSED = "passed"
    RETURNED = "returned"


class AnswerAction(StrEnum):
    SAVE = "save"
    SEND = "send"
    PASS = "pass"
    RETURN = "return"


MOVES = {
    (AnswerState.DRAFT, AnswerAction.SAVE): AnswerState.DRAFT,
    (AnswerState.DRAFT, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.RETURNED, AnswerAction.SAVE): AnswerState.RETURNED,
    (AnswerState.RETURNED, AnswerAction.SEND): AnswerState.SENT,
    (AnswerState.SENT, AnswerAction.PASS): AnswerState.PASSED,
    (AnswerState.SENT, AnswerAction.RETURN): AnswerState.RETURNED,
}
