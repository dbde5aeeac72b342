"""A prompt for the reader's own diary."""

from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, NamedPart
from lms.faults import FaultList
from lms.questions.paper import Gettext

LINES_ON_PAPER = 6


@dataclass(frozen=True)
class DiaryPart(NamedPart):
    kind: ClassVar[str] = "diary"
    option_names: ClassVar[tuple[str, ...]] = ("id",)

    html: str

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        return cls(block.id, block.title, *html)

    def summary(self) -> tuple[str, dict[str, Any]]:
        return "prompts", {"id": self.id, "title": self.title}

    @property
    def html_texts(self) -> tuple[str, ...]:
        return (self.html,)

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        return PartOnPaper(
            Look.CARD,
            self.html,
            self.title,
            label=gettext("Diary"),
            lines=LINES_ON_PAPER,
            lines_label=gettext("Your own text"),
            note=gettext("The diary is yours. You decide whether anybody reads it."),
        )
