"""The booklet as staff fetch it: a file to keep; to others it does not exist."""

import pytest
from sqlalchemy.orm import Session

from lms.access import Role
from tests import factories
from tests.booklets.course_on_paper import prose, publish, text_of
from tests.client import Client

ADDRESS = "/staff/courses/tyo.pdf"


@pytest.fixture
def staff(client: Client, session: Session) -> Client:
    factories.make_person(session, "maija", Role.STAFF)
    session.commit()
    client.sign_in("maija")
    return client


def test_staff_get_the_booklet_as_a_file(staff: Client, session: Session) -> None:
    publish(session)

    answer = staff.get(ADDRESS)

    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="tyo.pdf"')
    assert "Kirjoita viesti" in text_of(answer.data)


def test_the_page_of_a_run_leads_to_it(staff: Client, session: Session) -> None:
    version = publish(session)
    run = factories.make_run(session, version)
    session.commit()

    assert f'href="{ADDRESS}?version=1"' in staff.get(f"/staff/runs/{run.id}").text


def test_a_group_gets_the_version_that_it_reads(staff: Client, session: Session) -> None:
    run = factories.make_run(session, publish(session))
    publish(session, parts=prose("<p>Aivan uutta.</p>"))
    session.commit()

    assert f'href="{ADDRESS}?version=1"' in staff.get(f"/staff/runs/{run.id}").text
    assert "Aivan uutta." in text_of(staff.get(ADDRESS).data)
    assert "Aivan uutta." not in text_of(staff.get(f"{ADDRESS}?version=1").data)
    assert "Aivan uutta." in text_of(staff.get(f"{ADDRESS}?version=2").data)


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.INSTRUCTOR, Role.TEACHER, Role.ADMIN])
def test_to_others_it_does_not_exist(client: Client, session: Session, role: Role) -> None:
    publish(session)
    factories.make_person(session, "aino", role)
    session.commit()
    client.sign_in("aino")

    assert client.get(ADDRESS).status_code == 404


def test_a_stranger_is_sent_to_sign_in(client: Client, session: Session) -> None:
    publish(session)

    assert client.get(ADDRESS).status_code == 302


@pytest.mark.parametrize(
    "address",
    [
        "/staff/courses/ei-ole.pdf",
        *(
            f"{ADDRESS}?{asked}"
            for asked in ("language=sv", "language=xx", "version=7", "version=x", "version=²")
        ),
    ],
)
def test_what_is_not_there_is_not_found(staff: Client, session: Session, address: str) -> None:
    publish(session)

    assert staff.get(address).status_code == 404


def test_letters_missing_from_the_font_are_shown_on_a_page(staff: Client, session: Session) -> None:
    publish(session, prose("<p>漢字</p>"))

    answer = staff.get(ADDRESS)

    assert answer.status_code == 422
    assert "漢 字" in answer.text


def test_plain_wording_that_is_not_there_is_said_on_a_page(staff: Client, session: Session) -> None:
    publish(session)

    answer = staff.get(f"{ADDRESS}?plain=1")

    assert answer.status_code == 422
    assert "no plain wording in this language" in answer.text
