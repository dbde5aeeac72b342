"""Reads what a person would see and press on a page: links, forms with their hidden fields, table rows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser


@dataclass
class Form:
    """A form as it came: its hidden fields are sent back as they are."""

    action: str
    hidden: dict[str, str] = field(default_factory=dict)
    # the choices of each select and of each set of boxes or radio buttons, by name
    choices: dict[str, list[str]] = field(default_factory=dict)
    # what is offered in it, as text: the names of all its fields
    names: set[str] = field(default_factory=set)

    def filled(self, **fields: object) -> dict[str, object]:
        """Return what a browser would send when these fields are filled in."""
        return {**self.hidden, **fields}


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.select = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.inside = Form(given.get("action", ""))
            self.forms.append(self.inside)
        if self.inside is None:
            return
        name = given.get("name", "")
        if name:
            self.inside.names.add(name)
        if tag == "input" and given.get("type") == "hidden":
            self.inside.hidden[name] = given.get("value", "")
        elif tag == "input" and given.get("type") in ("checkbox", "radio"):
            self.inside.choices.setdefault(name, []).append(given.get("value", ""))
        elif tag == "select":
            self.select = name
        elif tag == "option" and given.get("value"):
            self.inside.choices.setdefault(self.select, []).append(given["value"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None


def forms(html: str, action: str) -> list[Form]:
    """Return the page's forms whose action matches the regular expression `action`."""
    return [form for form in _Forms(html).forms if re.fullmatch(action, form.action)]


def form(html: str, action: str, *, having: Mapping[str, str] | None = None) -> Form:
    """Return the one form with this action, and with these hidden fields when they are given."""
    found = [
        one
        for one in forms(html, action)
        if all(one.hidden.get(name) == value for name, value in (having or {}).items())
    ]
    assert len(found) == 1, f"{len(found)} forms to {action}"
    return found[0]


def links(html: str, pattern: str) -> list[str]:
    """Return the addresses of the page's links that match, each once, in the page's order."""
    addresses = (unescape(address) for address in re.findall(r'href="([^"]+)"', html))
    return list(dict.fromkeys(address for address in addresses if re.fullmatch(pattern, address)))


def row_of(html: str, text: str) -> str:
    """Return the one table row that holds the text."""
    found = [row for row in re.findall(r"<tr>.*?</tr>", html, re.DOTALL) if text in row]
    assert len(found) == 1, f"{len(found)} rows with {text}"
    return str(found[0])


def first_state(html: str) -> str:
    """Return the first state that the page tells to machines."""
    found = re.search(r'data-state="([a-z_]+)"', html)
    assert found, "no data-state"
    return found[1]
