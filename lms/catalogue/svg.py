"""Says what makes an SVG picture more than a picture: script, foreign content, anything from elsewhere."""

import re
from xml.parsers import expat

MOST_SVG_BYTES = 500_000
_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK_HREF = "http://www.w3.org/1999/xlink href"
_ELEMENT_NAMES = (
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs linearGradient "
    "radialGradient stop clipPath mask pattern symbol use marker style"
)
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
_OUTSIDE = re.compile(
    r"@import|javascript:|data:|expression\(|\\|url\((?!\s*['\"]?#[A-Za-z0-9_-]+['\"]?\s*\))", re.I
)


class _NotPlain(Exception):
    """The picture holds something that a plain picture has no use for."""


class _Watch:
    def __init__(self) -> None:
        self.count = 0
        self._in_style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.count += 1
        namespace, _, local = name.rpartition(" ")
        if namespace != _NAMESPACE or local not in _ELEMENTS:
            raise _NotPlain(f"the element <{local[:40]}>")
        if self.count == 1 and local != "svg":
            raise _NotPlain("another root than <svg>")
        self._in_style = local == "style"
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)

    def end(self, name: str) -> None:
        self._in_style = False

    def text(self, data: str) -> None:
        if self._in_style and _OUTSIDE.search(data):
            raise _NotPlain("a style that reaches outside")

    def refuse(self, *_details: object) -> None:
        raise _NotPlain("a document type, an entity or a processing instruction")


def _check_attribute(attribute: str, value: str) -> None:
    local = attribute.rpartition(" ")[2].lower()
    if local.startswith("on"):
        raise _NotPlain(f"the attribute {local[:40]}")
    if attribute in ("href", _XLINK_HREF) or local in ("href", "src", "base"):
        if not re.fullmatch(r"#[A-Za-z0-9_-]+", value):
            raise _NotPlain(f"a reference to `{value[:40]}`")
    elif _OUTSIDE.search(value):
        raise _NotPlain(f"the attribute {local[:40]} that reaches outside")


def svg_problem(content: bytes) -> str | None:
    """What keeps the picture from being published, or None for a plain picture."""
    if len(content) > MOST_SVG_BYTES:
        return f"more than {MOST_SVG_BYTES // 1000} kB"
    watch = _Watch()
    parser = expat.ParserCreate("utf-8", namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = watch.start
    parser.EndElementHandler = watch.end
    parser.CharacterDataHandler = watch.text
    parser.StartDoctypeDeclHandler = watch.refuse
    parser.EntityDeclHandler = watch.refuse
    parser.ProcessingInstructionHandler = watch.refuse
    try:
        parser.Parse(content, True)
    except _NotPlain as found:
        return str(found)
    except (expat.ExpatError, ValueError) as error:
        return f"bad XML ({error})"
    return None
