"""The main job in a real browser: from the sign-in to a certificate that a stranger checks."""

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import PASSWORD, PHONE, WIDE, Site, Visitor

pytestmark = pytest.mark.browser


def add_person(site: Site, username: str, role: str, name: str) -> None:
    site.lms(
        "user", "add", username, "--role", role, "--name", name, "--password-stdin", given=PASSWORD + "\n"
    )


def press(page: Page, selector: str) -> None:
    """Press a button and wait for the page that follows."""
    with page.expect_navigation():
        page.click(selector)


def finish_lessons(page: Page) -> None:
    """Walk the course from its first lesson to its last by the button that ends each lesson."""
    page.click("main a[href*='/lessons/'] >> nth=0")
    for _ in range(20):
        button = page.locator("form[action$='/done'] button").first
        if button.count() == 0 or "/lessons/" not in page.url:
            break
        with page.expect_navigation():
            button.click()


def test_from_the_first_sign_in_to_a_checked_certificate(
    site: Site, visitor: Visitor, tmp_path: Path
) -> None:
    add_person(site, "veera", "participant", "Veera Žukova-Öberg")
    person = visitor("veera", accept_downloads=True)
    person.goto("/courses/tervetuloa")
    press(person, "form[action$='/enrol'] button")
    run = re.search(r"/runs/(\d+)", person.url)
    assert run
    finish_lessons(person)
    person.goto(f"/runs/{run[1]}")
    progress = person.locator("[data-total]").first
    assert progress.get_attribute("data-done") == progress.get_attribute("data-total") == "3"

    staff = visitor("henkilokunta", viewport=WIDE)
    staff.goto(f"/staff/certificates/{run[1]}")
    staff.locator("tr, li", has_text="Veera Žukova-Öberg").locator("[name=people]").check()
    press(staff, "form:has([name=people]) button:not([name=page]) >> nth=0")
    assert "Veera Žukova-Öberg" in staff.locator("main").inner_text()
    press(staff, "form:has([name=confirm]) button")

    person.goto("/certificates")
    with person.expect_download() as download:
        person.click("a[href$='.pdf']")
    paper = tmp_path / "todistus.pdf"
    download.value.save_as(paper)
    text = subprocess.run(["pdftotext", str(paper), "-"], capture_output=True, text=True, check=True).stdout
    assert "Veera Žukova-Öberg" in text
    address = person.locator("a[href*='/verify/']").first.get_attribute("href")

    stranger = visitor()
    stranger.goto(str(address))
    assert stranger.locator("[data-result]").get_attribute("data-result") == "valid"
    assert "Veera Žukova-Öberg" in stranger.locator("main").inner_text()


def test_a_claim_goes_to_the_instructor_and_comes_back_approved(site: Site, visitor: Visitor) -> None:
    add_person(site, "eino", "participant", "Eino Esimerkki")
    person = visitor("eino")
    person.goto("/courses/tyoelamataidot")
    press(person, "form[action$='/enrol'] button")
    person.goto("/checklists")
    person.click("main a[href^='/checklists/']")
    person.click("main a[href^='/claims/'] >> nth=0")
    claim = person.url
    person.check("[name=rating][value='3']", force=True)
    person.fill("[name=text]", "Luin kolme työpaikkailmoitusta ja vertasin niitä.")
    press(person, "button[name=action][value=request]")
    assert person.locator("[data-state]").first.get_attribute("data-state") == "waiting"

    instructor = visitor("ohjaaja")
    instructor.goto(claim.replace("/claims/", "/review/claims/"))
    assert "Luin kolme työpaikkailmoitusta" in instructor.locator("main").inner_text()
    press(instructor, "button[name=decision][value=approve]")

    person.goto(claim)
    assert person.locator("[data-state]").first.get_attribute("data-state") == "approved"


def test_the_diary_is_saved_while_one_writes(site: Site, visitor: Visitor) -> None:
    person = visitor("osallistuja5")
    person.goto("/diary/new")
    person.fill("[name=body]", "Tänään opin lukemaan palkkalaskelman.")
    person.wait_for_function(
        "() => document.querySelector('form[data-autosave]')?.action.match(/diary\\/[0-9]+$/)"
    )

    again = visitor("osallistuja5")
    again.goto("/diary")
    assert "Tänään opin lukemaan" in again.locator("main").inner_text()


