"""How much an SVG picture makes a browser draw: references can let a small file draw the same things without end."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

# an old phone draws this many shapes in a bearable time; the shipped pictures have a few hundred
MOST_DRAWN = 50_000
# of nested elements and chained references; the files of drawing programs have far less
MOST_DEPTH = 100
# more than any useful picture needs; a larger one may need gigabytes of memory
LARGEST_SIZE = 20_000

# these apply to the element as a whole; any other reference is inherited by everything inside it
_WHOLE = frozenset({"clip-path", "mask", "filter"})
_GRADIENTS = frozenset({"linearGradient", "radialGradient"})
_SIZED = frozenset({"svg", "symbol", "pattern", "mask", "marker", "use", "rect", "circle", "ellipse"})
_SIZES = frozenset({"width", "height", "viewBox", "r", "rx", "ry", "markerWidth", "markerHeight"})

_REFERENCE = re.compile(r"url\s*\(\s*['\"]?#([A-Za-z0-9_-]+)", re.I)
_NUMBER = re.compile(r"[0-9.]+(?:e[-+]?[0-9]+)?", re.I)
_BRACE = re.compile(r"([{}])")
_PLAIN_SELECTOR = re.compile(r"[A-Za-z0-9_.#,>\s-]+")
_NAME_IN_SELECTOR = re.compile(r"[.#]?[A-Za-z_][A-Za-z0-9_-]*")


class TooHeavy(Exception):
    """The picture would make a browser draw too much."""


@dataclass(eq=False)
class _Element:
    name: str
    parent: "_Element | None"
    # the points at which a marker on it is drawn
    points: int
    children: list["_Element"] = field(default_factory=list)
    # ids of what is drawn again in it, of what clips or masks it as a whole, and of what paints it and its contents
    repeated: list[str] = field(default_factory=list)
    cut_with: list[str] = field(default_factory=list)
    painted_with: list[str] = field(default_factory=list)

    def refer(self, properties: dict[str, list[str]]) -> None:
        for name, found in properties.items():
            (self.cut_with if name in _WHOLE else self.painted_with).extend(found)


@dataclass(frozen=True)
class _Weight:
    """Totals of an element and its contents: its shapes, their points, what is drawn for them, and the depth."""

    shapes: int = 0
    points: int = 0
    drawn: int = 0
    depth: int = 0


@dataclass(frozen=True)
class _Paint:
    """What is drawn in addition, for each shape and for each point."""

    for_shape: int = 0
    for_point: int = 0


class Picture:
    """The elements of a picture as they are read, and the sum of what they draw."""

    def __init__(self) -> None:
        self.count = 0
        self._open: list[_Element] = []
        self._by_id: dict[str, _Element] = {}
        self._by_name: dict[str, list[_Element]] = defaultdict(list)
        self._all: list[_Element] = []
        self._styles: list[str] = []
        self._references = 0
        self._weights: dict[_Element, _Weight | None] = {}
        self._paints: dict[_Element, _Paint] = {}

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """Take an element's beginning. Raises TooHeavy for too many, too deep or too large ones."""
        self.count += 1
        if self.count > MOST_DRAWN:
            raise TooHeavy(f"more than {MOST_DRAWN} shapes")
        if len(self._open) >= MOST_DEPTH:
            raise TooHeavy(f"elements more than {MOST_DEPTH} deep in one another")
        given = {attribute.rpartition(" ")[2]: value for attribute, value in attributes.items()}
        _check_sizes(name, given)
        points = len(_NUMBER.findall(f"{given.get('d', '')} {given.get('points', '')}"))
        element = _Element(name, self._open[-1] if self._open else None, 1 + points)
        for attribute, value in attributes.items():
            self._refer(element, attribute.rpartition(" ")[2], value)
        if element.parent:
            element.parent.children.append(element)
        for known_as in (
            name,
            f"#{given.get('id', '')}",
            *(f".{word}" for word in set(given.get("class", "").split())),
        ):
            self._by_name[known_as].append(element)
        if "id" in given:
            self._by_id.setdefault(given["id"], element)
        self._open.append(element)
        self._all.append(element)

    def end(self) -> None:
        self._open.pop()

    def style(self, text: str) -> None:
        """Take a style sheet, without its comments."""
        self._styles.append(text)

    def check(self) -> None:
        """Raise TooHeavy when the whole draws too much, or something draws itself."""
        for text in self._styles:
            self._apply(text)
        if self._all:
            self._weigh(self._all[0], 0)

    def _refer(self, element: _Element, attribute: str, value: str) -> None:
        if attribute == "href":
            element.repeated.append(value.removeprefix("#"))
        elif attribute == "style":
            element.refer(self._declared(value))
        else:
            element.refer(self._declared(f"{attribute}:{value}"))

    def _declared(self, block: str) -> dict[str, list[str]]:
        """Return the references of a block of declarations by property; what could pass one on unseen is refused."""
        found: dict[str, list[str]] = defaultdict(list)
        for declaration in block.split(";"):
            name, _colon, value = declaration.partition(":")
            name, references = name.strip().lower(), _REFERENCE.findall(value)
            is_inherited = value.strip().lower().startswith("inherit") and name in _WHOLE | {"all"}
            if is_inherited or (references and name.startswith("--")):
                raise TooHeavy(f"a reference that `{name[:40]}` passes on")
            found[name] += references
        return found

    def _apply(self, text: str) -> None:
        """Let each rule that refers to something paint everything that it may be about."""
        for selector, block in _rules_of(text):
            properties = self._declared(block)
            count = sum(len(found) for found in properties.values())
            if count:
                elements = self._about(selector)
                self._references += count * len(elements)
                if self._references > MOST_DRAWN:
                    raise TooHeavy(f"styles that refer to something more than {MOST_DRAWN} times")
                for element in elements:
                    element.refer(properties)

    def _about(self, selector: str) -> list[_Element]:
        if not _PLAIN_SELECTOR.fullmatch(selector):
            return self._all
        names = set(_NAME_IN_SELECTOR.findall(selector))
        return [element for name in names for element in self._by_name.get(name, ())]

    def _weigh(self, element: _Element, depth: int) -> _Weight:
        """Return an element's weight, worked out once however often it is referred to."""
        if element in self._weights:
            known = self._weights[element]
            if known is None:
                raise TooHeavy("something that draws itself")
            return known
        self._weights[element] = None
        paint, below = self._paint(element, depth), [_Weight()]
        shapes, points = 1, element.points
        drawn = 1 + paint.for_shape + element.points * paint.for_point
        for child in element.children:
            below.append(self._weigh_next(child, depth))
            drawn += below[-1].drawn
        for again in self._named(element.repeated):
            below.append(self._weigh_next(again, depth))
            drawn += below[-1].drawn + below[-1].shapes * paint.for_shape + below[-1].points * paint.for_point
        shapes += sum(part.shapes for part in below)
        points += sum(part.points for part in below)
        for cut in self._named(element.cut_with):
            below.append(self._weigh_next(cut, depth))
            drawn += below[-1].drawn
        found = _Weight(shapes, points, drawn, 1 + max(part.depth for part in below))
        if found.drawn > MOST_DRAWN:
            raise TooHeavy(f"references that draw more than {MOST_DRAWN} shapes")
        if found.depth > MOST_DEPTH:
            raise TooHeavy(f"references that lead on more than {MOST_DEPTH} times")
        self._weights[element] = found
        return found

    def _weigh_next(self, element: _Element, depth: int) -> _Weight:
        if depth >= MOST_DEPTH:
            raise TooHeavy(f"references that lead on more than {MOST_DEPTH} times")
        return self._weigh(element, depth + 1)

    def _paint(self, element: _Element, depth: int) -> _Paint:
        """Return what paints an element: its own references and those that it has from the elements around it."""
        line: list[_Element] = []
        around: _Element | None = element
        while around is not None and around not in self._paints:
            line.append(around)
            around = around.parent
        paint = self._paints[around] if around is not None else _Paint()
        for one in reversed(line):
            for_shape, for_point = paint.for_shape, paint.for_point
            for found in self._named(one.painted_with):
                if found.name in _GRADIENTS:
                    for_shape += 1  # it contains only colours
                elif found.name == "marker":
                    for_point += self._weigh_next(found, depth).drawn
                else:
                    for_shape += self._weigh_next(found, depth).drawn
            paint = self._paints[one] = _Paint(for_shape, for_point)
        return paint

    def _named(self, ids: list[str]) -> list[_Element]:
        return [self._by_id[name] for name in ids if name in self._by_id]


def _rules_of(text: str) -> Iterator[tuple[str, str]]:
    """Yield selector and declarations of each rule; a text in no rule, or around an inner one, may be about anything."""
    pieces = ["", "", *_BRACE.split(text), "", ""]
    for place in range(2, len(pieces) - 2, 2):
        is_block = pieces[place - 1] == "{" and pieces[place + 1] == "}"
        if is_block or _REFERENCE.search(pieces[place]):
            yield (pieces[place - 2] if is_block else "*"), pieces[place]


def _check_sizes(name: str, given: dict[str, str]) -> None:
    for attribute in _SIZES & given.keys() if name in _SIZED else ():
        for number in _NUMBER.findall(given[attribute]):
            if number.count(".") < 2 and number != "." and float(number) > LARGEST_SIZE:
                raise TooHeavy(f"a size above {LARGEST_SIZE} in {attribute}")
