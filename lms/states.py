"""States that pages show, each with its label and tone."""

from enum import StrEnum
from typing import Self


class Tone(StrEnum):
    """The colours of states; the style sheet has a pill for each."""

    OPEN = "open"
    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"
    DANGER = "danger"


class State(StrEnum):
    """An enum of states; a member is defined by its value, label and tone."""

    _value_: str
    label: object
    tone: Tone

    def __new__(cls, value: str, label: object, tone: Tone) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member
