"""Left sides, for each of which the right side is to be found among the options."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

from lms.questions.comparison import folded
from lms.questions.gift.answers import GiftBody
from lms.questions.gift.text import GiftFault, shown
from lms.questions.paper import AnswerLine, Gettext, QuestionOnPaper, Spoken, letter_of, lettered
from lms.questions.question import Given, Option, Question, Verdict, common_fields, index_of


@dataclass(frozen=True)
class Pair:
    left: str
    right: str


@dataclass(frozen=True, kw_only=True)
class Pairs(Question):
    kind: ClassVar[str] = "pairs"

    pairs: tuple[Pair, ...]
    # the right sides and what belongs to none, in an order that tells nothing
    options: tuple[str, ...]

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        pairs = tuple(Pair(**pair) for pair in data["pairs"])
        return cls(**common_fields(data), pairs=pairs, options=tuple(data["options"]))

    @classmethod
    def fits(cls, body: GiftBody) -> bool:
        return any("->" in answer.raw for answer in body.answers)

    @classmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        pairs, others = _sides(body)
        first = body.answers[0].offset
        if len(pairs) < 2:
            raise GiftFault(first, "There are fewer than two pairs", "Write at least two =left -> right.")
        if len({folded(pair.left) for pair in pairs}) < len(pairs):
            raise GiftFault(first, "A left side stands twice", "Make each left side different.")
        options = sorted_options([*(pair.right for pair in pairs), *others])
        if len(options) < 2:
            raise GiftFault(first, "All right sides are the same", "Make at least two different.")
        return cls(**asked, pairs=tuple(pairs), options=options)

    @property
    def shape(self) -> tuple[object, ...]:
        return (len(self.pairs),)

    @property
    def right_answer_text(self) -> str:
        return "; ".join(f"{pair.left} – {pair.right}" for pair in self.pairs)

    def right_given(self) -> Given:
        return tuple(str(self.options.index(pair.right)) for pair in self.pairs)

    def field_names(self, number: int) -> tuple[str, ...]:
        return tuple(f"q{number}-{place}" for place in range(1, len(self.pairs) + 1))

    def form_options(self, given: Given, gettext: Gettext) -> tuple[Option, ...]:
        return tuple(Option(str(place), text, False) for place, text in enumerate(self.options))

    def paper_hint(self, gettext: Gettext) -> str:
        return gettext("Write the letter of the pair in the box.")

    def on_paper(self, spoken: Spoken) -> QuestionOnPaper:
        return QuestionOnPaper(
            pairs=tuple(pair.left for pair in self.pairs), options=lettered(self.options, capital=True)
        )

    def _given(self, posted: Sequence[str]) -> Given:
        places = [index_of(value, len(self.options)) for value in posted]
        return tuple("" if place is None else str(place) for place in places) if any(posted) else ()

    def _verdict(self, given: Given) -> Verdict:
        places = [index_of(value, len(self.options)) for value in given]
        chosen = [None if place is None else self.options[place] for place in places]
        return chosen == [pair.right for pair in self.pairs], []

    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]:
        return tuple(
            AnswerLine(
                f"{letter_of(self.options.index(pair.right), capital=True)})",
                before=f"{pair.left}: ",
                after=f" {pair.right}",
            )
            for pair in self.pairs
        )

    def _labels(self) -> list[str]:
        return [pair.left for pair in self.pairs]


def sorted_options(texts: Sequence[str]) -> tuple[str, ...]:
    """Right sides of a matching question in alphabetical order, so that their order tells nothing."""
    return tuple(sorted(set(texts), key=lambda text: (text.casefold(), text)))


def _sides(body: GiftBody) -> tuple[list[Pair], list[str]]:
    """The pairs, and the right sides that belong to none. Raises GiftFault."""
    pairs: list[Pair] = []
    others: list[str] = []
    for answer in body.answers:
        left, arrow, right = (shown(side) for side in answer.raw.partition("->"))
        if answer.sign != "=" or not arrow or not right:
            raise GiftFault(answer.offset, "A pair is not understood", "Write each as =left -> right.")
        if answer.weight is not None or answer.feedback:
            raise GiftFault(
                answer.offset, "A pair has a weight or a feedback", "Use #### for the whole question."
            )
        if left:
            pairs.append(Pair(left, right))
        else:
            others.append(right)
    return pairs, others
