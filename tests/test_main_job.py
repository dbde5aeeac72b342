"""The main job from beginning to end, by plain HTTP: from an empty site to a verified paper, and away again."""

import json
import subprocess
import zipfile
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.db import Base
from tests import factories, journey, pages
from tests.client import PASSWORD, Client
from tests.journey import CANARY, COURSE, NAME, USERNAME, Journey, go, press

NOT_READY, READY = 0, 1


@pytest.fixture
def begun(empty: Flask, session: Session) -> Journey:
    """A site with the shipped courses and one admin."""
    factories.make_person(session, "paavo", Role.ADMIN)
    session.commit()
    journey.publish(empty)
    return Journey(empty, Client(empty).sign_in("paavo"))


def test_from_the_first_lesson_to_a_verified_paper_and_away(begun: Journey, session: Session) -> None:
    journey.add_people(begun)
    staff = begun.browser("hilkka")
    journey.open_a_run(begun, staff)
    participant = begun.browser(USERNAME)

    for lesson in journey.find_the_course(begun, participant):
        journey.study(begun, participant, lesson)
    journey.keep_a_diary(begun, participant)
    claims = journey.claim_everything(begun, participant)
    instructor = begun.browser("otso")
    review(begun, instructor, participant, staff, claims)
    comment_the_shared_entry(begun, instructor)
    number, code = issue(begun, staff, participant)
    take_the_paper(participant, number)
    assert_verifies(begun, code)
    take_the_data(begun, participant, number)
    erase(begun, participant)

    assert_verifies(begun, code)
    assert_nothing_is_left(session)
    assert NAME not in go(staff, f"/staff/certificates/{begun.run}")
    assert NAME not in go(instructor, f"/runs/{begun.run}/people")
    go(instructor, "/review")
    go(begun.admin, "/")


def review(begun: Journey, instructor: Client, participant: Client, staff: Client, claims: list[str]) -> None:
    """Find all in the queue; give a claim and an answer back; accept everything, the last claim apart."""
    queue = go(instructor, "/review")
    waiting_claims = pages.links(queue, r"/review/claims/\d+")
    waiting_answers = pages.links(queue, r"/review/answers/\d+")
    outline = begun.outline()
    assert len(waiting_claims) == len(claims)
    assert len(waiting_answers) == sum(task.review == "instructor" for task in outline.required_tasks)

    give_back(begun, instructor, waiting_claims[0])
    give_back(begun, instructor, waiting_answers[0])
    send_again(begun, participant, claims)
    for address in waiting_answers:
        decide(instructor, address, decision="pass", comment=begun.answer("hyväksytty"))
    decide(instructor, waiting_claims[1], decision="approve", comment=begun.answer("osaat tämän"))
    *most, last = [waiting_claims[0], *waiting_claims[2:]]
    approve_together(instructor, [address.rsplit("/", 1)[1] for address in most])

    assert boxes_of_aino(begun, staff) == NOT_READY
    decide(instructor, last, decision="approve", comment="")
    assert boxes_of_aino(begun, staff) == READY
    assert not pages.links(go(instructor, "/review"), r"/review/(claims|answers)/\d+")


def decide(instructor: Client, address: str, **fields: str) -> None:
    press(instructor, pages.form(go(instructor, address), address), **fields)


def give_back(begun: Journey, instructor: Client, address: str) -> None:
    """Return a claim or an answer; without a next step it does not go."""
    form = pages.form(go(instructor, address), address)
    assert instructor.post(address, form.filled(decision="return", comment=" ")).status_code == 422
    press(instructor, form, decision="return", comment=begun.answer("seuraava askel"))


def send_again(begun: Journey, participant: Client, claims: list[str]) -> None:
    """See both next steps on the start page, follow the links and send again."""
    start = go(participant, "/")
    assert all(step in start for step in begun.heard)
    [claim] = [one for one in claims if pages.first_state(go(participant, one)) == "returned"]
    form = pages.form(go(participant, claim), claim)
    page = press(participant, form, rating="4", text=begun.write("uudestaan"), action="request")
    assert pages.first_state(page) == "waiting"
    returned = pages.links(go(participant, f"/runs/{begun.run}"), r"/runs/\d+/lessons/[a-z-]+#task-[a-z-]+")
    lesson, task = returned[0].split("#task-")
    assert begun.heard[1] in go(participant, lesson)
    journey.hand_in(begun, participant, lesson, task)


def approve_together(instructor: Client, claims: list[str]) -> None:
    [form] = pages.forms(go(instructor, "/review"), "/review")[-1:]
    assert set(claims) <= set(form.choices["claims"])
    press(instructor, form, claims=claims, decision="approve", comment="")


def boxes_of_aino(begun: Journey, staff: Client) -> int:
    """Count the boxes with which staff could choose the participant for a certificate."""
    assert f"/staff/certificates/{begun.run}" in go(staff, "/staff/certificates")
    row = pages.row_of(go(staff, f"/staff/certificates/{begun.run}"), NAME)
    return row.count(f'name="people" value="{begun.ids[USERNAME]}"')


