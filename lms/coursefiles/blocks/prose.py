"""The text of a lesson between its blocks."""

from dataclasses import dataclass
from typing import ClassVar, Self

from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, Part
from lms.faults import FaultList
from lms.questions.paper import Gettext


@dataclass(frozen=True)
class ProsePart(Part):
    kind: ClassVar[str] = "prose"

    html: str

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        return cls(*html)

    @property
    def html_texts(self) -> tuple[str, ...]:
        return (self.html,)

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        return PartOnPaper(Look.TEXT, self.html)
