"""A course by invitation: staff enrol its people, and nobody joins it by themselves."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.runs.models import Enrolment, Run
from tests import factories
from tests.client import Client
from tests.factories import outline_json

BY_INVITATION = outline_json(enrolment="invitation")
DETAILS = {"name": "Torstain ryhmä", "starts_on": "2026-12-01"}
SAID = "Staff enrol the people of this course."


@pytest.fixture
def staff(session: Session, client: Client) -> Client:
    factories.make_person(session, "didrik", Role.STAFF)
    session.commit()
    return client.sign_in("didrik")


@pytest.fixture
def aino(session: Session, client: Client) -> Client:
    factories.make_person(session, "aino")
    session.commit()
    return client.sign_in("aino")


def test_a_new_run_of_it_cannot_let_people_enrol_themselves(session: Session, staff: Client) -> None:
    factories.make_version(session, BY_INVITATION)
    session.commit()

    refused = staff.post("/staff/runs/new", {"course": "tyo", **DETAILS, "self_enrolment": "1"})

    assert refused.status_code == 422
    assert SAID in refused.text and "Torstain ryhmä" in refused.text
    assert session.scalars(select(Run)).all() == []
    assert staff.post("/staff/runs/new", {"course": "tyo", **DETAILS}).status_code == 302


def test_a_run_of_it_does_not_offer_the_choice(session: Session, staff: Client) -> None:
    run = factories.make_run(session, factories.make_version(session, BY_INVITATION), self_enrolment=True)
    session.commit()

    page = staff.get(f"/staff/runs/{run.id}").text
    saved = staff.post(f"/staff/runs/{run.id}", {"action": "save", **DETAILS, "self_enrolment": "1"})

    assert SAID in page and 'name="self_enrolment"' not in page
    assert "anyone may join" not in staff.get("/staff/runs").text
    assert saved.status_code == 302
    session.rollback()
    assert session.get_one(Run, run.id, populate_existing=True).self_enrolment is False


def test_a_run_from_the_time_before_it_lets_nobody_in(session: Session, aino: Client) -> None:
    factories.make_run(session, factories.make_version(session), self_enrolment=True)
    factories.make_version(session, BY_INVITATION)
    session.commit()

    page = aino.get("/courses/tyo").text
    refused = aino.post("/courses/tyo/enrol")

    assert "This course starts in groups" in page and "/courses/tyo/enrol" not in page
    assert "You can start now" not in aino.get("/courses").text
    assert refused.status_code == 409
    assert session.scalars(select(Enrolment)).all() == []


def test_a_course_that_has_opened_lets_people_in(session: Session, aino: Client) -> None:
    factories.make_run(session, factories.make_version(session, BY_INVITATION), self_enrolment=True)
    factories.make_version(session)
    session.commit()

    assert "/courses/tyo/enrol" in aino.get("/courses/tyo").text
    assert aino.post("/courses/tyo/enrol").status_code == 302
