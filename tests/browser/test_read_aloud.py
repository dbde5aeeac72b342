"""The listen button speaks with a voice of the device itself; a lesson's text goes to nobody's servers."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

# a headless browser has no voices: these replace the device's
VOICES = """
globalThis.spoken = [];
const voice = (name, localService) => ({name, lang: "fi-FI", localService});
const known = [voice("Online", false)].concat(LOCAL ? [voice("Own", true)] : []);
const speechSynthesis = {getVoices: () => known, speak: (said) => spoken.push(said.voice.name), cancel: () => {}};
Object.defineProperty(globalThis, "speechSynthesis", {value: speechSynthesis});
globalThis.SpeechSynthesisUtterance = class {};
"""


def lesson_of(visitor: Visitor, *, has_local_voice: bool) -> Page:
    page = visitor("osallistuja")
    page.add_init_script(VOICES.replace("LOCAL", "true" if has_local_voice else "false"))
    page.goto("/courses/tyoelamataidot")
    page.goto(str(page.locator("main a[href^='/runs/']").first.get_attribute("href")))
    page.goto(str(page.locator("main a[href*='/lessons/']").first.get_attribute("href")))
    return page


def test_a_lesson_is_read_with_a_voice_of_the_device(visitor: Visitor) -> None:
    page = lesson_of(visitor, has_local_voice=True)
    page.locator("[data-read-aloud]").click()

    assert page.evaluate("spoken") == ["Own"]


def test_without_a_voice_of_the_device_there_is_no_button(visitor: Visitor) -> None:
    page = lesson_of(visitor, has_local_voice=False)

    expect(page.locator("[data-read-aloud]")).to_be_hidden()
