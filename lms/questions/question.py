"""What every kind of self-checking question has: JSON, GIFT, form fields, marking, and its look on paper; all pure."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self, TypeAlias

from lms.questions.gift.answers import GiftBody
from lms.questions.paper import AnswerLine, AnswerOnPaper, Gettext, QuestionOnPaper, Spoken

MOST_GIVEN_CHARACTERS = 1_000
# Versions are found by a hash over their JSON, in which the first six kinds have one another's fields, empty.
_FIELDS_OF_OTHERS: dict[str, Any] = {
    "choices": (),
    "numbers": (),
    "wrong_feedback": "",
    "pairs": (),
    "options": (),
}

# A person's answer: one text per field (the index of a choice, or what was typed); empty for none.
Given: TypeAlias = tuple[str, ...]
# Whether an answer is right, and what the author says to it.
Verdict: TypeAlias = tuple[bool, list[str]]


@dataclass(frozen=True)
class Field:
    """A field of a form: what is typed in it, or which option is chosen in it."""

    name: str
    label: str
    value: str


@dataclass(frozen=True)
class Option:
    value: str
    text: str
    chosen: bool


@dataclass(frozen=True)
class Choice:
    text: str
    right: bool
    feedback: str = ""


@dataclass(frozen=True)
class Marked:
    answered: bool
    correct: bool
    feedback: str


@dataclass(frozen=True, kw_only=True)
class Question(ABC):
    """A question of one kind; its form is drawn by `templates/quizzes/<kind>.html`."""

    kind: ClassVar[str]

    key: str
    text: str
    general_feedback: str = ""

    def to_json(self) -> dict[str, Any]:
        own = asdict(self)
        common = {"key": own.pop("key"), "kind": self.kind, "text": own.pop("text")}
        return {**common, "general_feedback": own.pop("general_feedback"), **_FIELDS_OF_OTHERS, **own}

    @classmethod
    @abstractmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self: ...

    @classmethod
    @abstractmethod
    def fits(cls, body: GiftBody) -> bool:
        """Return whether these GIFT answers are those of a question of this kind. Raises GiftFault."""

    @classmethod
    @abstractmethod
    def from_gift(cls, body: GiftBody, **asked: str) -> Self:
        """Return the question with these texts (see `common_fields`) and these answers. Raises GiftFault."""

    @property
    def shape(self) -> tuple[object, ...]:
        """What must be the same in every language for an answer to mean the same."""
        return ()

    @property
    @abstractmethod
    def right_answer_text(self) -> str:
        """The right answer in words; for a true-false question `true` or `false`, which the page translates."""

    @abstractmethod
    def right_given(self) -> Given:
        """The answer that a person who knows gives."""

    def wrong_given(self) -> Given:
        """A wrong guess; empty where a guess would have to be typed."""
        return ()

    @property
    def easily_guessed(self) -> tuple[Choice, ...]:
        """The choices of which one is right, whose length or position may give it away."""
        return ()

    def field_names(self, number: int) -> tuple[str, ...]:
        """The form fields of the quiz's question `number`, counted from 1."""
        return (f"q{number}",)

    def given_from_form(self, number: int, getlist: Callable[[str], Sequence[str]]) -> Given:
        """The answer that a form posted; values that the form could not have contained are left out."""
        posted = (getlist(name) for name in self.field_names(number))
        return self._given([values[0][:MOST_GIVEN_CHARACTERS] if values else "" for values in posted])

    def form_from_given(self, number: int, given: Given) -> dict[str, list[str]]:
        """The opposite: the values of the form's fields, to show a form with an answer."""
        names = self.field_names(number)
        return {name: [value] for name, value in zip(names, given, strict=False) if value}

    def form_fields(self, number: int, given: Given) -> tuple[Field, ...]:
        """The fields of its form with the answer."""
        names, labels = self.field_names(number), self._labels()
        values = [*given, *[""] * len(names)][: len(names)]
        return tuple(Field(*field) for field in zip(names, labels, values, strict=True))

    def form_options(self, given: Given, gettext: Gettext) -> tuple[Option, ...]:
        """The options of its form, with those that were chosen."""
        return ()

    def mark(self, given: Sequence[str]) -> Marked:
        """Whether an answer is right, and what the author says to it."""
        correct, said = self._verdict(tuple(given))
        answered = any(value.strip() for value in given)
        feedback = [*said, self.general_feedback] if answered else []
        return Marked(answered, correct, "\n\n".join(text for text in feedback if text))

    def paper_hint(self, gettext: Gettext) -> str:
        """How to answer on paper, if that is not obvious."""
        return ""

    @abstractmethod
    def on_paper(self, spoken: Spoken) -> QuestionOnPaper:
        """The question as it is answered; nothing in it reveals the right answer."""

    def answer_on_paper(self, spoken: Spoken) -> AnswerOnPaper:
        said = [*self._feedback_on_paper(spoken), self.general_feedback]
        texts = tuple(dict.fromkeys(text for text in said if text))
        return AnswerOnPaper(self._right_on_paper(spoken), texts)

    @abstractmethod
    def _given(self, posted: Sequence[str]) -> Given: ...

    @abstractmethod
    def _verdict(self, given: Given) -> Verdict: ...

    @abstractmethod
    def _right_on_paper(self, spoken: Spoken) -> tuple[AnswerLine, ...]: ...

    def _feedback_on_paper(self, spoken: Spoken) -> list[str]:
        return []

    def _labels(self) -> list[str]:
        """The labels of the fields, in their order."""
        return [self.text]


def common_fields(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of stored JSON that a question of any kind has."""
    return {name: data[name] for name in ("key", "text", "general_feedback")}


def choices_from_json(data: Mapping[str, Any]) -> tuple[Choice, ...]:
    return tuple(Choice(**choice) for choice in data["choices"])


def index_of(text: str, count: int) -> int | None:
    """The index in a form's value, None when it is not one of `count`."""
    return next((index for index in range(count) if text == str(index)), None)
