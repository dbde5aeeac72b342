"""A browser without script, for tests: it keeps cookies, fills in the form token and checks the pages it gets."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser

import html5lib
from flask import Flask
from werkzeug.test import TestResponse

PASSWORD = "kolme vihreää sienikoria"

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Page(HTMLParser):
    """What a page must have whatever it shows: one h1, a title, a language, labels, no id twice."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.h1_count = 0
        self.language = ""
        self.labelled: set[str] = set()
        self.controls: list[dict[str, str | None]] = []
        self.inside_label = 0
        self.inline: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if given.get("id"):
            self.ids.append(str(given["id"]))
        self.h1_count += tag == "h1"
        if tag == "html":
            self.language = given.get("lang") or ""
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(given.get("for") or "")
        if tag in ("input", "select", "textarea") and given.get("type") not in ("hidden", "submit"):
            self.controls.append({**given, "inside": "yes" if self.inside_label else None})
        if tag == "style" or "style" in given or any(name.startswith("on") for name in given):
            self.inline.append(tag)
        if tag == "script" and not given.get("src"):
            self.inline.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.inside_label -= 1


def check_page(html: str) -> None:
    """Assert that the page is valid HTML and has what every page must have."""
    html5lib.HTMLParser(strict=True).parse(html)
    page = Page(html)
    assert page.h1_count == 1, f"{page.h1_count} h1"
    assert page.language in ("fi", "sv", "en")
    assert re.search(r"<title>[^<]+</title>", html)
    assert '"pill pill-"' not in html and ">None<" not in html, "a state without tone or words"
    twice = {name for name in page.ids if page.ids.count(name) > 1}
    assert not twice, f"id twice: {twice}"
    assert not page.inline, f"inline style or script: {page.inline}"
    for control in page.controls:
        named = (
            control.get("id") in page.labelled or control.get("aria-label") or control.get("aria-labelledby")
        )
        assert named or control["inside"], f"no label: {control}"


class Client:
    """Flask's test client with a memory for the form token, and a check of every HTML answer."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.browser = app.test_client()
        self.token = ""

    def another_window(self) -> "Client":
        """Return another window of the same browser: it has the same cookies, and the form token of the last page."""
        other = Client(self.app)
        other.token = self.token
        for cookie in (self.browser._cookies or {}).values():
            other.browser.set_cookie(cookie.key, cookie.value, domain=cookie.domain)
        return other

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and answer.data and answer.status_code not in (301, 302, 303, 308):
            check_page(answer.text)
            found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', answer.text)
            if found:
                self.token = found[1]
        return answer

    def get(self, path: str, **more: object) -> TestResponse:
        return self._seen(self.browser.get(path, **more))

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, *, token: str | None = None
    ) -> TestResponse:
        """Send a form with the token of the last page seen."""
        if not self.token and token is None:
            self.get("/no-such-page")
        data = {"csrf_token": self.token if token is None else token, **(fields or {})}
        return self._seen(self.browser.post(path, data=data))

    def sign_in(self, username: str, password: str = PASSWORD) -> "Client":
        """Sign in and return this client."""
        self.token = ""
        answer = self.post("/sign-in", {"username": username, "password": password})
        assert answer.status_code == 302, answer.status_code
        self.token = ""
        return self

    def sign_out(self) -> "Client":
        self.post("/sign-out")
        self.token = ""
        return self
