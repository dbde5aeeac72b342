"""After the upgrade everybody goes on from where they were: with an open page, an answer, a claim, a published course."""

import pytest
from click.testing import CliRunner
from flask import Flask
from sqlalchemy import text

from lms.cli.publish import publish
from tests.client import PASSWORD, Client
from tests.journey import go
from tests.pages import form
from tests.upgrades import rows
from tests.upgrades.conftest import Site

pytestmark = pytest.mark.parametrize("number", ["0007"], indirect=True)

# of the form that is open in the stored browser
OPEN_FORM = {
    "key": "auki",
    "revision": "0",
    "title": "Auki jäänyt",
    "body": "Kirjoitin tätä päivityksen aikana.",
}
ALL_RIGHT = {
    "q1": "1",
    "q2": ["0", "1"],
    "q3": "luudalla",
    "q4": "18",
    "q5-1": "0",
    "q5-2": "2",
    "q5-3": "1",
}
ALL_WRONG = {"q1": "0", "q2": ["2"], "q3": "mopilla", "q4": "20", "q5-1": "1", "q5-2": "1", "q5-3": "1"}


@pytest.fixture
def open_browser(upgraded: Flask, number: str) -> Client:
    """Aino's browser as the upgrade found it: signed in, with a form open."""
    stored, client = rows.stored_browser(number), Client(upgraded)
    with client.browser.session_transaction() as cookie:
        cookie.update(stored["cookie"])
    client.browser.set_cookie("lms-device", stored["device"])
    client.token = stored["form_token"]
    return client


def send(client: Client, path: str, **fields: object) -> str:
    """Send a form that must succeed, and return the page it leads to."""
    answer = client.post(path, fields)
    assert answer.status_code == 302, f"{path}: {answer.status_code}"
    return go(client, str(answer.headers["Location"]).split("#", maxsplit=1)[0])


def test_an_open_sign_in_goes_on(open_browser: Client) -> None:
    assert "Aino Salmela" in go(open_browser, "/me")


def test_a_form_that_was_open_is_saved(open_browser: Client) -> None:
    assert "Kirjoitin tätä päivityksen aikana." in send(open_browser, "/diary/new", **OPEN_FORM)


def test_a_form_that_was_open_is_saved_even_when_its_sign_in_has_ended(
    open_browser: Client, upgraded: Flask
) -> None:
    Client(upgraded).sign_in("aino").post("/me/sign-out-everywhere")

    refused = open_browser.post("/diary/new", OPEN_FORM)
    assert refused.status_code == 401
    carried = form(refused.text, "/sign-in").hidden
    page = send(open_browser, "/sign-in", **carried, username="aino", password=PASSWORD)
    assert "Kirjoitin tätä päivityksen aikana." in page


def test_a_known_browser_need_not_wait_for_what_strangers_try(open_browser: Client, upgraded: Flask) -> None:
    stranger, wrong = Client(upgraded), {"username": "aino", "password": "väärä"}
    statuses = [stranger.post("/sign-in", wrong).status_code for _try in range(30)]
    assert statuses[-1] == 429

    open_browser.sign_out()
    open_browser.sign_in("aino")


def test_a_returned_answer_is_sent_again_and_accepted(upgraded: Flask) -> None:
    aino, liisa = (Client(upgraded).sign_in(name) for name in ("aino", "liisa"))
    words = "Kassakone oli vaikea, ja Ritva auttoi."
    assert words in send(aino, "/runs/1/tasks/mieti", answer=words, action="send", version="2")

    assert words in go(liisa, "/review/answers/3")
    send(liisa, "/review/answers/3", decision="pass", comment="Hyvä, että kysyit.")
    assert "Hyvä, että kysyit." in go(aino, "/runs/1/lessons/loppu")


def test_a_draft_is_sent(upgraded: Flask) -> None:
    aino = Client(upgraded).sign_in("aino")
    send(aino, "/runs/1/tasks/suunnitelma", answer="Huomenna aion levätä.", action="send", version="1")

    assert "Huomenna aion levätä." in go(Client(upgraded).sign_in("liisa"), "/review/answers/4")


