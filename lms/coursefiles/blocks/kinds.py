"""The kinds of blocks that there are; a new kind is a module of its own, its template, and one line here."""

from collections.abc import Iterable, Mapping
from typing import Any

from lms.coursefiles.blocks.callouts import NotePart, TipPart, WarningPart
from lms.coursefiles.blocks.diary import DiaryPart
from lms.coursefiles.blocks.part import Part
from lms.coursefiles.blocks.prose import ProsePart
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.steps import StepsPart
from lms.coursefiles.blocks.task import TaskPart

BLOCK_KINDS: dict[str, type[Part]] = {
    kind.kind: kind for kind in (TaskPart, QuizPart, DiaryPart, StepsPart, NotePart, TipPart, WarningPart)
}


def parts_from_json(stored: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """Return the parts of a published lesson: its texts, and what its blocks have become."""
    kinds: dict[str, type[Part]] = {ProsePart.kind: ProsePart, **BLOCK_KINDS}
    return tuple(kinds[data["kind"]].from_json(data) for data in stored)
