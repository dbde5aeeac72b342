"""Judges courses and the guide: their spelling, and what would make them easier to read and to do.

Advice is a colleague's remark and never stops anything; each of its limits has its reason beside it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile
from statistics import mean

from lms.coursefiles.advise import quizzes, readability
from lms.coursefiles.advise.spelling import (
    NOT_CHECKED,
    WORD_LIST,
    Speller,
    check_spelling,
    finnish_speller,
    has_passive_ending,
    own_words,
)
from lms.coursefiles.blocks.diary import DiaryPart
from lms.coursefiles.blocks.task import TaskPart
from lms.coursefiles.check.courses import Checked
from lms.coursefiles.read.author_texts import AuthorText
from lms.coursefiles.read.courses import CourseReading
from lms.coursefiles.read.files import printable_path
from lms.coursefiles.read.guide import GuideReading
from lms.coursefiles.read.lessons import LessonReading
from lms.faults import Fault, FaultList, visible

FINNISH = "fi"


@dataclass(frozen=True)
class Limits:
    """The limits from which on there is a remark."""

    # A tired reader remembers about fifteen Finnish words; plain wording is for readers who tire sooner.
    sentence_words: int = 15
    plain_sentence_words: int = 12
    # Swedish and English write articles and prepositions as separate words, so they need about a third more words.
    other_sentence_words: int = 20
    # Nobody reads this many letters at one glance, and the eye has to go back.
    word_letters: int = 20
    # The passive hides who does what. A quarter of the sentences is twice the share in the heaviest shipped lesson.
    passive_share: float = 0.25
    fewest_sentences: int = 12  # in less text one sentence would change a share or an index too much
    # LIX points above the mean of the course's plain twins: the distance between an easy text and a medium one.
    lix_above_plain: int = 10
    # An unhurried reader of non-fiction; slower than the 200 of a novel, because one stops to think.
    words_a_minute: int = 130
    minutes_a_task: int = 2
    minutes_a_question: int = 1
    minutes_off: float = 0.5  # estimates are rough, but larger errors mislead people's planning
    # A right answer that is by far the longest is found without knowing anything.
    longer_answer: float = 1.4
    fewest_questions: int = 2  # a single question shows no pattern
    # What a phone or a small window shows before the reader scrolls for the second time.
    first_screen_words: int = 120
    lessons_a_prompt: int = 2  # writing about what one has learnt helps to remember it


@dataclass(frozen=True)
class Advice:
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{visible(self.path)}:{self.line}: advice: {visible(self.message)}."


@dataclass(frozen=True)
class LintResult:
    """The faults found, spelling included; advice by course; a note on what could not be checked."""

    checked: Checked
    faults: tuple[Fault, ...]
    advice: dict[str, tuple[Advice, ...]]
    note: str | None = None


def lint(checked: Checked, limits: Limits | None = None) -> LintResult:
    """Judge the courses that were read."""
    limits = limits or Limits()
    faults = list(checked.faults)
    advice: dict[str, tuple[Advice, ...]] = {}
    note = None
    words_of: dict[str, frozenset[str]] = {}
    readings: tuple[CourseReading | GuideReading, ...] = (*checked.readings, *checked.guides)
    for reading in readings:
        courses = reading.folder.parent
        at_list = FaultList(printable_path(courses / WORD_LIST))
        if str(courses) not in words_of:
            words_of[str(courses)] = own_words(courses, at_list)
            faults += at_list.as_tuple()
        with finnish_speller(words_of[str(courses)]) as speller:
            faults += _misspelt(reading.texts, speller)
            if speller is None and _finnish(reading.texts):
                note = NOT_CHECKED
            if linter := _linter_for(reading, limits, speller):
                advice[reading.folder.name] = tuple(linter.advice())
    return LintResult(checked, tuple(dict.fromkeys(faults)), advice, note)


def _linter_for(
    reading: CourseReading | GuideReading, limits: Limits, speller: Speller | None
) -> "_TextLinter | None":
    """Who advises on what was read; nobody on what has faults."""
    if isinstance(reading, GuideReading):
        return _TextLinter(reading.texts, limits) if reading.pages else None
    return _CourseLinter(reading, limits, speller) if reading.course else None


def _finnish(texts: Sequence[AuthorText]) -> list[AuthorText]:
    return [text for text in texts if text.language == FINNISH]


def _misspelt(texts: Sequence[AuthorText], speller: Speller | None) -> Iterator[Fault]:
    if speller is None:
        return
    for text in _finnish(texts):
        own = FaultList(text.path)
        check_spelling([text], speller, own)
        yield from own.as_tuple()


class _TextLinter:
    """What there is to say about the words of texts that belong together."""

    def __init__(self, texts: Sequence[AuthorText], limits: Limits) -> None:
        self._texts = texts
        self._limits = limits
        self._sentences = {text.path: readability.sentences(text.segments) for text in texts}
        self._explained = {
            language: frozenset().union(
                *(
                    readability.explained(self._sentences[text.path])
                    for text in texts
                    if text.language == language
                )
            )
            for language in {text.language for text in texts}
        }

    def advice(self) -> list[Advice]:
        return sorted(self._found(), key=lambda one: (one.path, one.line))

    def _found(self) -> Iterator[Advice]:
        for text in self._texts:
            yield from self._of_sentences(text)
            yield from self._of_words(text)

    def _of_sentences(self, text: AuthorText) -> Iterator[Advice]:
        limit = self._limits.other_sentence_words
        if text.language == FINNISH:
            limit = self._limits.plain_sentence_words if text.plain else self._limits.sentence_words
        for sentence in self._sentences[text.path]:
            if len(sentence.words) > limit:
                begins = " ".join(sentence.words[:4])
                message = f"a sentence of {len(sentence.words)} words (limit {limit}): {begins} …"
                yield Advice(text.path, sentence.line, message)

    def _of_words(self, text: AuthorText) -> Iterator[Advice]:
        known = set(self._explained[text.language])
        for line, word in readability.long_words(self._sentences[text.path], self._limits.word_letters):
            if readability.stem(word) not in known:
                known.add(readability.stem(word))
                message = f"the word `{word}` has {len(word)} letters; explain it or use a shorter one"
                yield Advice(text.path, line, message)


class _CourseLinter(_TextLinter):
    """What there is to say about one course."""

    def __init__(self, reading: CourseReading, limits: Limits, speller: Speller | None) -> None:
        super().__init__(reading.texts, limits)
        self._reading = reading
        self._is_passive: Callable[[str], bool] = speller.is_passive if speller else has_passive_ending
        self._plain_lix = [
            readability.lix(self._sentences[lesson.read.path])
            for lesson in reading.lessons
            if lesson.page.plain and self._is_long_enough(lesson)
        ]

    def _found(self) -> Iterator[Advice]:
        yield from super()._found()
        yield from self._of_the_whole()
        for lesson in self._reading.lessons:
            if lesson.page.language == self._language:
                yield from self._of_style(lesson)
                yield from self._of_first_screen(lesson)
            if lesson.file.is_main:
                yield from self._of_minutes(lesson)
                yield from self._of_quizzes(lesson)

    @property
    def _language(self) -> str:
        return self._reading.course.language if self._reading.course else FINNISH

    def _of_the_whole(self) -> Iterator[Advice]:
        lessons = [lesson for lesson in self._reading.lessons if lesson.file.is_main]
        prompts = sum(isinstance(part, DiaryPart) for lesson in lessons for part in lesson.page.parts)
        wanted = len(lessons) // self._limits.lessons_a_prompt
        if prompts < wanted:
            counted = f"{prompts} diary {'prompt' if prompts == 1 else 'prompts'} for {len(lessons)} lessons"
            message = f"{counted}; {wanted} or more would help people to see what they learn"
            yield Advice(printable_path(self._reading.folder / "course.md"), 1, message)

    def _of_style(self, lesson: LessonReading) -> Iterator[Advice]:
        if not self._is_long_enough(lesson):
            return
        path = lesson.read.path
        read = self._sentences[path]
        passive = readability.passives(read, self._is_passive) if lesson.page.language == FINNISH else []
        if len(passive) / len(read) > self._limits.passive_share:
            message = f"{len(passive)} of {len(read)} sentences are passive; say who does it"
            yield Advice(path, passive[0].line, message)
        if self._plain_lix and not lesson.page.plain:
            above = readability.lix(read) - mean(self._plain_lix)
            if above > self._limits.lix_above_plain:
                message = f"LIX is {above:.0f} points above the course's plain wordings"
                yield Advice(path, 1, f"{message}; shorten sentences and words")

    def _is_long_enough(self, lesson: LessonReading) -> bool:
        return len(self._sentences[lesson.read.path]) >= self._limits.fewest_sentences

    def _of_first_screen(self, lesson: LessonReading) -> Iterator[Advice]:
        before = list(takewhile(lambda segment: not segment.is_to_do, lesson.read.segments))
        words = readability.word_count(before)
        if words > self._limits.first_screen_words:
            where = "" if len(before) == len(lesson.read.segments) else f", but after {words} words"
            message = f"nothing to do within the first screen{where}; begin with a small task or question"
            yield Advice(lesson.read.path, before[-1].line, message)

    def _of_minutes(self, lesson: LessonReading) -> Iterator[Advice]:
        limits = self._limits
        tasks = sum(isinstance(part, TaskPart) and not part.extra for part in lesson.page.parts)
        questions = sum(len(asked) for asked in lesson.quizzes.values())
        reading = readability.word_count(lesson.read.segments) / limits.words_a_minute
        needed = reading + tasks * limits.minutes_a_task + questions * limits.minutes_a_question
        said = lesson.page.minutes
        if abs(needed - said) > limits.minutes_off * said:
            message = f"`minutes` says {said}, but reading and doing take about {max(1, round(needed))}"
            yield Advice(lesson.read.path, lesson.minutes_line, message)

    def _of_quizzes(self, lesson: LessonReading) -> Iterator[Advice]:
        asked = [question for questions in lesson.quizzes.values() for question in questions]
        line = next((block.line for block in lesson.blocks if block.id in lesson.quizzes), 1)
        for message in quizzes.given_away(
            asked, longer=self._limits.longer_answer, fewest=self._limits.fewest_questions
        ):
            yield Advice(lesson.read.path, line, message)
