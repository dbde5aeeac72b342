"""Makes HTML, and is the only place that does: authors' Markdown, sanitised twice; people's plain writing.

Markdown is slow on hostile input, so it runs where it can be killed: in the catalogue's rendering worker.
"""

import html
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote
from xml.etree.ElementTree import Element

import bleach
import markdown
import nh3
from markdown.inlinepatterns import InlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

from lms import user_text
from lms.markup.invisible_characters import code_point, invisible_characters, occurrences_of
from lms.markup.problems import Notes, Problem

SANITISER_VERSION = 1
MOST_MARKDOWN_BYTES = 100_000
EXTENSIONS = ("tables", "fenced_code", "sane_lists", "def_list")

_TAG_NAMES = (
    "p br hr h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre code em strong del sub sup a img "
    "table thead tbody tr th td figure figcaption abbr kbd"
)
TAGS = frozenset(_TAG_NAMES.split())
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "width", "height"},
    "th": {"scope", "colspan", "rowspan"},
    "td": {"colspan", "rowspan", "data-label"},
    "ol": {"start"},
    "abbr": {"title"},
}
SCHEMES = frozenset({"https", "http", "mailto", "tel"})
LINK_REL = "noopener noreferrer nofollow"
# where media are served; published texts contain it, so it must not change
MEDIA_PATH = "/media/"
# fewer columns fit on a phone anyway, and more make too long a list; the limit keeps labels short
LABELLED_COLUMNS = range(3, 7)
MOST_LABEL_CHARACTERS = 40

_HREF = re.compile(
    r"(?:https?://[A-Za-z0-9.-]+(?:[:/?#][\x21-\x7e\u00a1-\ud7ff]*)?|mailto:[\x21-\x7e]+|tel:[0-9+() -]+"
    r"|\.\./lessons/[a-z0-9-]{1,80}|/(?![/\\])[\x21-\x5b\x5d-\x7e]*)\Z"
)
_SRC = re.compile(rf"{MEDIA_PATH}[A-Za-z0-9_-]{{1,64}}(?:\.[a-z0-9]{{2,4}})?\Z")
_TEXT_FILE = re.compile(r"(?P<name>\d{2}-[a-z0-9-]+(?:\.(?:selko|fi|sv|en))?\.md)(?:#.*)?")
_HEADING = re.compile(r"<(?P<end>/?)h(?P<level>[1-6])>")
_PROSE_HEADING = 2  # the first heading level of a page's own text; its title is one level above
_HEADING_TAGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_PICTURES = frozenset({"png", "jpg", "jpeg", "webp", "svg"})


class UnsafeMarkup(ValueError):
    """Sanitised HTML contains something that it must never contain; it may not be published."""


@dataclass(frozen=True)
class Links:
    """Where links may lead: names of text files to their pages' addresses, media names to theirs, pages of the site."""

    pages: Mapping[str, str] = field(default_factory=dict)
    media: Mapping[str, str] = field(default_factory=dict)
    site: Collection[str] = ()


@dataclass(frozen=True)
class Piece:
    """A piece of Markdown, the line it starts on, and the level its page gives its first headings."""

    text: str
    line: int = 1
    first_heading: int = 2


@dataclass(frozen=True)
class Rendered:
    html: str
    problems: tuple[Problem, ...] = ()


def paragraphs(text: str | None) -> Markup:
    """People's plain writing as HTML: an empty line starts a paragraph, a newline breaks the line."""
    lines = user_text.many_lines(text or "").strip()
    blocks = (block.strip("\n") for block in re.split(r"\n[ \t]*\n", lines))
    parts = (
        Markup("<br>\n").join(escape(line) for line in block.split("\n")) for block in blocks if block.strip()
    )
    return Markup("\n").join(Markup("<p>{}</p>").format(part) for part in parts)


def published_html(text: str) -> Markup:
    """HTML that was sanitised here when its course version was published, and has not changed since."""
    return Markup(text)  # noqa: S704 (stored output of render_pieces, never a person's input)


def render_markdown(source: str, *, links: Links | None = None, first_heading: int = 2) -> Rendered:
    """One Markdown text as safe HTML."""
    return render_pieces([Piece(source, first_heading=first_heading)], links or Links())[0]


def render_pieces(pieces: Sequence[Piece], links: Links) -> list[Rendered]:
    """The pieces of one page; headings keep their order through all pieces of the same first level."""
    converted = [_converted(piece, links) for piece in pieces]
    tops: dict[int, int] = {}
    for piece, (raw, _notes) in zip(pieces, converted, strict=True):
        for level in _levels(raw):
            tops[piece.first_heading] = min(level, tops.get(piece.first_heading, level))
    _note_skips(pieces, converted, tops)
    results = []
    for piece, (raw, notes) in zip(pieces, converted, strict=True):
        shift = piece.first_heading - tops.get(piece.first_heading, piece.first_heading)
        clean = sanitised(_shifted(raw, shift))
        results.append(Rendered(clean, (*notes.problems, *_hidden(clean, piece))))
    return results


