"""Finds what gives a quiz's right answers away to one who knows nothing: their length or their place."""

from collections.abc import Iterable, Iterator

from lms.questions.question import Question, QuestionKind


def given_away(questions: Iterable[Question], *, longer: float, fewest: int) -> Iterator[str]:
    """What shows the right answers of one lesson; nothing is said of fewer than `fewest` one-choice questions."""
    chosen = [question for question in questions if question.kind is QuestionKind.ONE]
    if len(chosen) < fewest:
        return
    long = sum(_is_longest(question, longer) for question in chosen)
    if long > len(chosen) / 2:
        yield (
            f"in {long} of {len(chosen)} questions the right answer is by far the longest; "
            "make the others as long"
        )
    if all(question.choices[0].right for question in chosen):
        yield f"the right answer always stands first ({len(chosen)} questions); mix the order"


def _is_longest(question: Question, longer: float) -> bool:
    right = max(len(choice.text) for choice in question.choices if choice.right)
    return right >= longer * max(
        (len(choice.text) for choice in question.choices if not choice.right), default=right
    )
