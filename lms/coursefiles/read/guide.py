"""Reads the guide: the site's own help and its two statements, each page in all three languages."""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from lms.access import Role
from lms.coursefiles.blocks.kinds import BLOCK_KINDS
from lms.coursefiles.blocks.part import Block
from lms.coursefiles.read.author_texts import AuthorText, segments_of
from lms.coursefiles.read.blocks import Prose, ScannedPart, scan_blocks
from lms.coursefiles.read.fields import LANGUAGES, Fields
from lms.coursefiles.read.files import entries, printable_path, read_text
from lms.coursefiles.read.folder import LessonFile, lesson_file, name_faults
from lms.coursefiles.read.front_matter import split_front_matter
from lms.coursefiles.read.lessons import check_repeated_words, rendered_pieces
from lms.coursefiles.render.renderer import Renderer
from lms.coursefiles.site_pages import SITE_PAGES
from lms.faults import Fault, FaultList, visible
from lms.markup.render import Links, Piece

GUIDE_FOLDER = "_guide"
# the two pages that the law asks for; they have their own addresses
STATEMENTS = ("accessibility", "privacy")
PAGE_FIELDS = ("title", "summary", "roles", "checked")
TRANSLATION_FIELDS = ("title", "summary")
OWN_LANGUAGE, *OTHER_LANGUAGES = LANGUAGES
# in a sentence: the name of the organisation that runs the site; alone on a line: how to reach it
OPERATOR, CONTACT = "{operator}", "{contact}"
_CONTACT_PARAGRAPH = f"<p>{CONTACT}</p>"

_PLACEHOLDER = re.compile(r"\{[ \w]{1,40}\}")
_MARKED_UP = re.compile(r"<(?:a|code|img)\b[^>]*\{(?:operator|contact)\}|<code>[^<]*\{(?:operator|contact)\}")
_ROLE = re.compile("|".join(Role))
_HEADING = re.compile(r"<h2>(?P<inner>.*?)</h2>", re.S)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class GuidePart:
    """A piece of a page: `prose`, `steps`, `note`, `tip` or `warning`; `contact` is filled in when it is shown."""

    kind: str
    title: str = ""
    html: str = ""


@dataclass(frozen=True)
class GuideSection:
    """A heading within a page and the place that it can be jumped to."""

    id: str
    title: str


@dataclass(frozen=True)
class GuideText:
    """One page in one language; `roles` are whom it is written for, `checked_on` when its content was last checked."""

    slug: str
    language: str
    position: int
    title: str
    summary: str
    roles: tuple[str, ...] = ()
    checked_on: date | None = None
    parts: tuple[GuidePart, ...] = ()
    sections: tuple[GuideSection, ...] = ()


@dataclass(frozen=True)
class GuideReading:
    """The guide's pages, none when there is a fault; `texts` is what could be read."""

    folder: Path
    pages: tuple[GuideText, ...] = ()
    faults: tuple[Fault, ...] = ()
    texts: tuple[AuthorText, ...] = ()


@dataclass(frozen=True)
class _Read:
    file: LessonFile
    page: GuideText
    text: AuthorText
    faults: FaultList


def address_of(slug: str) -> str:
    """Return where a page of the guide is shown."""
    return f"/{slug}" if slug in STATEMENTS else f"/help/{slug}"


def read_guide(folder: Path, *, renderer: Renderer) -> GuideReading:
    """Reads and renders the folder; never raises, whatever the folder contains."""
    at_folder = FaultList(printable_path(folder))
    if folder.is_symlink():
        at_folder.add(
            1, "The guide's folder is a link", "Put the folder itself here; links are not followed."
        )
        return GuideReading(folder, faults=at_folder.as_tuple())
    files = list(_files(folder, at_folder))
    faults = [*name_faults(files), *_missing(files)]
    slugs = {file.slug for file in files if file.is_main}
    for statement in STATEMENTS:
        if statement not in slugs:
            fix = f"Write 01-{statement}.md, with any number: the law asks for it."
            at_folder.add(1, f"There is no page `{statement}`", fix)
    links = Links(
        pages={file.path.name: address_of(file.slug) for file in files if file.is_main}, site=SITE_PAGES
    )
    read: list[_Read] = []
    for file in files:
        own = FaultList(printable_path(file.path))
        one = _read_page(file, own, links, renderer)
        if one:
            read.append(one)
        faults += own.as_tuple()
    faults += at_folder.as_tuple()
    return GuideReading(
        folder=folder,
        pages=() if faults else tuple(_with_mains(read)),
        faults=tuple(faults),
        texts=tuple(one.text for one in read),
    )


def _files(folder: Path, faults: FaultList) -> Iterator[LessonFile]:
    for entry in entries(folder, faults):
        name = visible(printable_path(Path(entry.name)))
        file = None if entry.is_dir(follow_symlinks=False) else lesson_file(Path(entry.path))
        if file is None or file.plain:
            fix = "Pages of the guide are named 01-a-name.md and 01-a-name.sv.md."
            faults.add(1, f"`{name}` is no page of the guide", fix)
        elif file.language == OWN_LANGUAGE:
            faults.add(1, f"`{name}` names the guide's own language", f"Keep the text in {file.main_name}.")
        else:
            yield file


def _missing(files: list[LessonFile]) -> Iterator[Fault]:
    """The languages in which a page is not there: the whole product speaks all three."""
    names = {file.path.name for file in files}
    for file in files:
        for language in OTHER_LANGUAGES if file.is_main else ():
            wanted = f"{file.path.stem}.{language}.md"
            if wanted not in names:
                message = f"The page is missing in `{language}`"
                yield Fault(printable_path(file.path), 1, message, f"Write {wanted}.")


