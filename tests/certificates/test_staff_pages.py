"""Staff see who is ready, look at a preview, and only then issue."""

import re

import html5lib
import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms.access import Role
from lms.accounts.models import Person
from lms.certificates.models import Certificate, CertificateCounter
from tests import factories
from tests.certificates.scene import Scene, issue_all, make_scene
from tests.certificates.test_pdf import text_of
from tests.client import Client
from tests.queries import count_queries


def path(scene: Scene) -> str:
    return f"/staff/certificates/{scene.run.id}"


def confirm(client: Client, scene: Scene, *people: Person, **fields: object) -> TestResponse:
    chosen = {"people": [person.id for person in people], "template": "completion", "confirm": "1"}
    return client.post(path(scene), {**chosen, **fields})


def issued_count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count()).select_from(Certificate)) or 0


def test_the_runs_are_listed_with_their_counts(client: Client, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    scene.add("bertil")
    session.commit()
    client.sign_in("saara")

    page = client.get("/staff/certificates")

    row = re.search(rf'<tr>(?:(?!</tr>).)*{path(scene)}".*?</tr>', page.text, re.DOTALL)
    assert row
    assert re.findall(r'class="number">(?:<span[^>]*>)?(\d+)', row[0]) == ["2", "1", "0"]


def test_only_those_who_are_ready_can_be_chosen(client: Client, session: Session) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino", "Aino")
    scene.add("bertil", "Bertil")
    session.commit()
    client.sign_in("saara")

    page = client.get(path(scene))

    rows = html5lib.parse(page.text, namespaceHTMLElements=False).findall(".//tbody/tr")
    boxes = {
        "".join(name.itertext()).strip(): [box.get("value") for box in row.findall(".//input")]
        for row in rows
        for name in row.findall("th")
    }
    assert boxes == {"Aino": [str(aino.id)], "Bertil": []}
    assert "Missing: 2 lessons, 2 tasks, 2 items of the checklist" in page.text
    assert " checked" not in page.text
    assert " checked" in client.get(path(scene) + "?choose=ready").text


def test_without_confirmation_nothing_is_issued_and_the_paper_is_shown(
    client: Client, session: Session
) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino", "Aino Ähtäri-Öberg")
    bertil = scene.add("bertil", "Bertil")
    kanji = scene.add_ready("kanji", "Kanji 漢")
    session.commit()
    client.sign_in("saara")

    page = confirm(client, scene, aino, bertil, kanji, confirm="")

    assert page.status_code == 200
    assert issued_count(session) == 0
    words = (
        "Aino Ähtäri-Öberg",
        "on suorittanut kurssin",
        "Työelämätaidot",
        "asian 1073",
        "Laajuus 4 tuntia",
    )
    assert all(word in page.text for word in (*words, "23.11.2026", "Saara Salmi"))
    assert "Not ready yet. Missing: 2 lessons" in page.text
    assert "The paper cannot show these letters of the name: 漢." in page.text
    assert re.findall(r'name="people" value="(\d+)"', page.text) == [str(aino.id)]


def test_a_confirmed_certificate_is_issued_once(client: Client, session: Session) -> None:
    scene = make_scene(session)
    aino, bertil = scene.add_ready("aino", "Aino"), scene.add_ready("bertil", "Bertil")
    session.commit()
    client.sign_in("saara")
    client.get(path(scene))

    answer = confirm(client, scene, aino)

    assert (answer.status_code, answer.location) == (302, path(scene))
    page = client.get(path(scene))
    assert "1 certificate was issued." in page.text
    assert "/certificates/2026-00001.pdf" in page.text
    confirm(client, scene, aino, bertil)
    page = client.get(path(scene))
    assert "1 certificate was issued." in page.text
    assert "1 certificate had been issued before" in page.text
    assert issued_count(session) == 2


def test_a_whole_group_is_issued_in_one_press(client: Client, session: Session) -> None:
    scene = make_scene(session)
    people = [scene.add_ready(f"henkilo{number}") for number in range(12)]
    session.commit()
    client.sign_in("saara")
    client.get(path(scene))

    confirm(client, scene, *people)

    assert "12 certificates were issued." in client.get(path(scene)).text
    assert session.scalar(select(CertificateCounter.last)) == 12


def test_nobody_chosen_gets_a_message(client: Client, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    session.commit()
    client.sign_in("saara")

    for fields in ({}, {"confirm": "1"}, {"people": "x", "confirm": "1"}):
        answer = client.post(path(scene), {"template": "completion", **fields})
        assert answer.status_code == 422
    assert "Choose at least one person." in client.post(path(scene)).text


def test_an_unknown_template_is_refused(client: Client, session: Session) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino")
    session.commit()
    client.sign_in("saara")

    assert confirm(client, scene, aino, template="doctorate").status_code == 422
    assert issued_count(session) == 0


@pytest.mark.parametrize(
    ("who", "status"), [("not ready", 409), ("of another run", 404), ("unprintable", 422)]
)
def test_a_person_posted_by_hand_stops_the_whole_issue(
    client: Client, session: Session, who: str, status: int
) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino")
    wrong = {
        "not ready": lambda: scene.add("bertil"),
        "of another run": lambda: factories.make_person(session, "cia"),
        "unprintable": lambda: scene.add_ready("dan", "Dan \u202e"),
    }[who]()
    session.commit()
    client.sign_in("saara")

    assert confirm(client, scene, aino, wrong).status_code == status
    assert issued_count(session) == 0


def test_staff_do_not_issue_their_own(client: Client, session: Session) -> None:
    scene = make_scene(session)
    factories.make_enrolment(session, scene.run, scene.staff)
    scene.finish(scene.staff)
    session.commit()
    client.sign_in("saara")

    preview = confirm(client, scene, scene.staff, confirm="0")
    answer = confirm(client, scene, scene.staff)

    assert "Nobody issues a certificate to themselves." in preview.text
    assert answer.status_code == 403
    assert issued_count(session) == 0


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.INSTRUCTOR, Role.TEACHER, Role.ADMIN])
def test_for_everybody_but_staff_the_pages_do_not_exist(client: Client, session: Session, role: Role) -> None:
    scene = make_scene(session)
    aino = scene.add_ready("aino")
    factories.make_person(session, "muu", role)
    session.commit()
    client.sign_in("liisa" if role is Role.INSTRUCTOR else "muu")

    assert client.get("/staff/certificates").status_code == 404
    assert client.get(path(scene)).status_code == 404
    assert client.get(f"{path(scene)}/preview/{aino.id}.pdf").status_code == 404
    assert confirm(client, scene, aino).status_code == 404
    assert issued_count(session) == 0