def test_a_new_text_that_has_saved_itself_survives_a_change_of_language(site: Site, visitor: Visitor) -> None:
    person = visitor("osallistuja7")
    person.goto("/diary/new")
    person.fill("[name=title]", "Kielen vaihto")
    person.fill("[name=body]", "Kirjoitan suomeksi ja vaihdan kieltä.")
    person.wait_for_function("() => /diary\\/[0-9]+$/.test(location.pathname)")
    person.click(".top-menus details:has(.languages) summary")
    press(person, ".top-menus .languages button[value=sv]")

    assert person.locator("html").get_attribute("lang") == "sv"
    assert person.input_value("[name=body]") == "Kirjoitan suomeksi ja vaihdan kieltä."
    press(person, "main form[data-autosave] [data-saves]")
    person.goto("/diary")
    assert person.locator("main").inner_text().count("Kielen vaihto") == 1


def test_a_change_of_language_in_the_middle_of_writing_comes_back_to_the_text(
    site: Site, visitor: Visitor
) -> None:
    person = visitor("osallistuja8")
    person.goto("/diary/new")
    person.fill("[name=body]", "Vaihdan kieltä heti.")
    person.click("footer .languages button[value=sv]")
    person.wait_for_selector("html[lang=sv]")

    assert re.search(r"/diary/\d+$", person.url)
    assert person.input_value("[name=body]") == "Vaihdan kieltä heti."


def test_a_page_left_open_saves_its_text_after_a_sign_out_in_another_tab(
    site: Site, visitor: Visitor
) -> None:
    person = visitor("osallistuja9")
    person.goto("/diary/new")
    other = person.context.new_page()
    other.goto("/me")
    other.click(".top-menus details:has([action='/sign-out']) summary")
    press(other, ".top-menus [action='/sign-out'] button")
    person.fill("[name=body]", "Kirjoitan vielä tässä välilehdessä.")
    person.locator("[data-autosave-status]", has_text="kirjaudu uudelleen").wait_for()
    press(person, "main form[data-autosave] [data-saves]")
    assert "Kirjautumisesi oli päättynyt" in person.locator("main").inner_text()
    person.fill("[name=username]", "osallistuja9")
    person.fill("[name=password]", PASSWORD)
    press(person, "main button[type=submit]")

    assert "Tekstisi on tallessa." in person.locator("main").inner_text()
    assert person.input_value("[name=body]") == "Kirjoitan vielä tässä välilehdessä."


def test_an_answer_that_is_refused_says_why_under_its_field(site: Site, visitor: Visitor) -> None:
    add_person(site, "tarmo", "participant", "Tarmo Tehtävä")
    person = visitor("tarmo")
    person.goto("/courses/tyoelamataidot")
    press(person, "form[action$='/enrol'] button")
    person.goto(person.url.split("?")[0].rstrip("/") + "/lessons/tyosopimus")
    person.click("form[action*='/tasks/'] button[value=send] >> nth=0")

    person.wait_for_function("document.activeElement.getAttribute('aria-invalid') === 'true'")
    assert person.evaluate("document.activeElement.name") == "answer"
    said = person.locator("[data-autosave-status]", has_text="Kirjoita ensin vastauksesi")
    box = said.bounding_box()
    assert box and 0 <= box["y"] < PHONE["height"] - 64


def test_everything_works_without_script(site: Site, visitor: Visitor) -> None:
    person = visitor("osallistuja6", java_script_enabled=False)
    person.goto("/diary/new")
    person.fill("[name=body]", "Kirjoitan ilman skriptiä.")
    press(person, "main form:has([name=body]) [data-saves]")

    assert "Kirjoitan ilman skriptiä." in person.locator("main").inner_html()


def test_a_course_is_read_and_ended_by_keyboard_alone(site: Site, visitor: Visitor) -> None:
    add_person(site, "kaija", "participant", "Kaija Näppäin")
    page = visitor("kaija", viewport=WIDE)
    page.goto("/courses/tervetuloa")
    tab_to(page, "form[action$='/enrol'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "main a[href*='/lessons/']")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "form[action$='/done'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert "/runs/" in page.url


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus; the focus must be visible on the way."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            """selector => {
                const element = document.activeElement;
                const shown = [element, element.closest('label')].filter(Boolean);
                const outlined = shown.some(one => getComputedStyle(one).outlineStyle !== 'none');
                return [element.matches(selector), outlined || element === document.body];
            }""",
            selector,
        )
        assert focused[1], "the focus cannot be seen"
        if focused[0]:
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def test_signing_out_leaves_nothing_to_the_next_person(site: Site, visitor: Visitor) -> None:
    page = visitor("osallistuja")
    page.goto("/diary")
    secret = page.locator("main").inner_text()[:200]
    page.evaluate("() => document.querySelector(\"form[action='/sign-out']\").requestSubmit()")
    page.wait_for_url("**/")
    page.go_back()

    assert secret not in page.locator("body").inner_text()
    assert page.evaluate("() => [localStorage.length, sessionStorage.length]") == [0, 0]
