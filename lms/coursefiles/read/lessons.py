"""Reads one lesson file: its front matter, its blocks, and its text as safe HTML."""

import re
from dataclasses import dataclass, replace

from lms.coursefiles.course import BoxPart, DiaryPart, LessonPage, Part, ProsePart, QuizPart, TaskPart
from lms.coursefiles.read.author_texts import AuthorText, doubled_words, passages_of
from lms.coursefiles.read.blocks import CALLOUTS, Block, BlockKind, Prose, ScannedPart, scan_blocks
from lms.coursefiles.read.fields import Fields
from lms.coursefiles.read.files import printable_path, read_text
from lms.coursefiles.read.folder import LessonFile
from lms.coursefiles.read.front_matter import split_front_matter
from lms.coursefiles.read.references import CODE, CODE_HINT
from lms.coursefiles.render.renderer import Renderer, RenderingFailed
from lms.faults import FaultList
from lms.markup.render import Links, Piece, Rendered
from lms.questions.gift.reader import read_gift
from lms.questions.question import Question

MOST_MINUTES = 600
LESSON_FIELDS = ("title", "minutes", "criteria", "section")
FEWEST_INSTRUCTION_WORDS = 2  # "Soita ohjaajalle."
_NO_INSTRUCTION = re.compile(r"<h(?P<level>\d)>.*?</h(?P=level)>|<[^>]*>", re.S)


@dataclass(frozen=True)
class LessonReading:
    """A lesson file as far as it could be read; worth publishing only when its list of faults is empty."""

    file: LessonFile
    page: LessonPage
    blocks: tuple[Block, ...]
    criteria: tuple[tuple[str, int], ...]
    faults: FaultList
    words: int
    read: AuthorText
    minutes_line: int

    @property
    def quizzes(self) -> dict[str, tuple[Question, ...]]:
        return {part.id: part.questions for part in self.page.parts if isinstance(part, QuizPart)}


def read_lesson(
    file: LessonFile, faults: FaultList, *, language: str, links: Links, renderer: Renderer
) -> LessonReading | None:
    """The lesson, or None when not even its front matter could be read."""
    text = read_text(file.path, faults)
    split = None if text is None else split_front_matter(text, faults)
    if split is None:
        return None
    mapping, body, body_line = split
    fields = Fields(mapping, 1, faults, LESSON_FIELDS)
    scanned = scan_blocks(body, body_line, faults)
    if not scanned and not faults:
        faults.add(body_line, "The lesson has no text", "Write it below the front matter.")
    page = LessonPage(
        language=file.language or language,
        plain=file.plain,
        title=fields.text("title", limit=200) or "",
        minutes=fields.whole("minutes", 1, MOST_MINUTES, required=file.is_main) or 0,
        section=fields.text("section", required=False, limit=200),
        parts=_parts(scanned, faults, links, renderer),
    )
    read = AuthorText(printable_path(file.path), page.language, page.plain, passages_of(mapping, scanned))
    check_doubled(read, faults)
    return LessonReading(
        file=file,
        page=page,
        blocks=tuple(part for part in scanned if isinstance(part, Block)),
        criteria=fields.texts_with_lines("criteria", pattern=CODE, hint=CODE_HINT),
        faults=faults,
        words=sum(len(part.text.split()) for part in scanned),
        read=read,
        minutes_line=fields.line_of("minutes"),
    )


def check_doubled(text: AuthorText, faults: FaultList) -> None:
    """A word that stands twice in a row is a slip of the hand."""
    for line, word in doubled_words(text.passages, text.language):
        mend = "Take one away, or say it in other words."
        faults.add(line, f"The word `{word}` stands twice in a row", mend)


def _parts(
    scanned: tuple[ScannedPart, ...], faults: FaultList, links: Links, renderer: Renderer
) -> tuple[Part, ...]:
    pieces = [_piece(part) for part in scanned]
    texts = iter(rendered_pieces([piece for piece in pieces if piece], faults, links, renderer))
    parts: list[Part] = []
    for part, piece in zip(scanned, pieces, strict=True):
        html = next(texts).html if piece else ""
        if isinstance(part, Block):
            parts.append(_block_part(part, html, faults))
        elif html:
            parts.append(ProsePart(html))
    return tuple(parts)


def _piece(part: ScannedPart) -> Piece | None:
    """What Markdown has to render: prose from h2 down, blocks from h3 down; a quiz is no Markdown."""
    if isinstance(part, Prose):
        return Piece(part.text, part.line, first_heading=2)
    if part.kind is BlockKind.QUIZ:
        return None
    return Piece(part.text, part.text_line, first_heading=3)


def rendered_pieces(
    pieces: list[Piece], faults: FaultList, links: Links, renderer: Renderer
) -> list[Rendered]:
    """The pieces as safe HTML, their problems as faults; empty texts when nothing could be rendered."""
    if not pieces:
        return []
    try:
        results = renderer.render(pieces, links)
    except RenderingFailed as failed:
        faults.add(
            pieces[0].line, str(failed), "Make it shorter and simpler: fewer brackets, lists and tables."
        )
        return [Rendered("") for _piece_without_text in pieces]
    for result in results:
        for problem in result.problems:
            faults.add(problem.line, problem.message, problem.mend)
    return results


def _block_part(block: Block, html: str, faults: FaultList) -> Part:
    if block.kind in CALLOUTS:
        return BoxPart(str(block.kind), block.title, html)
    match block.kind:
        case BlockKind.STEPS:
            if html and "<ol" not in html:
                faults.add(
                    block.line, "The steps have no numbers", "Write them as a list: 1. First, 2. Then."
                )
            return BoxPart(str(block.kind), block.title, html)
        case BlockKind.TASK:
            if html and len(_NO_INSTRUCTION.sub(" ", html).split()) < FEWEST_INSTRUCTION_WORDS:
                message = f"The task `{block.id}` does not say what to do"
                faults.add(block.line, message, "Write a sentence or two below its title.")
            return TaskPart(block.id, block.title, block.answer, block.review, block.extra, html)
        case BlockKind.QUIZ:
            return QuizPart(block.id, block.title, read_gift(block.text, block.text_line, faults))
        case _:
            return DiaryPart(block.id, block.title, html)


def as_twin_of(reading: LessonReading, main: LessonReading) -> LessonPage:
    """The page of a twin or translation, with what it leaves to its lesson: minutes, section, question keys.

    Tries are kept by a question's key, so a twin's question has its lesson's key, whatever its own name is.
    """
    parts = tuple(
        replace(part, questions=_with_keys(part.questions, main.quizzes.get(part.id, ())))
        if isinstance(part, QuizPart)
        else part
        for part in reading.page.parts
    )
    return replace(
        reading.page,
        minutes=reading.page.minutes or main.page.minutes,
        section=reading.page.section or main.page.section,
        parts=parts,
    )


def _with_keys(own: tuple[Question, ...], theirs: tuple[Question, ...]) -> tuple[Question, ...]:
    if len(own) != len(theirs):
        return own
    return tuple(replace(question, key=other.key) for question, other in zip(own, theirs, strict=True))
