"""Questions answered by typing: a field, and feedback for unexpected answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from lms.questions.paper import QuestionOnPaper, Spoken
from lms.questions.question import Given, Question

CLOSING = " .,!?"  # what people often add to the end of an answer


@dataclass(frozen=True, kw_only=True)
class Typed(Question):
    line_mm: ClassVar[int]

    wrong_feedback: str = ""

    def on_paper(self, spoken: Spoken) -> QuestionOnPaper:
        return QuestionOnPaper(line_mm=self.line_mm)

    def _given(self, posted: Sequence[str]) -> Given:
        return (posted[0],) if posted[0].strip() else ()

    def _other_on_paper(self, spoken: Spoken) -> list[str]:
        other = spoken.gettext("If you wrote something else")
        return [f"{other}: {self.wrong_feedback}"] if self.wrong_feedback else []
