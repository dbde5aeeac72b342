"""The holder's own certificates and their files, and who else may read them."""

import json

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.audit import AuditLine
from tests import factories
from tests.certificates.scene import issue_all, make_scene
from tests.certificates.test_pdf import text_of
from tests.client import Client
from tests.queries import count_queries


@pytest.fixture
def number(empty: Flask, session: Session) -> str:
    scene = make_scene(session)
    scene.add_ready("aino", "Aino Ähtäri-Öberg")
    factories.make_person(session, "bertil")
    factories.make_person(session, "teppo", Role.TEACHER)
    factories.make_person(session, "antti", Role.ADMIN)
    session.commit()
    return issue_all(empty, scene)[0]


def test_the_holder_finds_the_paper_and_its_check_page(client: Client, number: str) -> None:
    client.sign_in("aino")

    page = client.get("/certificates")

    assert f"/certificates/{number}.pdf" in page.text
    assert 'href="/verify/' in page.text
    assert "Työelämätaidot" in page.text
    assert "Miten käytän tätä?" in page.text


def test_the_paper_holds_the_name_and_the_number(client: Client, number: str) -> None:
    client.sign_in("aino")

    answer = client.get(f"/certificates/{number}.pdf")

    assert answer.mimetype == "application/pdf"
    assert f"kurssitodistus-{number}.pdf" in answer.headers["Content-Disposition"]
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    text = text_of(answer.data)
    assert "Aino Ähtäri-Öberg" in text
    assert number in text
    assert client.get(f"/certificates/{number}.pdf").data == answer.data


def test_the_content_is_there_for_programs(client: Client, number: str) -> None:
    client.sign_in("aino")

    answer = client.get(f"/certificates/{number}.json")

    assert answer.mimetype == "application/json"
    content = json.loads(answer.text)
    assert (content["number"], content["holder_name"]) == (number, "Aino Ähtäri-Öberg")


@pytest.mark.parametrize(
    ("username", "status"),
    [("aino", 200), ("saara", 200), ("bertil", 404), ("liisa", 404), ("teppo", 404), ("antti", 404)],
)
def test_only_the_holder_and_staff_read_a_certificate(
    client: Client, number: str, username: str, status: int
) -> None:
    client.sign_in(username)

    for ending in ("pdf", "json"):
        assert client.get(f"/certificates/{number}.{ending}").status_code == status
        assert client.get(f"/certificates/2026-99999.{ending}").status_code == 404


def test_reading_by_staff_is_recorded_once_a_day_and_by_the_holder_never(
    client: Client, session: Session, number: str
) -> None:
    for name in ("saara", "saara", "aino"):
        client.sign_in(name)
        for ending in ("pdf", "json"):
            with count_queries(client.app) as seen:
                assert client.get(f"/certificates/{number}.{ending}").status_code == 200
            assert len(seen) <= 8
        client.sign_out()

    [line] = session.scalars(select(AuditLine).where(AuditLine.action == "certificate.read")).all()
    names = [session.get_one(Person, person_id).username for person_id in (line.actor_id, line.about_id)]

    assert names == ["saara", "aino"]
    assert (line.object_type, line.object_id) == ("certificate", number)
    assert "Saara Salmi" in client.sign_in("aino").get("/me").text


def test_a_stranger_is_sent_to_sign_in(client: Client, number: str) -> None:
    for address in ("/certificates", f"/certificates/{number}.pdf", f"/certificates/{number}.json"):
        assert client.get(address).location.startswith("/sign-in?")


def test_an_empty_list_says_what_to_do(client: Client, number: str) -> None:
    client.sign_in("bertil")

    page = client.get("/certificates")

    assert "Finish a course first" in page.text
    assert 'href="/courses"' in page.text
    assert number not in page.text


def test_the_own_list_takes_few_queries(client: Client, number: str) -> None:
    client.sign_in("aino").get("/certificates")

    with count_queries(client.app) as seen:
        client.get("/certificates")

    assert len(seen) <= 4, seen