def _read_page(file: LessonFile, faults: FaultList, links: Links, renderer: Renderer) -> _Read | None:
    text = read_text(file.path, faults)
    split = None if text is None else split_front_matter(text, faults)
    if split is None:
        return None
    mapping, body, line = split
    fields = Fields(mapping, 1, faults, PAGE_FIELDS if file.is_main else TRANSLATION_FIELDS)
    scanned = scan_blocks(body, line, faults)
    if not scanned and not faults:
        faults.add(line, "The page has no text", "Write it below the front matter.")
    for part in scanned:
        _check_part(part, faults)
    for name in TRANSLATION_FIELDS:
        _check_plain(fields.text(name, required=False) or "", fields.line_of(name), faults)
    parts, sections = _with_anchors(_parts(scanned, faults, links, renderer))
    page = GuideText(
        slug=file.slug,
        language=file.language or OWN_LANGUAGE,
        position=int(file.number),
        title=fields.text("title", limit=200) or "",
        summary=fields.text("summary", limit=500) or "",
        roles=fields.texts("roles", pattern=_ROLE, hint=f"Use {', '.join(Role)}."),
        checked_on=_day(fields, faults, required=file.is_main and file.slug in STATEMENTS),
        parts=parts,
        sections=sections,
    )
    read = AuthorText(printable_path(file.path), page.language, False, segments_of(mapping, scanned))
    check_repeated_words(read, faults)
    return _Read(file, page, read, faults)


def _day(fields: Fields, faults: FaultList, *, required: bool) -> date | None:
    text = fields.text("checked", required=required)
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        faults.add(fields.line_of("checked"), "`checked` is not a day", 'Write it like "2026-11-28".')
        return None


def _check_plain(text: str, line: int, faults: FaultList) -> None:
    """A title or a summary is shown as it is."""
    if found := _PLACEHOLDER.search(text):
        fix = "Write it out; placeholders stand in the text only."
        faults.add(line, f"The placeholder `{found[0]}` stands in a title or summary", fix)


def _check_part(part: ScannedPart, faults: FaultList) -> None:
    if isinstance(part, Block) and not part.part_type.is_for_guide:
        known = sorted(name for name, kind in BLOCK_KINDS.items() if kind.is_for_guide)
        fix = f"The guide knows {', '.join(known)}."
        faults.add(part.line, f"A `{part.part_type.kind}` block has no place in the guide", fix)
    if isinstance(part, Block):
        _check_plain(part.title, part.line, faults)
    first = part.text_line if isinstance(part, Block) else part.line
    lines = part.text.split("\n")
    for place, line in enumerate(lines):
        for name in _PLACEHOLDER.findall(line):
            if name == CONTACT:
                around = "".join(lines[max(0, place - 1) : place] + lines[place + 1 : place + 2])
                if isinstance(part, Block) or line != CONTACT or around.strip():
                    fix = "Put an empty line above and below, outside of blocks."
                    faults.add(first + place, "`{contact}` does not stand alone", fix)
            elif name != OPERATOR:
                fix = f"Known ones are {OPERATOR} and {CONTACT}."
                faults.add(first + place, f"Unknown placeholder `{name}`", fix)


def _parts(
    scanned: tuple[ScannedPart, ...], faults: FaultList, links: Links, renderer: Renderer
) -> Iterator[GuidePart]:
    pieces = [
        Piece(part.text, part.line, first_heading=2)
        if isinstance(part, Prose)
        else Piece(part.text, part.text_line, first_heading=3)
        for part in scanned
    ]
    for part, rendered in zip(scanned, rendered_pieces(pieces, faults, links, renderer), strict=True):
        if isinstance(part, Block):
            yield GuidePart(part.part_type.kind, part.title, rendered.html)
            continue
        if _MARKED_UP.search(rendered.html):
            fix = "Take it out of the link or the code."
            faults.add(part.line, "A placeholder stands in a link or in code", fix)
        pieces_of_html = rendered.html.split(_CONTACT_PARAGRAPH)
        if len(pieces_of_html) - 1 != part.text.split("\n").count(CONTACT):
            fix = f"Write {CONTACT} alone at the margin, outside of lists and code."
            faults.add(part.line, "`{contact}` does not stand alone", fix)
        for number, piece in enumerate(pieces_of_html):
            if number:
                yield GuidePart("contact")
            if piece.strip():
                yield GuidePart("prose", html=piece.strip())


def _with_anchors(parts: Iterator[GuidePart]) -> tuple[tuple[GuidePart, ...], tuple[GuideSection, ...]]:
    """The parts with a place to jump to at each heading, and the headings for the page's own contents."""
    sections: list[GuideSection] = []

    def anchored(heading: re.Match[str]) -> str:
        section = GuideSection(f"section-{len(sections) + 1}", html.unescape(_TAG.sub("", heading["inner"])))
        sections.append(section)
        return f'<h2 id="{section.id}">{heading["inner"]}</h2>'

    # a block's headings are lower ones
    made = tuple(replace(part, html=_HEADING.sub(anchored, part.html)) for part in parts)
    return made, tuple(sections)


def _with_mains(read: list[_Read]) -> Iterator[GuideText]:
    """Every page; a translation is for whom its page is for, and as old."""
    mains = {one.page.slug: one.page for one in read if one.file.is_main}
    for one in read:
        main = mains[one.page.slug]
        yield replace(one.page, roles=main.roles, checked_on=main.checked_on)