def _note_skips(
    pieces: Sequence[Piece], converted: Sequence[tuple[str, "Notes"]], tops: Mapping[int, int]
) -> None:
    """Headings that leave a level out: in prose against the heading before, in a block against its title."""
    above = _PROSE_HEADING - 1
    for piece, (_raw, notes) in zip(pieces, converted, strict=True):
        is_prose = piece.first_heading == _PROSE_HEADING
        before = above if is_prose else piece.first_heading - 1
        for raw_level, text in notes.headings:
            level = raw_level + piece.first_heading - tops[piece.first_heading]
            if level > before + 1:
                fix = "Begin with ##, and go down by one # at a time."
                notes.add(notes.heading(raw_level, text), f"The heading `{text[:60]}` skips a level", fix)
            before = level
        above = before if is_prose else above


def sanitised(raw: str) -> str:
    """Untrusted HTML made safe: bleach first, then nh3, whose settings decide; a third parser looks."""
    clean = _NH3.clean(_BLEACH.clean(raw)).strip()
    assert_safe(clean)
    return clean


def assert_safe(clean: str) -> None:
    """Raises UnsafeMarkup if HTML contains more than the allowed tags, attributes and addresses.

    The standard library's parser shares no code with bleach's (html5lib) or nh3's (html5ever), so that one
    parser's error does not hide itself here.
    """
    watcher = _Watcher(convert_charrefs=True)
    watcher.feed(clean)
    watcher.close()


def _hidden(clean: str, piece: Piece) -> Iterator[Problem]:
    """Problems for invisible characters; files contain none, but a character reference can produce one."""
    letters = invisible_characters(clean)
    places = tuple(occurrences_of(letters, piece.text)) if letters else ()
    for letter, offset in places or tuple((letter, 0) for letter in letters):
        line = piece.line + piece.text.count("\n", 0, offset)
        fix = "Take its code away and type the text again."
        yield Problem(line, f"A hidden character ({code_point(letter)})", fix)


def _levels(raw: str) -> Iterator[int]:
    return (int(match["level"]) for match in _HEADING.finditer(raw) if not match["end"])


def _shifted(raw: str, by: int) -> str:
    """Markdown's own output contains no tag of an author's, so each `<h1>` in it is a real heading."""
    return _HEADING.sub(lambda match: f"<{match['end']}h{min(6, max(2, int(match['level']) + by))}>", raw)


def _converted(piece: Piece, links: Links) -> tuple[str, "Notes"]:
    text = piece.text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text.encode("utf-8", "replace")) > MOST_MARKDOWN_BYTES:
        notes = Notes("", piece.line)
        notes.add("", "The text is larger than 100 kB", "Split it into several lessons.")
        return "", notes
    notes = Notes(text, piece.line)
    converter = markdown.Markdown(extensions=list(EXTENSIONS), output_format="html")
    converter.preprocessors.deregister("html_block")
    converter.inlinePatterns.register(_DroppedHtml(notes, converter), "html", 90)
    converter.treeprocessors.register(_Addresses(notes, links, converter), "addresses", -10)
    return converter.convert(text), notes


class _DroppedHtml(InlineProcessor):
    """Drops raw HTML and notes it. Unfinished tags stay text and are escaped like all text."""

    def __init__(self, notes: Notes, converter: markdown.Markdown) -> None:
        super().__init__(r"<[a-zA-Z/!?][^<>]*>", converter)
        self._notes = notes

    def handleMatch(self, m: re.Match[str], data: str) -> tuple[str, int, int]:  # type: ignore[override]  # noqa: N802 (Markdown's name; it takes text too)
        message = f"Raw HTML `{m.group(0).partition(chr(2))[0][:40]}`"
        self._notes.add(m.group(0), message, "Write it in Markdown, or put it in `backticks` to show it.")
        return "", m.start(0), m.end(0)


