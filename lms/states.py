"""States that pages show: each says what it is called and in which tone it is drawn."""

from enum import StrEnum
from typing import Self


class Tone(StrEnum):
    """The colours of a state; the style sheet has a pill of each."""

    OPEN = "open"
    WAITING = "waiting"
    RETURNED = "returned"
    DONE = "done"
    DANGER = "danger"


class State(StrEnum):
    """A closed set of states; a member is written as its value, its label and its tone."""

    _value_: str
    label: object
    tone: Tone

    def __new__(cls, value: str, label: object, tone: Tone) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label
        member.tone = tone
        return member
