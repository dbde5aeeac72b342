"""Questions to check oneself with, written in GIFT."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, ClassVar, Self

from lms.coursefiles.blocks.paper import Look, PartOnPaper
from lms.coursefiles.blocks.part import Block, NamedPart
from lms.faults import FaultList
from lms.questions.gift.reader import read_gift
from lms.questions.kinds import question_from_json
from lms.questions.paper import Gettext
from lms.questions.question import Question
from lms.questions.quiz import Quiz, quiz_of


@dataclass(frozen=True)
class QuizPart(NamedPart):
    kind: ClassVar[str] = "quiz"
    option_names: ClassVar[tuple[str, ...]] = ("id",)
    is_markdown: ClassVar[bool] = False

    questions: tuple[Question, ...]

    @classmethod
    def from_block(cls, block: Block, html: tuple[str, ...], faults: FaultList) -> Self:
        return cls(block.id, block.title, read_gift(block.text, block.text_line, faults))

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        questions = tuple(question_from_json(question) for question in data["questions"])
        return cls(data["id"], data["title"], questions)

    def to_json(self) -> dict[str, Any]:
        questions = [question.to_json() for question in self.questions]
        return {"kind": self.kind, "id": self.id, "title": self.title, "questions": questions}

    @cached_property
    def quiz(self) -> Quiz:
        return quiz_of(self.questions)

    def summary(self) -> tuple[str, dict[str, Any]]:
        return "quizzes", {"id": self.id, "title": self.title, "questions": len(self.questions)}

    def on_paper(self, gettext: Gettext) -> PartOnPaper:
        return PartOnPaper(Look.CARD, title=self.title, label=gettext("Questions"), questions=self.questions)

    def check_twin(self, main: NamedPart, name: str, line: int, faults: FaultList) -> None:
        theirs = main.questions if isinstance(main, QuizPart) else ()
        if len(self.questions) != len(theirs):
            count = len(self.questions)
            message = f"The quiz `{self.id}` has {count} questions here and {len(theirs)} in {name}"
            faults.add(line, message, "Write the same questions in the same order.")
            return
        for place, (question, other) in enumerate(zip(self.questions, theirs, strict=True), start=1):
            if (question.kind, question.shape) != (other.kind, other.shape):
                message = f"Question {place} of the quiz `{self.id}` takes other answers than in {name}"
                faults.add(line, message, "Write the same kind of question, its choices in the same order.")

    def as_twin_of(self, main: NamedPart) -> Self:
        """Tries are stored by a question's key, so a twin's question has its lesson's key, whatever its own name is."""
        theirs = main.questions if isinstance(main, QuizPart) else ()
        if len(self.questions) != len(theirs):
            return self
        pairs = zip(self.questions, theirs, strict=True)
        return replace(self, questions=tuple(replace(own, key=other.key) for own, other in pairs))
