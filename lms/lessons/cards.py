"""The cards of a lesson page, ready for the template: a task with its answer, a quiz with its last try."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.blocks.task import TaskPart
from lms.i18n import _
from lms.links import url_for
from lms.questions.question import Field, Given, Marked, Option, Question
from lms.quizzes.queries import TryRow
from lms.tasks.models import Reviewer
from lms.tasks.queries import AnswerRow, EventRow
from lms.tasks.states import AnswerAction, AnswerState
from lms.wording import clock_time_today, moment

# only the newest steps of a conversation are shown; earlier ones are in the person's data export
SHOWN_STEPS = 6


@dataclass(frozen=True)
class RefusedForm:
    """A refused form: its part of the page, what is wrong, and what was in it."""

    part: str
    message: str
    text: str = ""
    given: tuple[Given, ...] = ()
    # the name of the wrong field, if there is one
    field: str = ""


@dataclass(frozen=True)
class TalkLine:
    author: str
    at: datetime
    label: str
    text: str


@dataclass(frozen=True)
class TaskCard:
    id: str
    title: str
    html: str
    is_extra: bool
    address: str
    # empty until there is an answer
    state: str
    state_label: str
    sentence: str
    text: str
    version: int
    # the time of day, when it was saved today
    saved_at: str
    talk: tuple[TalkLine, ...]
    has_form: bool
    # whether it waits for an answer, so that its writer can take it back
    is_waiting: bool
    is_own_check: bool
    is_handed_in: bool
    # whether somebody can answer it; otherwise it can be saved but not sent
    can_be_sent: bool
    error: str


@dataclass(frozen=True)
class QuestionCard:
    # the template of the question's kind
    template: str
    text: str
    fields: tuple[Field, ...]
    options: tuple[Option, ...]
    # "" until tried, then "right", "not-yet" or "empty"
    result: str
    lead: str
    feedback: str


@dataclass(frozen=True)
class QuizCard:
    id: str
    title: str
    address: str
    wording: str
    questions: tuple[QuestionCard, ...]
    is_tried: bool
    all_right: bool
    has_form: bool
    error: str


def task_card(
    part: TaskPart,
    *,
    run_id: int,
    answer: AnswerRow | None,
    events: Sequence[EventRow] = (),
    may_write: bool,
    has_reviewer: bool,
    refused: RefusedForm | None = None,
) -> TaskCard:
    """Return the card of a task that takes an answer, or of one that is only read."""
    state = answer.state if answer else None
    is_own_check = (answer.reviewer if answer else part.review) == Reviewer.SELF
    is_final = state is AnswerState.PASSED or (state is AnswerState.SENT and not is_own_check)
    can_be_sent = has_reviewer or is_own_check
    label, sentence = _state_in_words(answer, events, is_own_check=is_own_check, can_be_sent=can_be_sent)
    return TaskCard(
        id=part.id,
        title=part.title,
        html=part.html,
        is_extra=part.extra,
        address=url_for("lessons.answer", run_id=run_id, task_id=part.id),
        state=state.value if state and label else "",
        state_label=label,
        sentence=sentence,
        text=refused.text if refused else (answer.text if answer else ""),
        version=answer.version if answer else 0,
        saved_at=_saved_today(answer) if not refused else "",
        talk=_talk(events),
        has_form=may_write and part.answer == "text" and (not is_final or refused is not None),
        is_waiting=may_write and state is AnswerState.SENT and not is_own_check,
        is_own_check=is_own_check,
        is_handed_in=state in (AnswerState.SENT, AnswerState.PASSED),
        can_be_sent=can_be_sent,
        error=refused.message if refused else "",
    )


def _state_in_words(
    answer: AnswerRow | None, events: Sequence[EventRow], *, is_own_check: bool, can_be_sent: bool
) -> tuple[str, str]:
    """Return the state as a word or two, and as a sentence; both are empty before the first save."""
    if answer is None or not answer.version:
        return "", ""
    name = (events[-1].by_name if events else "") or str(_("Your instructor"))
    at = moment(events[-1].at if events else answer.saved_at)
    match answer.state:
        case AnswerState.DRAFT:
            return str(_("Unfinished")), str(_("Saved %(at)s.", at=moment(answer.saved_at)))
        case AnswerState.SENT if is_own_check:
            return str(_("Done")), str(_("You marked this done %(at)s. You can still edit it.", at=at))
        case AnswerState.SENT:
            return str(_("Waiting")), _sent_in_words(at, can_be_sent=can_be_sent)
        case AnswerState.PASSED:
            return str(_("Accepted")), str(_("%(name)s accepted this %(at)s.", name=name, at=at))
        case AnswerState.RETURNED:
            return str(_("Not yet")), str(
                _("%(name)s answered %(at)s. The next step is here.", name=name, at=at)
            )


def _sent_in_words(at: str, *, can_be_sent: bool) -> str:
    if can_be_sent:
        return str(_("You sent this to your instructor %(at)s.", at=at))
    return str(
        _(
            "You sent this %(at)s. Nobody can answer it just now, because the course has no instructor "
            "at the moment. Your answer is kept. The next instructor will see it.",
            at=at,
        )
    )


def _saved_today(answer: AnswerRow | None) -> str:
    if answer is None or not answer.version:
        return ""
    return clock_time_today(answer.saved_at)


def _talk(events: Sequence[EventRow]) -> tuple[TalkLine, ...]:
    """Return the newest steps as a conversation; empty until an instructor has answered."""
    if all(event.action in (AnswerAction.SEND, AnswerAction.WITHDRAW) for event in events):
        return ()
    return tuple(_talk_line(event) for event in events)


def _talk_line(event: EventRow) -> TalkLine:
    if event.action is AnswerAction.SEND:
        return TalkLine(str(_("You")), event.at, str(_("You sent your answer.")), "")
    if event.action is AnswerAction.WITHDRAW:
        return TalkLine(str(_("You")), event.at, str(_("You took your answer back.")), "")
    author = event.by_name or str(_("Your instructor"))
    label = _("Accepted your answer.") if event.action is AnswerAction.PASS else _("Not yet. Next step:")
    return TalkLine(author, event.at, str(label), event.comment)


def quiz_card(
    part: QuizPart,
    *,
    run_id: int,
    last_try: TryRow | None,
    may_try: bool,
    refused: RefusedForm | None = None,
) -> QuizCard:
    """Return the card of a quiz; the last try is shown only if the questions still have the same wording."""
    quiz, questions = part.quiz, part.questions
    is_tried = last_try is not None and last_try.wording == quiz.wording and refused is None
    given: Sequence[Given] = [()] * len(questions)
    marks: Sequence[Marked | None] = [None] * len(questions)
    if last_try and is_tried:
        given = _given_in(last_try.given, questions)
        marks = [question.mark(answer) for question, answer in zip(questions, given, strict=True)]
    return QuizCard(
        id=part.id,
        title=part.title,
        address=url_for("lessons.quiz", run_id=run_id, quiz_id=part.id),
        wording=quiz.wording,
        questions=tuple(
            _question_card(question, number, answer, marked)
            for number, (question, answer, marked) in enumerate(zip(questions, given, marks, strict=True), 1)
        ),
        is_tried=is_tried,
        all_right=is_tried and all(marked is not None and marked.correct for marked in marks),
        has_form=may_try,
        error=refused.message if refused else "",
    )


def _given_in(fields: Mapping[str, Sequence[str]], questions: Sequence[Question]) -> list[Given]:
    return [
        question.given_from_form(number, lambda name: fields.get(name, []))
        for number, question in enumerate(questions, start=1)
    ]


def _question_card(question: Question, number: int, given: Given, marked: Marked | None) -> QuestionCard:
    result, lead, feedback = _result(marked)
    return QuestionCard(
        template=f"quizzes/{question.kind}.html",
        text=question.text,
        fields=question.form_fields(number, given),
        options=question.form_options(given, _),
        result=result,
        lead=lead,
        feedback=feedback,
    )


def _result(marked: Marked | None) -> tuple[str, str, str]:
    """Return a question's result: its class, the lead words, and the feedback."""
    if marked is None:
        return "", "", ""
    if not marked.answered:
        return "empty", "", str(_("You have not answered this yet."))
    if marked.correct:
        return "right", _lead(str(_("Correct.")), marked.feedback), marked.feedback
    feedback = marked.feedback or str(_("Have another look and try again."))
    return "not-yet", _lead(str(_("Not yet.")), feedback), feedback


def _lead(words: str, feedback: str) -> str:
    """Return the words, unless the author's own feedback starts with them."""
    return "" if feedback.startswith(words.rstrip(".")) else words
