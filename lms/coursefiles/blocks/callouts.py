"""Boxes beside the text: a note, a tip, a warning."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import ClassVar, Self

from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, Part
from lms.faults import FaultList
from lms.questions.paper import Gettext


@dataclass(frozen=True)
class BoxPart(Part):
    """A text that is set apart; its title may be empty."""

    needs_title: ClassVar[bool] = False
    is_for_guide: ClassVar[bool] = True
    look: ClassVar[Look] = Look.BOX

    title: str
    html: str

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        return cls(block.title, *html)

    @property
    def html_texts(self) -> tuple[str, ...]:
        return (self.html,)

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        return PartOnPaper(self.look, self.html, self.title, self.label(gettext))

    @abstractmethod
    def label(self, gettext: Gettext) -> str:
        """What is written above it on paper."""


@dataclass(frozen=True)
class NotePart(BoxPart):
    kind: ClassVar[str] = "note"

    def label(self, gettext: Gettext) -> str:
        return gettext("Good to know")


@dataclass(frozen=True)
class TipPart(BoxPart):
    kind: ClassVar[str] = "tip"

    def label(self, gettext: Gettext) -> str:
        return gettext("Tip")


@dataclass(frozen=True)
class WarningPart(BoxPart):
    kind: ClassVar[str] = "warning"

    def label(self, gettext: Gettext) -> str:
        return gettext("Be careful")
