"""Turns a published page's HTML into a tree of plain data, which the booklet's template draws."""

import re
from html.parser import HTMLParser
from typing import Any, TypeAlias

from lms.markup.render import MEDIA_PATH
from lms.questions.comparison import folded

Node: TypeAlias = "str | dict[str, Any]"
Nodes: TypeAlias = list[Node]

# deeper nesting is drawn at this depth, because the template's recursion must end
DEEPEST = 12
DEEPEST_HEADING = 6

BLOCKS_OF_TABLE = frozenset({"table", "thead", "tbody", "tr", "th", "td"})
BLOCKS_OF_LIST = frozenset({"ul", "ol", "li", "dl", "dt", "dd"})
BLOCKS = (
    BLOCKS_OF_TABLE | BLOCKS_OF_LIST | {"p", "h", "blockquote", "pre", "hr", "img", "figure", "figcaption"}
)
VOID = frozenset({"br", "hr", "img"})
# white space between the children of these has no meaning
HOLDERS = frozenset(["ul", "ol", "dl", "table", "thead", "tbody", "tr"])
PARTS_OF_TABLE = frozenset({"thead", "tbody"})

_HEADING = re.compile(r"h[2-6]")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_LESSON = re.compile(r"\.\./lessons/(?P<slug>[a-z0-9-]+)")
_OUTSIDE = re.compile(r"(?:https?://|mailto:|tel:)(?P<shown>.+)", re.DOTALL)

# column widths of a table, in characters; an empty cell is meant for writing in
NARROWEST, WIDEST, TO_WRITE_IN, INSET = 6, 32, 22, 3


class Headings:
    """The levels of one lesson's headings: shifted below the lesson's own level, without skipping a level."""

    def __init__(self, lesson_level: int) -> None:
        self.lesson_level = lesson_level
        self.last = lesson_level

    def of_part(self) -> int:
        """Return the level of a part's title, one below the lesson's."""
        self.last = self.lesson_level + 1
        return self.last

    def of_html(self, level: int) -> int:
        self.last = min(level + self.lesson_level - 1, self.last + 1, DEEPEST_HEADING)
        return self.last


def tree_of(html: str, headings: Headings, base_url: str) -> Nodes:
    """Return the nodes of sanitised HTML; text is a string, everything else a dict with a `tag`."""
    builder = _Builder(headings, base_url)
    builder.feed(html)
    builder.close()
    return _tidied("li", builder.root)


def plain_text(text: str) -> Nodes:
    """Return plain text as paragraphs: an empty line separates paragraphs, a newline breaks the line."""
    blocks = re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").strip())
    return [{"tag": "p", "kids": _lines(block)} for block in blocks if block.strip()]


def _lines(text: str) -> Nodes:
    kids: Nodes = []
    for number, line in enumerate(text.strip("\n").split("\n")):
        kids += ([{"tag": "br"}] if number else []) + [_SPACES.sub(" ", line)]
    return kids


def text_of(nodes: Nodes) -> str:
    """Return the text of nodes without their tags."""
    words = []
    for node in nodes:
        if isinstance(node, str):
            words.append(node)
        else:
            inner = node.get("kids") or [kid for row in node.get("body", []) for cell in row for kid in cell]
            words.append(" " if node["tag"] == "br" else text_of(inner))
    return "".join(words)


class _Builder(HTMLParser):
    """Reads the few tags that published HTML can contain; of an unknown tag, only the text remains."""

    def __init__(self, headings: Headings, base_url: str) -> None:
        super().__init__(convert_charrefs=True)
        self.root: Nodes = []
        self._headings = headings
        self._base_url = base_url
        # open tags, each with the node that it makes (none where it is too deep) and the list it fills
        self._open: list[tuple[str, dict[str, Any] | None, Nodes]] = []

    @property
    def _here(self) -> Nodes:
        return self._open[-1][2] if self._open else self.root

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self._here.append(_void(tag, given))
            return
        if len(self._open) >= DEEPEST:
            self._open.append((tag, None, self._here))
            return
        node: dict[str, Any] = {"tag": tag, "kids": []}
        if _HEADING.fullmatch(tag):
            node = {"tag": "h", "level": self._headings.of_html(int(tag[1])), "kids": []}
        elif tag == "ol":
            node["start"] = int(given.get("start", "1"))
        elif tag == "a":
            node["to"] = _destination(given.get("href", ""), self._base_url)
        self._here.append(node)
        self._open.append((tag, node, node["kids"]))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1][0] != tag:
            return
        _tag, node, kids = self._open.pop()
        if node is not None:
            node["kids"] = _tidied(node["tag"], kids)
            _finish(node)

    def handle_data(self, data: str) -> None:
        if any(tag == "pre" for tag, _node, _kids in self._open):
            self._here.extend(_lines_of_code(data))
        else:
            self._here.append(_SPACES.sub(" ", data))


