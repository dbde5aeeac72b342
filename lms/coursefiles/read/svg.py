"""Says what makes an SVG picture more than a picture: script, foreign content, anything from elsewhere, no end."""

import re
from xml.parsers import expat

from lms.coursefiles.read.svg_weight import Picture, TooHeavy

MOST_SVG_BYTES = 500_000
_NAMESPACE = "http://www.w3.org/2000/svg"
_XLINK_HREF = "http://www.w3.org/1999/xlink href"
_ELEMENT_NAMES = (
    "svg g path rect circle ellipse line polyline polygon text tspan title desc defs linearGradient "
    "radialGradient stop clipPath mask pattern symbol use marker style"
)
_ELEMENTS = frozenset(_ELEMENT_NAMES.split())
# A backslash begins an escape, behind which any of the other words could be written. These words alone can fetch
# something: no plain picture needs them, but for `url(#name)`, which stays in the picture.
_OUTSIDE = re.compile(
    r"\\|//|@import|javascript\s*:|data:|expression\s*\(|image(?:-set)?\s*\(|src\s*\("
    r"|url\s*\((?!\s*(?P<quote>['\"]?)#[A-Za-z0-9_-]+(?P=quote)\s*\))",
    re.I,
)
# A comment's beginning within quotes begins none; a text in quotes ends with its line, closed or not.
_QUOTED_OR_COMMENT = re.compile(r"(?P<quoted>\"[^\"\n\r\f]*\"?|'[^'\n\r\f]*'?)|/\*.*?(?:\*/|\Z)", re.DOTALL)


class _NotPlain(Exception):
    """The picture contains something that a plain picture does not need."""


class _Watch:
    def __init__(self) -> None:
        self.picture = Picture()
        self._style: list[str] | None = None  # the pieces of the <style> that is open

    def start(self, name: str, attributes: dict[str, str]) -> None:
        namespace, _, local = name.rpartition(" ")
        if namespace != _NAMESPACE or local not in _ELEMENTS:
            raise _NotPlain(f"the element <{local[:40]}>")
        if self.picture.count == 0 and local != "svg":
            raise _NotPlain("another root than <svg>")
        if self._style is not None:
            raise _NotPlain("an element inside <style>")
        self._style = [] if local == "style" else None
        for attribute, value in attributes.items():
            _check_attribute(attribute, value)
        self.picture.start(local, attributes)

    def text(self, data: str) -> None:
        if self._style is not None:
            self._style.append(data)

    def end(self, name: str) -> None:
        self.picture.end()
        style, self._style = self._style, None
        if style is None:
            return
        if _reaches_outside("".join(style)):
            raise _NotPlain("a style that reaches outside")
        self.picture.style(_without_comments("".join(style)))

    def refuse(self, *_details: object) -> None:
        raise _NotPlain("a document type, an entity or a processing instruction")


def _reaches_outside(style: str) -> bool:
    """Return whether a style could fetch anything; a sign that hides what it says counts, too."""
    return _OUTSIDE.search(_without_comments(style)) is not None


def _without_comments(style: str) -> str:
    return _QUOTED_OR_COMMENT.sub(lambda found: found["quoted"] or "", style)


def _check_attribute(attribute: str, value: str) -> None:
    local = attribute.rpartition(" ")[2].lower()
    if local.startswith("on"):
        raise _NotPlain(f"the attribute {local[:40]}")
    if attribute in ("href", _XLINK_HREF) or local in ("href", "src", "base"):
        if not re.fullmatch(r"#[A-Za-z0-9_-]+", value):
            raise _NotPlain(f"a reference to `{value[:40]}`")
    elif not local.startswith("aria-") and _reaches_outside(value):
        raise _NotPlain(f"the attribute {local[:40]} that reaches outside")


def svg_problem(content: bytes) -> str | None:
    """Why the picture may not be published, or None for a plain picture."""
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
        watch.picture.check()
    except (_NotPlain, TooHeavy) as found:
        return str(found)
    except (expat.ExpatError, ValueError) as error:
        return f"bad XML ({error})"
    return None