def comment_the_shared_entry(begun: Journey, instructor: Client) -> None:
    """Read and comment what is shared; what is not shared is not there."""
    page = go(instructor, f"/runs/{begun.run}/people/{begun.ids[USERNAME]}")
    shared = {begun.entries["oma jaettu"], begun.entries["kysytty jaettu"]}
    assert set(pages.links(page, r"/diary/\d+")) == shared
    for what in ("oma yksityinen", "kysytty yksityinen"):
        assert instructor.get(begun.entries[what]).status_code == 404
    address = begun.entries["oma jaettu"]
    form = pages.form(go(instructor, address), f"{address}/comments")
    text = begun.answer("hieno oivallus")
    assert text in press(instructor, form, body=text)


def issue(begun: Journey, staff: Client, participant: Client) -> tuple[str, str]:
    """Preview and confirm; return the certificate's number and check code as its holder sees them."""
    address = f"/staff/certificates/{begun.run}"
    assert not pages.links(go(participant, "/certificates"), r"/certificates/.*\.pdf")
    form = pages.form(go(staff, address), address)
    preview = staff.post(address, form.filled(people=[str(begun.ids[USERNAME])]))
    assert preview.status_code == 200
    assert NAME in preview.text
    assert not pages.links(go(participant, "/certificates"), r"/certificates/.*\.pdf")
    press(staff, pages.forms(preview.text, address)[0])
    page = go(participant, "/certificates")
    [pdf] = pages.links(page, r"/certificates/\d{4}-\d{5}\.pdf")
    [check] = pages.links(page, r"/verify/[0-9A-Z]{26}")
    return pdf.removeprefix("/certificates/").removesuffix(".pdf"), check.removeprefix("/verify/")


def take_the_paper(participant: Client, number: str) -> None:
    pdf = participant.get(f"/certificates/{number}.pdf")
    facts = participant.get(f"/certificates/{number}.json")
    words = subprocess.run(["pdftotext", "-", "-"], input=pdf.data, capture_output=True, check=True)
    text = " ".join(words.stdout.decode().split())
    assert (pdf.status_code, facts.status_code) == (200, 200)
    assert NAME in text
    assert number in text
    assert NAME in json.dumps(facts.json, ensure_ascii=False)


def assert_verifies(begun: Journey, code: str) -> None:
    """A stranger who has the paper sees that it is genuine, and what it says."""
    page = go(Client(begun.app), f"/verify/{code}")
    assert 'data-result="valid"' in page
    assert NAME in page
    assert Client(begun.app).get(f"/verify/{'0' * 26}").status_code == 404


def take_the_data(begun: Journey, participant: Client, number: str) -> None:
    """Everything written and heard is in the own data, for people and for programs, with the name of who said it."""
    assert "/me/data.zip" in go(participant, "/me")
    packed = participant.get("/me/data.zip")
    with zipfile.ZipFile(BytesIO(packed.data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    data, page = files["data.json"].decode(), files["omat-tiedot.html"].decode()
    missing = [text for text in begun.written + begun.heard if text not in data or text not in page]
    assert not missing
    held = json.loads(data)["data"]
    assert len(held["lesson-marks"]) == len(begun.outline().lessons)
    assert NAME in json.dumps(held["certificates"], ensure_ascii=False)
    assert "Otso Ohjaaja" in json.dumps(held["task-answers"], ensure_ascii=False)
    assert files[f"files/certificates/{number}.pdf"] == participant.get(f"/certificates/{number}.pdf").data


def erase(begun: Journey, participant: Client) -> None:
    form = pages.form(go(participant, "/me/erase"), "/me/erase")
    refused = participant.post("/me/erase", form.filled(understood="1", password="väärä salasana"))
    assert refused.status_code == 422
    press(participant, form, understood="1", password=PASSWORD)
    assert participant.get("/me").status_code == 302
    again = Client(begun.app).post("/sign-in", {"username": USERNAME, "password": PASSWORD})
    assert again.status_code == 422


def assert_nothing_is_left(session: Session) -> None:
    """No table holds a word of or about the person; the register of certificates alone knows the name."""
    session.rollback()
    holding: dict[str, set[str]] = {"name": set(), "word": set()}
    for table in Base.metadata.sorted_tables:
        rows = repr(session.execute(select(table)).all())
        for word in (CANARY, USERNAME):
            if word in rows:
                holding["word"].add(table.name)
        if NAME in rows:
            holding["name"].add(table.name)
    assert holding == {"name": {"certificates"}, "word": set()}


def test_the_shipped_course_asks_for_everything(begun: Journey) -> None:
    """The journey means what it says only while the course requires lessons, tasks and the checklist."""
    [course] = [
        one.course for one in journey.shipped_courses().readings if one.course and one.course.slug == COURSE
    ]

    assert set(course.requires) == {"lessons", "tasks", "checklist"}
