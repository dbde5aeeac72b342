"""Reads one lesson file: its front matter, its blocks, and its text as safe HTML."""

from dataclasses import dataclass, replace

from lms.coursefiles.blocks.part import Block, NamedPart, Part
from lms.coursefiles.blocks.prose import ProsePart
from lms.coursefiles.blocks.quiz import QuizPart
from lms.coursefiles.course import LessonText
from lms.coursefiles.read.author_texts import AuthorText, repeated_words, segments_of
from lms.coursefiles.read.blocks import Prose, ScannedPart, scan_blocks
from lms.coursefiles.read.fields import Fields
from lms.coursefiles.read.files import printable_path, read_text
from lms.coursefiles.read.folder import LessonFile
from lms.coursefiles.read.front_matter import split_front_matter
from lms.coursefiles.read.references import CODE, CODE_HINT
from lms.coursefiles.render.renderer import Renderer, RenderingFailed
from lms.faults import FaultList
from lms.markup.render import Links, Piece, Rendered
from lms.questions.question import Question

MOST_MINUTES = 600
LESSON_FIELDS = ("title", "minutes", "criteria", "section")


@dataclass(frozen=True)
class LessonReading:
    """A lesson file as far as it could be read; it may be published only when its list of faults is empty."""

    file: LessonFile
    page: LessonText
    blocks: tuple[Block, ...]
    criteria: tuple[tuple[str, int], ...]
    faults: FaultList
    words: int
    read: AuthorText
    minutes_line: int

    @property
    def named_parts(self) -> dict[str, NamedPart]:
        return {part.id: part for part in self.page.parts if isinstance(part, NamedPart)}

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
    page = LessonText(
        language=file.language or language,
        plain=file.plain,
        title=fields.text("title", limit=200) or "",
        minutes=fields.integer("minutes", 1, MOST_MINUTES, required=file.is_main) or 0,
        section=fields.text("section", required=False, limit=200),
        parts=_parts(scanned, faults, links, renderer),
    )
    read = AuthorText(printable_path(file.path), page.language, page.plain, segments_of(mapping, scanned))
    check_repeated_words(read, faults)
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


def check_repeated_words(text: AuthorText, faults: FaultList) -> None:
    """A word repeated at once is a slip."""
    for line, word in repeated_words(text.segments, text.language):
        fix = "Take one away, or say it in other words."
        faults.add(line, f"The word `{word}` stands twice in a row", fix)


def _parts(
    scanned: tuple[ScannedPart, ...], faults: FaultList, links: Links, renderer: Renderer
) -> tuple[Part, ...]:
    pieces = [_pieces(part) for part in scanned]
    rendered = iter(rendered_pieces([piece for some in pieces for piece in some], faults, links, renderer))
    parts: list[Part] = []
    for part, some in zip(scanned, pieces, strict=True):
        html = tuple(next(rendered).html for _piece in some)
        if isinstance(part, Block):
            parts.append(part.part_type.from_block(part, html, faults))
        elif any(html):
            parts.append(ProsePart(*html))
    return tuple(parts)


def _pieces(part: ScannedPart) -> list[Piece]:
    """What Markdown has to render: prose from h2 down, blocks from h3 down."""
    if isinstance(part, Prose):
        return [Piece(part.text, part.line, first_heading=2)]
    return [Piece(text.text, text.line, first_heading=3) for text in part.part_type.markdown(part)]


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
            faults.add(problem.line, problem.message, problem.fix)
    return results


def as_twin_of(reading: LessonReading, main: LessonReading) -> LessonText:
    """The page of a twin or translation, with what it leaves to its lesson: minutes, section, question keys."""
    theirs = main.named_parts
    parts = tuple(
        part.as_twin_of(theirs[part.id]) if isinstance(part, NamedPart) and part.id in theirs else part
        for part in reading.page.parts
    )
    return replace(
        reading.page,
        minutes=reading.page.minutes or main.page.minutes,
        section=reading.page.section or main.page.section,
        parts=parts,
    )
