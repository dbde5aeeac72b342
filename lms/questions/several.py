"""Several right choices, all of which are to be found."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar, Self

from lms.questions.choosing import Choosing
from lms.questions.gift.answers import GiftBody
from lms.questions.gift.text import GiftFault
from lms.questions.one import check_choices
from lms.questions.paper import Gettext
from lms.questions.question import Choice, Given, Verdict, index_of


@dataclass(frozen=True, kw_only=True)
class SeveralChoices(Choosing):
    kind: ClassVar[str] = "several"

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return any(answer.weight is not None for answer in body.answers)

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        found = body.answers
        check_choices(found)
        equals = [answer for answer in found if answer.sign == "="]
        if equals:
            raise GiftFault(
                equals[0].offset, "= and weights are mixed", "Write ~%50% for each of two right answers."
            )
        right = [answer for answer in found if answer.weight is not None and answer.weight > 0]
        if not right:
            raise GiftFault(
                found[0].offset, "The question has no right answer", "Give the right ones a weight."
            )
        total = sum((answer.weight or Decimal(0) for answer in right), Decimal(0))
        if not 99 <= total <= 101:
            message = f"The weights of the right answers make {total} %"
            raise GiftFault(right[0].offset, message, "Let them make 100 %.")
        choices = tuple(Choice(answer.text, answer in right, answer.feedback) for answer in found)
        return cls(**asked, choices=choices)

    @property
    def right_answer_text(self) -> str:
        return "; ".join(choice.text for choice in self.choices if choice.right)

    def right_given(self) -> Given:
        return tuple(str(place) for place in self.right_places)

    def given_from_form(self, number: int, getlist: Callable[[str], Sequence[str]]) -> Given:
        [name] = self.field_names(number)
        return self._given(getlist(name))

    def form_from_given(self, number: int, given: Given) -> dict[str, list[str]]:
        [name] = self.field_names(number)
        return {name: list(given)}

    def paper_hint(self, gettext: Gettext) -> str:
        return gettext("Choose all the correct ones.")

    def _given(self, posted: Sequence[str]) -> Given:
        chosen = {index_of(value, len(self.choices)) for value in posted}
        return tuple(str(index) for index in range(len(self.choices)) if index in chosen)

    def _verdict(self, given: Given) -> Verdict:
        chosen = {index_of(value, len(self.choices)) for value in given}
        said = [choice.feedback for index, choice in enumerate(self.choices) if index in chosen]
        return chosen == set(self.right_places), said