def test_a_run_without_a_certificate_has_no_page(client: Client, session: Session) -> None:
    scene = make_scene(session, certificate="none")
    aino = scene.add_ready("aino")
    session.commit()
    client.sign_in("saara")

    assert client.get(path(scene)).status_code == 404
    assert confirm(client, scene, aino).status_code == 404


def test_the_preview_paper_says_that_it_is_one(client: Client, session: Session) -> None:
    scene = make_scene(session)
    aino, kanji = scene.add_ready("aino", "Aino Ähtäri"), scene.add_ready("kanji", "漢")
    session.commit()
    client.sign_in("saara")

    answer = client.get(f"{path(scene)}/preview/{aino.id}.pdf")

    assert answer.mimetype == "application/pdf"
    # the word is set diagonally, so a reader of text finds it in pieces
    assert {"Es", "lu", "Ähtäri"} <= set(text_of(answer.data).split())
    assert issued_count(session) == 0
    assert client.get(f"{path(scene)}/preview/{kanji.id}.pdf").status_code == 409
    assert client.get(f"{path(scene)}/preview/{scene.instructor.id}.pdf").status_code == 404


def test_runs_are_shown_a_page_at_a_time(client: Client, session: Session) -> None:
    scene = make_scene(session)
    version = factories.make_version(session, factories.outline_json("toinen"))
    for number in range(60):
        factories.make_run(session, version, name=f"Ryhmä {number}")
    session.commit()
    client.sign_in("saara")

    first, second = client.get("/staff/certificates"), client.get("/staff/certificates?page=2")

    assert first.text.count('<th scope="row">') == 50
    assert second.text.count('<th scope="row">') == 11
    assert client.get("/staff/certificates?page=3").text.count('<th scope="row">') == 11
    assert scene.run.name in first.text + second.text


def test_queries_do_not_grow(client: Client, session: Session, empty: Flask) -> None:
    scene = make_scene(session)
    scene.add_ready("aino")
    session.commit()
    issue_all(empty, scene)
    client.sign_in("saara")
    counts = []
    for already, wanted in ((0, 20), (20, 200)):
        for number in range(already, wanted):
            scene.add_ready(f"henkilo{number}")
        session.commit()
        seen_here = []
        for address in ("/staff/certificates", path(scene)):
            client.get(address)
            with count_queries(empty) as seen:
                client.get(address)
            seen_here.append(len(seen))
        counts.append(seen_here)

    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12, counts
