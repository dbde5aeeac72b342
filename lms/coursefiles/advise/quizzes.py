"""Finds what gives a quiz's right answers away to one who knows nothing: their length or their place."""

from collections.abc import Iterable, Iterator, Sequence

from lms.questions.question import Choice, Question


def given_away(questions: Iterable[Question], *, longer: float, fewest: int) -> Iterator[str]:
    """What shows the right answers of one lesson; nothing is said of fewer than `fewest` one-choice questions."""
    chosen = [choices for question in questions if (choices := question.easily_guessed)]
    if len(chosen) < fewest:
        return
    long = sum(_is_longest(choices, longer) for choices in chosen)
    if long > len(chosen) / 2:
        yield (
            f"in {long} of {len(chosen)} questions the right answer is by far the longest; "
            "make the others as long"
        )
    if all(choices[0].right for choices in chosen):
        yield f"the right answer always stands first ({len(chosen)} questions); mix the order"


def _is_longest(choices: Sequence[Choice], longer: float) -> bool:
    right = max(len(choice.text) for choice in choices if choice.right)
    return right >= longer * max((len(choice.text) for choice in choices if not choice.right), default=right)
