"""A part of a lesson on paper as plain data, which a booklet draws."""

from dataclasses import dataclass
from enum import StrEnum

from lms.questions.question import Question


class Look(StrEnum):
    TEXT = "text"
    BOX = "box"
    CARD = "card"


@dataclass(frozen=True)
class PartOnPaper:
    """All words are finished; `note` is said under the lines to write on, `remark` beside the label."""

    look: Look
    html: str = ""
    title: str = ""
    label: str = ""
    remark: str = ""
    lines: int = 0
    lines_label: str = ""
    note: str = ""
    questions: tuple[Question, ...] = ()