def _void(tag: str, given: dict[str, str]) -> dict[str, Any]:
    if tag != "img":
        return {"tag": tag}
    return {"tag": "img", "name": given.get("src", "").removeprefix(MEDIA_PATH), "alt": given.get("alt", "")}


def _lines_of_code(text: str) -> Nodes:
    kids: Nodes = []
    for number, line in enumerate(text.rstrip("\n").split("\n")):
        kids += ([{"tag": "br"}] if number else []) + [line.expandtabs(4).replace(" ", "\u00a0")]
    return kids


def _destination(address: str, base_url: str) -> dict[str, str] | None:
    """Return where a link leads: to a lesson of the booklet, or to an address that is printed."""
    lesson = _LESSON.fullmatch(address)
    if lesson:
        return {"lesson": lesson["slug"]}
    if address.startswith("/"):
        address = base_url + address
    outside = _OUTSIDE.fullmatch(address)
    return {"address": address, "shown": outside["shown"]} if outside else None


def _finish(node: dict[str, Any]) -> None:
    """Turn a closed node into the form that the template draws."""
    if node["tag"] == "h":
        node["text"] = text_of(node.pop("kids")).strip()
    elif node["tag"] == "a":
        to = node["to"]
        if to and "shown" in to and folded(to["shown"]).rstrip("/") in folded(text_of(node["kids"])):
            to["shown"] = ""  # the text is the address
    elif node["tag"] == "table":
        _lay_out(node)


def _tidied(tag: str, kids: Nodes) -> Nodes:
    """Return the children without the spaces that a browser would not show."""
    kept: Nodes = []
    for place, kid in enumerate(kids):
        if not isinstance(kid, str):
            kept.append(kid)
            continue
        begins = _is_block(kids[place - 1]) if place else tag in BLOCKS
        ends = _is_block(kids[place + 1]) if place + 1 < len(kids) else tag in BLOCKS
        text = kid.lstrip(" ") if begins else kid
        text = text.rstrip(" ") if ends else text
        if text and (text.strip(" ") or tag not in HOLDERS):
            kept.append(text)
    return kept


def _is_block(node: Node) -> bool:
    return isinstance(node, dict) and (node["tag"] in BLOCKS or node["tag"] == "br")


def _lay_out(table: dict[str, Any]) -> None:
    """Turn a table's rows into a head and a body of equally long rows, with a width for each column."""
    head: list[list[Nodes]] = []
    body: list[list[Nodes]] = []
    for part in table["kids"]:
        rows = part["kids"] if isinstance(part, dict) and part["tag"] in PARTS_OF_TABLE else [part]
        for row in rows:
            cells = [cell["kids"] for cell in _elements(row) if cell["tag"] in ("th", "td")]
            (head if isinstance(part, dict) and part["tag"] == "thead" else body).append(cells)
    count = max((len(row) for row in [*head, *body]), default=0)
    if not count:
        table["tag"] = "p"  # its rows were nested too deep; only their text is left
        return
    for row in [*head, *body]:
        row.extend([] for _missing in range(count - len(row)))
    del table["kids"]
    table.update(head=head, body=body, widths=[_width(head, body, column) for column in range(count)])


def _elements(node: Node) -> list[dict[str, Any]]:
    return [kid for kid in node.get("kids", []) if isinstance(kid, dict)] if isinstance(node, dict) else []


def _width(head: list[list[Nodes]], body: list[list[Nodes]], column: int) -> int:
    lengths = [len(text_of(row[column]).strip()) for row in body]
    longest = max([*lengths, *(len(text_of(row[column])) for row in head)], default=0)
    if 0 in lengths:
        longest = max(longest, TO_WRITE_IN)
    return min(max(longest, NARROWEST), WIDEST) + INSET
