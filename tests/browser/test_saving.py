"""A text on a phone: why it is not saved, where that is said, what stays without a network, and who gets to read it."""

import re

import pytest
from playwright.sync_api import Dialog, Page

from tests.browser.conftest import PHONE, Site, Visitor
from tests.browser.test_journeys import add_person, press

pytestmark = pytest.mark.browser

STATUS = "form[data-autosave] [data-autosave-status]"
SAVE = "form[data-autosave] [data-saves]"


def says(page: Page, words: str) -> None:
    """Wait until the line under the field says so; it must be seen above the bar of the phone."""
    page.locator(STATUS, has_text=words).first.wait_for()
    page.wait_for_function(
        """words => {
            const lines = [...document.querySelectorAll("[data-autosave-status]")];
            const box = lines.find((line) => line.textContent.includes(words)).getBoundingClientRect();
            return box.top >= 0 && box.bottom <= document.querySelector(".places").getBoundingClientRect().top;
        }""",
        arg=words,
    )


def write(page: Page, text: str) -> None:
    """Write a text and wait until it has saved itself."""
    page.goto("/diary/new")
    page.fill("[name=body]", text)
    page.wait_for_function("() => /diary\\/[0-9]+$/.test(location.pathname)")
    says(page, "Tallennettu klo")


def test_a_text_that_is_too_long_says_so_under_the_field_and_leaving_asks(visitor: Visitor) -> None:
    page = visitor("osallistuja15")
    page.goto("/diary/new")
    page.fill("[name=title]", "Pitkä teksti")
    page.fill("[name=body]", "Hei " * 5_001)
    asked: list[str] = []

    says(page, "Ei vielä tallennettu. Tämä on liian pitkä.")
    assert page.get_attribute("[name=body]", "aria-invalid") == "true"
    assert str(page.locator(STATUS).get_attribute("id")) in str(
        page.get_attribute("[name=body]", "aria-describedby")
    )
    page.click(SAVE)
    says(page, "Tämä on liian pitkä.")

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.click(".places a[href='/courses']", no_wait_after=True)
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"] and page.url.endswith("/diary/new")
    page.fill("[name=body]", "Nyt lyhyempi.")
    says(page, "Tallennettu klo")
    assert page.get_attribute("[name=body]", "aria-invalid") is None


def test_without_a_network_a_press_stays_keeps_the_text_and_saves_it_later(visitor: Visitor) -> None:
    page = visitor("osallistuja11")
    write(page, "Alku.")
    own = page.url
    page.context.set_offline(True)
    page.fill("[name=body]", "Alku ja lisäys ilman verkkoa.")
    page.click(SAVE)

    says(page, "Verkkoyhteys ei toimi nyt.")
    assert page.url == own
    page.context.set_offline(False)
    says(page, "Tallennettu klo")
    page.reload()
    assert page.input_value("[name=body]") == "Alku ja lisäys ilman verkkoa."


def test_what_was_not_sent_is_saved_and_not_sent_by_itself(site: Site, visitor: Visitor) -> None:
    add_person(site, "onni", "participant", "Onni Yhteys")
    page = visitor("onni")
    page.goto("/courses/tyoelamataidot")
    press(page, "form[action$='/enrol'] button")
    page.goto(page.url.split("?")[0].rstrip("/") + "/lessons/tyosopimus")
    form = "form[action*='/tasks/']:has([value=send]) >> nth=0"
    page.locator(form).locator("textarea").fill("Luin sopimuksen.")
    page.context.set_offline(True)
    page.locator(form).locator("[value=send]").click()
    says(page, "Nappi, jota painoit, ei toiminut.")

    page.context.set_offline(False)
    says(page, "Tallennettu klo")
    says(page, "Nappi, jota painoit, ei toiminut. Paina sitä uudelleen.")
    page.reload()
    assert page.locator(form).locator("textarea").input_value() == "Luin sopimuksen."

    with page.expect_navigation():
        page.locator(form).locator("[value=send]").click()
    press(page, "form:has([value=withdraw]) button")
    assert page.locator(form).locator("textarea").input_value() == "Luin sopimuksen."


def test_a_thumb_on_the_words_about_sharing_publishes_nothing(visitor: Visitor) -> None:
    page = visitor("osallistuja12", has_touch=True)
    write(page, "Vain minulle.")
    own = page.url
    for words in page.locator(".sharing p:not(.row)").all():
        words.tap()
    page.fill("[name=body]", "Vain minulle, yhä.")
    page.press("[name=title]", "Enter")
    page.locator(".flash", has_text="Tallennettu klo").wait_for()

    instructor = visitor("ohjaaja")
    assert (answer := instructor.goto(own)) and answer.status == 404
    press(page, "button[name=shared][value='1']")
    page.locator(".sharing", has_text="Tämän voi lukea").wait_for()
    assert (answer := instructor.goto(own)) and answer.status == 200
    press(page, "button[name=shared][value='0']")
    assert (answer := instructor.goto(own)) and answer.status == 404


def test_a_link_pressed_while_writing_takes_the_text_along(visitor: Visitor) -> None:
    page = visitor("osallistuja13")
    page.goto("/diary/new")
    page.fill("[name=body]", "Kesken lauseen painan linkkiä.")
    press(page, ".places a[href='/diary']")

    assert "Kesken lauseen painan linkkiä." in page.locator("main").inner_text()


def test_a_deleted_text_comes_back_and_an_earlier_one_too(visitor: Visitor) -> None:
    page = visitor("osallistuja14", viewport=PHONE)
    write(page, "Ensimmäinen teksti.")
    page.fill("[name=body]", "Toinen teksti.")
    press(page, SAVE)
    page.click("a[href$='/earlier']")
    page.click("a[href*='/versions/']")
    press(page, "form[action$='/restore'] button")
    assert page.input_value("[name=body]") == "Ensimmäinen teksti."

    page.click("a[href$='/delete']")
    press(page, "form[action$='/delete'] button")
    assert re.search(r"Voit perua poiston klo \d+\.\d\d asti", page.locator("main").inner_text())
    press(page, "form[action$='/undelete'] button")
    assert page.input_value("[name=body]") == "Ensimmäinen teksti."
