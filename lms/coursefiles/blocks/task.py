"""A task: what to do, and what one answers to whom."""

import re
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, NamedPart
from lms.coursefiles.read.fields import Fields
from lms.faults import FaultList
from lms.questions.paper import Gettext

ANSWERS = ("text", "none")
REVIEWS = ("self", "instructor")
FEWEST_INSTRUCTION_WORDS = 2  # "Soita ohjaajalle."
LINES_ON_PAPER = 6
_NOT_YET = {"answer": {"file": "text"}, "review": {"teacher": "instructor"}}
_NO_INSTRUCTION = re.compile(r"<h(?P<level>\d)>.*?</h(?P=level)>|<[^>]*>", re.S)


@dataclass(frozen=True)
class TaskPart(NamedPart):
    kind: ClassVar[str] = "task"
    option_names: ClassVar[tuple[str, ...]] = ("id", "answer", "review", "extra")

    answer: str
    review: str
    extra: bool
    html: str

    @classmethod
    def read_options(cls, fields: Fields, faults: FaultList) -> dict[str, Any]:
        return {
            "answer": _option(fields, faults, "answer", ANSWERS, default="text"),
            "review": _option(fields, faults, "review", REVIEWS, default="instructor"),
            "extra": bool(fields.boolean("extra", default=False)),
        }

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        [instruction] = html
        if instruction and len(_NO_INSTRUCTION.sub(" ", instruction).split()) < FEWEST_INSTRUCTION_WORDS:
            message = f"The task `{block.id}` does not say what to do"
            faults.add(block.line, message, "Write a sentence or two below its title.")
        return cls(block.id, block.title, **block.options, html=instruction)

    def summary(self) -> tuple[str, dict[str, Any]]:
        names = ("id", "title", "answer", "review", "extra")
        return "tasks", {name: getattr(self, name) for name in names}

    @property
    def html_texts(self) -> tuple[str, ...]:
        return (self.html,)

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        is_written = self.answer == "text"
        return PartOnPaper(
            Look.CARD,
            self.html,
            self.title,
            label=gettext("Task"),
            remark=gettext("Extra") if self.extra else "",
            lines=LINES_ON_PAPER if is_written else 0,
            lines_label=gettext("My answer"),
            note=self._note(gettext) if is_written else "",
        )

    def _note(self, gettext: Gettext) -> str:
        if self.review == "self":
            return gettext("This is for yourself. You can show it to your instructor if you want.")
        return gettext("When you are ready, show this to your instructor.")


def _option(fields: Fields, faults: FaultList, name: str, values: tuple[str, ...], *, default: str) -> str:
    entry = fields.entry(name, required=False)
    instead = _NOT_YET[name].get(entry.value) if entry and isinstance(entry.value, str) else None
    if entry and instead:
        message = f"`{name}: {entry.value}` is not available yet"
        faults.add(entry.line, message, f"Write `{name}: {instead}`.")
        return default
    return fields.choice(name, values, default=default) or default
