"""Numbered steps to follow with one's hands, which one may print."""

from dataclasses import dataclass
from typing import ClassVar, Self

from lms.coursefiles.blocks.callouts import BoxPart
from lms.coursefiles.blocks.paper import Look
from lms.coursefiles.blocks.part import Block
from lms.faults import FaultList
from lms.questions.paper import Gettext


@dataclass(frozen=True)
class StepsPart(BoxPart):
    kind: ClassVar[str] = "steps"
    needs_title: ClassVar[bool] = True
    look: ClassVar[Look] = Look.CARD

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        part = cls(block.title, *html)
        if part.html and "<ol" not in part.html:
            faults.add(block.line, "The steps have no numbers", "Write them as a list: 1. First, 2. Then.")
        return part

    def label(self, gettext: Gettext) -> str:
        return gettext("Step by step")
