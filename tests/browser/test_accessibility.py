"""axe finds nothing on the pages of every role, in light and dark, on a phone and a wide screen; nothing scrolls sideways."""

import json
from importlib.resources import files

import pytest
from playwright.sync_api import Page

from lms.config import ROOT
from tests.browser.conftest import PHONE, WIDE, Visitor

pytestmark = pytest.mark.browser

AXE = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SMALLEST = {"width": 320, "height": 640}
COURSES = sorted(path.parent.name for path in (ROOT / "courses").glob("*/course.md"))

# the paths of each role; a path that begins with "a[" is the first such link on the page before it
PAGES: dict[str, tuple[str, ...]] = {
    "": ("/", "/sign-in", "/verify", "/verify/0000", "/accessibility", "/privacy", "/help", "/ei-ole"),
    "osallistuja": (
        "/",
        "/courses",
        "/courses/tyoelamataidot",
        "main a[href^='/runs/']",
        "/courses/tyoelamataidot",
        "/diary",
        "main a[href^='/diary/']:not([href='/diary/new'], [href$='.zip'])",
        "/diary/new",
        "/checklists",
        "main a[href^='/checklists/']",
        "main a[href^='/claims/']",
        "/certificates",
        "/me",
        "/me/erase",
        "/help",
        "/help/participant",
    ),
    "ohjaaja": (
        "/",
        "/review",
        "main a[href^='/review/']",
        "/my-runs",
        "main a[href$='/people']",
        "main a[href*='/people/']",
        "/help/author",
    ),
    "henkilokunta": (
        "/",
        "/staff/runs",
        "main a[href^='/staff/runs/']:not([href$='/new'])",
        "/staff/runs/new",
        "/staff/certificates",
        "main a[href^='/staff/certificates/']",
        "/people",
    ),
    "opettaja": ("/",),
    "paakayttaja": ("/", "/people", "/people/new", "/people", "main a[href^='/people/']:not([href$='/new'])"),
}


def open_next(page: Page, path: str) -> bool:
    """Open a path, or the first link that a selector names; False when the page has no such link."""
    if path.startswith("/"):
        page.goto(path)
        return True
    link = page.locator(path).first
    if link.count() == 0:
        return False
    page.goto(str(link.get_attribute("href")))
    return True


def faults_of(page: Page) -> list[str]:
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", RULES)
    return [
        f"{page.url} {violation['id']}: {json.dumps([node['target'] for node in violation['nodes']])}"
        for violation in found["violations"]
    ]


@pytest.mark.parametrize("username", PAGES)
@pytest.mark.parametrize(
    ("scheme", "viewport"), [("light", PHONE), ("dark", WIDE), ("dark", PHONE), ("light", WIDE)]
)
def test_every_page_is_clean(visitor: Visitor, username: str, scheme: str, viewport: dict[str, int]) -> None:
    page = visitor(username or None, viewport=viewport, color_scheme=scheme, bypass_csp=True)
    faults = []
    for path in PAGES[username]:
        assert open_next(page, path), f"{username}: no {path} on {page.url}"
        faults += faults_of(page)

    assert faults == []


@pytest.mark.parametrize("username", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_phone(visitor: Visitor, username: str) -> None:
    page = visitor(username or None, viewport=SMALLEST)
    wide = []
    for path in PAGES[username]:
        assert open_next(page, path)
        if page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(page.url)

    assert wide == []


@pytest.mark.parametrize("course", COURSES)
def test_every_lesson_is_clean_and_fits(visitor: Visitor, course: str) -> None:
    """In both themes by turns: a lesson's own text changes no colours."""
    page = visitor("osallistuja2", bypass_csp=True, viewport=SMALLEST)
    page.goto(f"/courses/{course}")
    join = page.locator("form[action$='/enrol'] button")
    if join.count():
        join.first.click()
        page.goto(f"/courses/{course}")
    run = str(page.locator("main a[href^='/runs/']").first.get_attribute("href"))
    page.goto("/".join(run.split("/")[:3]))
    links = page.locator("main a[href*='/lessons/']").evaluate_all("links => links.map(link => link.href)")
    assert len(links) > 2
    faults = []
    for place, link in enumerate(dict.fromkeys(links)):
        page.emulate_media(color_scheme="dark" if place % 2 else "light")
        page.goto(link)
        faults += faults_of(page)
        if page.evaluate("() => document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{link} is wider than the screen")

    assert faults == []


COVERED = """() => {
  const place = document.activeElement, bar = document.querySelector(".places");
  if (place === document.body || bar.contains(place)) return null;
  const box = place.getBoundingClientRect(), top = bar.getBoundingClientRect().top;
  return box.height && box.top >= top ? place.textContent.trim() || place.name : null;
}"""


@pytest.mark.parametrize("path", ["/diary/new", "/me/erase", "/help/participant"])
def test_the_phones_bar_covers_nothing_that_has_the_focus(visitor: Visitor, path: str) -> None:
    page = visitor("osallistuja", viewport=PHONE)
    page.goto(path)
    covered = []
    for _press in range(45):
        page.keyboard.press("Tab")
        covered.append(page.evaluate(COVERED))

    assert [name for name in covered if name] == []
