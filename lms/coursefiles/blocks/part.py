"""What every part of a lesson has: how its block is read, its JSON, its place in the outline, its look on paper."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, ClassVar, Self

from lms.coursefiles.blocks.paper import PartOnPaper
from lms.coursefiles.read.fields import Fields
from lms.faults import FaultList
from lms.questions.paper import Gettext


@dataclass(frozen=True)
class Block:
    """A block as it is written in a file: the kind of part it makes, its title, its options, its text."""

    part_type: "type[Part]"
    title: str
    line: int
    text: str
    text_line: int
    id: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Markdown:
    """A text of the author's that is rendered, and the line it starts on."""

    text: str
    line: int


@dataclass(frozen=True)
class Part(ABC):
    """A part of a lesson; a page shows it by `templates/lessons/parts/<kind>.html`."""

    kind: ClassVar[str]
    # the options that may appear below its opening; if `id` is among them, it is required
    option_names: ClassVar[tuple[str, ...]] = ()
    needs_title: ClassVar[bool] = True
    # whether its text is Markdown; other text is not running text, and its comments are not removed
    is_markdown: ClassVar[bool] = True
    # whether it gives the reader something to do, so that it has a code on paper
    is_to_do: ClassVar[bool] = False
    is_for_guide: ClassVar[bool] = False

    @classmethod
    def read_options(cls, fields: Fields, faults: FaultList) -> dict[str, Any]:
        """The block's options except the id."""
        return {}

    @classmethod
    def markdown(cls, block: Block) -> tuple[Markdown, ...]:
        """The block's texts that are rendered."""
        return (Markdown(block.text, block.text_line),) if cls.is_markdown else ()

    @classmethod
    @abstractmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        """Return the part of a block whose `markdown` is rendered; each is empty where it could not be."""

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**{name: value for name, value in data.items() if name != "kind"})

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **asdict(self)}

    def summary(self) -> tuple[str, dict[str, Any]] | None:
        """The name of its list in the lesson's outline and its item there; None for a part without the reader's work."""
        return None

    @property
    def html_texts(self) -> tuple[str, ...]:
        return ()

    @abstractmethod
    def on_paper(self, gettext: Gettext) -> PartOnPaper: ...


@dataclass(frozen=True)
class NamedPart(Part):
    """A part with an id, which links the reader's work to it; its twins have the same id."""

    is_to_do: ClassVar[bool] = True

    id: str
    title: str

    def check_twin(self, main: "NamedPart", name: str, line: int, faults: FaultList) -> None:
        """Check that a twin's part asks for the same as the lesson's own, which is in the file `name`."""

    def as_twin_of(self, main: "NamedPart") -> Self:
        """Return the part with what a twin's part takes over from its lesson's."""
        return self