def test_a_waiting_claim_is_approved_and_a_returned_one_asked_about_again(upgraded: Flask) -> None:
    aino, liisa = (Client(upgraded).sign_in(name) for name in ("aino", "liisa"))
    send(liisa, "/review/claims/3", decision="approve", comment="Näin sen.", version="4")
    page = go(aino, "/claims/3")
    assert 'data-state="approved"' in page and "Näin sen." in page

    page = send(aino, "/claims/2", rating="4", text="Sanoin: kiitos.", action="request", version="4")
    assert 'data-state="waiting"' in page
    assert "Sanoin: kiitos." in go(liisa, "/review/claims/2")


def test_a_diary_entry_is_saved_restored_and_shared(upgraded: Flask) -> None:
    aino = Client(upgraded).sign_in("aino")
    words = "Jännitti avata sivu. Enää ei."
    assert words in send(aino, "/diary/1", revision="2", title="Ensimmäinen viikko", body=words, shared="1")
    assert words in go(Client(upgraded).sign_in("liisa"), "/diary/1")

    assert "Jännitti avata sivu.</textarea>" in send(aino, "/diary/1/versions/1/restore")


def test_an_entry_that_was_deleted_just_before_comes_back(upgraded: Flask) -> None:
    eero = Client(upgraded).sign_in("eero")

    assert "Eero poisti tämän." in send(eero, "/diary/7/undelete")


@pytest.mark.parametrize(("given", "right_count"), [(ALL_RIGHT, 5), (ALL_WRONG, 0)])
def test_a_stored_question_of_each_kind_is_marked(
    upgraded: Flask, site: Site, given: dict[str, object], right_count: int
) -> None:
    eero = Client(upgraded).sign_in("eero")
    page = send(eero, "/runs/1/quizzes/kaikenlaista", **given)

    newest = site.everything()["quiz_tries"][-1]
    assert (newest["right_count"], newest["question_count"]) == (right_count, 5)
    assert ("Niin teet." in page, "Ne eivät ole kassassa." in page) == (right_count == 5, right_count == 0)


def test_certificates_go_on_from_the_last_number(upgraded: Flask) -> None:
    send(Client(upgraded).sign_in("eero"), "/runs/1/lessons/loppu/done", done="1")
    chosen = {"people": ["6"], "template": "completion", "confirm": "1"}
    page = send(Client(upgraded).sign_in("hanna"), "/staff/certificates/1", **chosen)

    assert "2026-00003" in page


def test_a_run_takes_the_newer_version_and_an_open_run_takes_a_person(upgraded: Flask) -> None:
    outi, eero = (Client(upgraded).sign_in(name) for name in ("outi", "eero"))
    send(outi, "/runs/4/version", version="2")

    assert "Katso, mitä sait aikaan." in go(outi, "/runs/4/lessons/loppu")
    assert "/runs/2/lessons/tervetuloa" in send(eero, "/courses/toinen/enrol")


def test_who_waited_for_a_password_gets_one(upgraded: Flask) -> None:
    send(Client(upgraded).sign_in("pasi"), "/people/10/password", password=PASSWORD)

    assert "Keskiviikon etäryhmä" in go(Client(upgraded).sign_in("oili"), "/staff/runs")


def test_the_unchanged_courses_are_published_as_nothing_new(upgraded: Flask, site: Site) -> None:
    before = site.everything()
    # as a program that renders otherwise finds them: each is rendered and compared
    with site.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("UPDATE courses SET fingerprint = NULL"))
        connection.execute(text("UPDATE guide_versions SET fingerprint = ''"))
    folder = str(rows.FOLDER / "courses")
    done = CliRunner().invoke(publish, [folder], obj=lambda: upgraded)

    assert done.output.splitlines() == [
        "yrittajyys: unchanged (version 2)",
        "pieni: unchanged (version 2)",
        "toinen: unchanged (version 1)",
        "_guide: unchanged (version 1)",
    ]
    after = site.everything()
    names = ("course_versions", "lesson_pages", "guide_pages", "criteria_sets", "criteria", "audit_lines")
    assert {name: after[name] for name in names} == {name: before[name] for name in names}
