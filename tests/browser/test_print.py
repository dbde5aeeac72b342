"""A lesson on paper: what one wrote is there whole, a question can be answered, and nothing is there for the screen."""

import subprocess

import pytest

from tests.browser.conftest import PHONE, Visitor

pytestmark = pytest.mark.browser

LINES = [f"Rivi numero {number}." for number in range(1, 81)]


def test_a_lesson_prints_with_all_that_paper_needs(visitor: Visitor) -> None:
    page = visitor("osallistuja3", viewport=PHONE, color_scheme="dark")
    page.goto("/courses/rahataituri")
    page.locator("form[action$='/enrol'] button").first.click()
    page.goto("/courses/rahataituri")
    run = str(page.locator("main a[href^='/runs/']").first.get_attribute("href"))
    page.goto(f"{'/'.join(run.split('/')[:3])}/lessons/laskut-jarjestykseen")
    page.locator("textarea").first.fill("\n".join(LINES))

    pdf = page.pdf(format="A4")

    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    assert [line for line in LINES if line not in text] == []
    assert "Valitse näistä:" in text
    assert "/lessons/laskut-jarjestykseen" in text
    for only_on_screen in ("Etusivu", "Kuuntele", "Lähetä ohjaajalle", "Tarkista\n"):
        assert only_on_screen not in text, only_on_screen
    assert page.locator(".print-copy").count() == 0