class _Addresses(Treeprocessor):
    """Turns authors' addresses into the product's own, and notes those that lead nowhere."""

    def __init__(self, notes: Notes, links: Links, converter: markdown.Markdown) -> None:
        super().__init__(converter)
        self._notes = notes
        self._links = links

    def run(self, root: Element) -> None:
        for element in root.iter():
            if element.tag == "a":
                self._link(element)
            elif element.tag == "img":
                self._picture(element)
            elif element.tag == "table":
                self._table(element)
            elif element.tag in _HEADING_TAGS:
                self._notes.headings.append((int(element.tag[1]), _first_text(element)))

    def _table(self, table: Element) -> None:
        """Name each cell's column: on a phone a row of many columns is shown as a list."""
        headings = list(table.iter("th"))
        labels = [_plain("".join(cell.itertext()))[:MOST_LABEL_CHARACTERS] for cell in headings]
        for cell in headings:
            cell.set("scope", "col")
            self._heading(cell)
        if len(labels) not in LABELLED_COLUMNS:
            return
        for row in table.iter("tr"):
            for cell, label in zip(row.findall("td"), labels, strict=False):
                if label:
                    cell.set("data-label", label)

    def _heading(self, cell: Element) -> None:
        if not "".join(cell.itertext()).strip() and cell.find(".//img") is None:
            fix = "Say in the table's first row what stands below, also in its first column."
            self._notes.add("|", "A column of a table has no heading", fix)

    def _link(self, element: Element) -> None:
        address = _plain(element.get("href", ""))
        target = self._target(address)
        if target is None:
            element.attrib.pop("href", None)
        else:
            element.set("href", target)
        if not "".join(element.itertext()).strip() and element.find(".//img") is None:
            self._notes.add(address, "A link has no text", "Write what it leads to: [text](address).")

    def _target(self, address: str) -> str | None:
        page = _TEXT_FILE.fullmatch(address)
        if page:
            return self._page(address, page["name"])
        if address.startswith("media/"):
            return self._media(address)
        if address.startswith("http://"):
            self._notes.add(
                address, f"The link {address[:60]} is not https", "Write https:// if the site has it."
            )
            return None
        if address in self._links.site:
            return address
        if address.startswith(("https://", "mailto:", "tel:")) and _HREF.match(address):
            return address
        fix = "Link to https://…, to a lesson's file name, or to media/…."
        self._notes.add(address or "]()", f"The link `{address[:60]}` leads nowhere", fix)
        return None

    def _page(self, address: str, name: str) -> str | None:
        target = self._links.pages.get(name)
        if target is None:
            fix = "Write the name of a text file of this folder, without its language or selko ending."
            self._notes.add(address, f"There is no text `{name}` to link to", fix)
        return target

    def _media(self, address: str) -> str | None:
        target = self._links.media.get(unquote(address).removeprefix("media/"))
        if target is None:
            self._notes.add(
                address, f"There is no file `{address[:80]}`", "Put it in media/ or mend its name."
            )
        return target

    def _picture(self, element: Element) -> None:
        address = _plain(element.get("src", ""))
        target = self._media(address) if address.startswith("media/") else None
        if not address.startswith("media/"):
            fix = "Put the picture in media/ and write media/name.png."
            self._notes.add(address, f"The picture `{address[:60]}` is not in media/", fix)
        elif target and target.rpartition(".")[2] not in _PICTURES:
            self._notes.add(address, f"`{address[:80]}` is not a picture", "Link to it: [text](media/…).")
        if not element.get("alt", "").strip():
            fix = "Say in the brackets what the picture shows: ![words](media/…)."
            self._notes.add(address, f"The picture `{address[:60]}` has no alternative text", fix)
        element.attrib.pop("title", None)
        element.set("src", target or "")


def _first_text(element: Element) -> str:
    """What a heading begins with, as far as it is so in the author's text."""
    return _plain(next((text for text in element.itertext() if text.strip()), "")).partition("\x02")[0]


def _plain(address: str) -> str:
    """An address as its author meant it: Markdown hides ampersands and mail addresses behind codes."""
    return html.unescape(address.replace("\x02amp\x03", "&")).strip()


def _allowed_value(tag: str, name: str, value: str) -> str | None:
    """Positive patterns only: an address or figure that is not known to be good is dropped."""
    if name == "href":
        return value if _HREF.match(value) else None
    if name == "src":
        return value if _SRC.match(value) else None
    if name in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() and len(value) < 5 else None
    if name == "scope":
        return value if value in ("row", "col") else None
    if name == "rel":
        return value if tag == "a" and value == LINK_REL else None
    return value


def _bleach_attribute(tag: str, name: str, value: str) -> bool:
    return name in ATTRIBUTES.get(tag, set()) and _allowed_value(tag, name, value) is not None


_BLEACH = bleach.Cleaner(
    tags=TAGS,
    attributes=_bleach_attribute,
    protocols=SCHEMES,
    strip=True,
    strip_comments=True,
    css_sanitizer=None,
)
_NH3 = nh3.Cleaner(
    tags=set(TAGS),
    attributes=ATTRIBUTES,
    attribute_filter=_allowed_value,
    strip_comments=True,
    url_schemes=set(SCHEMES),
    link_rel=LINK_REL,
)


class _Watcher(HTMLParser):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            raise UnsafeMarkup(f"the tag <{tag}>")
        allowed = ATTRIBUTES.get(tag, set()) | ({"rel"} if tag == "a" else set())
        for name, value in attrs:
            if name not in allowed or value is None or _allowed_value(tag, name, value) is None:
                raise UnsafeMarkup(f"the attribute {name} of <{tag}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            raise UnsafeMarkup(f"the end tag </{tag}>")

    def handle_comment(self, data: str) -> None:
        raise UnsafeMarkup("a comment")

    def handle_decl(self, decl: str) -> None:
        raise UnsafeMarkup("a declaration")

    def handle_pi(self, data: str) -> None:
        raise UnsafeMarkup("a processing instruction")

    def unknown_decl(self, data: str) -> None:
        raise UnsafeMarkup("an unknown declaration")
