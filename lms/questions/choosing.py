"""Questions answered by choosing: one right choice of those below."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from lms.questions.paper import AnswerLine, Gettext, QuestionOnPaper, Spoken, by_feedback, letter_of, lettered
from lms.questions.question import (
    Choice,
    Given,
    Option,
    Question,
    Verdict,
    choices_from_json,
    common_fields,
    index_of,
)


@dataclass(frozen=True, kw_only=True)
class Choosing(Question):
    """What kinds with choices share; of those choices one is right, unless a kind says otherwise."""

    choices: tuple[Choice, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        return cls(**common_fields(data), choices=choices_from_json(data))

    @property
    def shape(self) -> tuple[object, ...]:
        return tuple(choice.right for choice in self.choices)

    @property
    def right_places(self) -> list[int]:
        return [place for place, choice in enumerate(self.choices) if choice.right]

    @property
    def right_answer_text(self) -> str:
        return self.choices[self.right_places[0]].text

    def right_given(self) -> Given:
        return (str(self.right_places[0]),)

    def wrong_given(self) -> Given:
        guesses = ((str(place),) for place in range(len(self.choices)))
        return next((guess for guess in guesses if not self.mark(guess).correct), ())

    def form_options(self, given: Given, gettext: Gettext) -> tuple[Option, ...]:
        return tuple(
            Option(str(place), self._said(choice, gettext), str(place) in given)
            for place, choice in enumerate(self.choices)
        )

    def on_paper(self, spoken: Spoken) -> QuestionOnPaper:
        return QuestionOnPaper(
            choices=lettered(self._said(choice, spoken.gettext) for choice in self.choices)
        )

    def _given(self, posted: Sequence[str]) -> Given:
        place = index_of(posted[0], len(self.choices))
        return () if place is None else (str(place),)

    def _verdict(self, given: Given) -> Verdict:
        place = index_of(given[0], len(self.choices)) if len(given) == 1 else None
        if place is None:
            return False, []
        return self.choices[place].right, [self.choices[place].feedback]

    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]:
        return tuple(
            AnswerLine(f"{letter_of(place)}) {self._said(self.choices[place], spoken.gettext)}")
            for place in self.right_places
        )

    def _feedback_on_paper(self, spoken: Spoken) -> list[str]:
        return by_feedback(
            ((letter_of(place), choice.feedback) for place, choice in enumerate(self.choices)), mark=")"
        )

    def _said(self, choice: Choice, gettext: Gettext) -> str:
        return choice.text
