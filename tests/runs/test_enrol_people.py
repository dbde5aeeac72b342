"""Enrolling people in a run: chosen from a search, or by their user names."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import db
from lms.access import Role
from lms.accounts.models import Person
from lms.runs import operations, queries, signals
from lms.runs.models import Enrolment, Run
from lms.runs.states import RunState
from tests import factories
from tests.client import Client
from tests.conftest import NOW


def names(session: Session, run: Run) -> list[str]:
    session.rollback()
    return [person.username for person in queries.people_of_run(session, run.id)]


@pytest.fixture
def run(session: Session) -> Run:
    for username, name in (("aino", "Aino Aalto"), ("cia", "Cia Aaltonen"), ("eero", "Ärjylä Eero")):
        factories.make_person(session, username, name=name)
    made = factories.make_run(session)
    session.commit()
    return made


@pytest.fixture
def staff(session: Session, client: Client) -> Client:
    factories.make_person(session, "didrik", Role.STAFF)
    session.commit()
    return client.sign_in("didrik")


def test_a_search_offers_people_who_are_not_in_the_run(session: Session, staff: Client, run: Run) -> None:
    aino = session.scalars(select(Person).where(Person.username == "aino")).one()
    factories.make_enrolment(session, run, aino)
    session.commit()

    page = staff.get(f"/staff/runs/{run.id}?search=AALTO").text

    assert "Cia Aaltonen (cia)" in page
    assert "Aino Aalto (aino)" not in page
    assert "Ärjylä" not in page


def test_a_search_offers_people_of_other_runs_and_nobody_whose_account_is_closed(
    session: Session, staff: Client, run: Run
) -> None:
    by_name = {person.username: person for person in session.scalars(select(Person))}
    factories.make_run(session, name="Toinen ryhmä", people=[by_name["aino"]])
    by_name["cia"].disabled_at = NOW
    factories.make_person(session, "aaltola", Role.INSTRUCTOR, name="Aaltola Ohjaaja")
    session.commit()

    page = staff.get(f"/staff/runs/{run.id}?search=aalto").text

    assert "Aino Aalto (aino)" in page
    assert "Cia Aaltonen" not in page
    assert "(aaltola)" not in page


@pytest.mark.parametrize("search", ["ärjy", "Ärjylä", "eero"])
def test_a_search_finds_names_with_finnish_letters(staff: Client, run: Run, search: str) -> None:
    assert "Ärjylä Eero (eero)" in staff.get(f"/staff/runs/{run.id}", query_string={"search": search}).text


def test_a_search_that_finds_nobody_says_so(staff: Client, run: Run) -> None:
    for search in ("nobody here", "100%", "_", "\\"):
        page = staff.get(f"/staff/runs/{run.id}", query_string={"search": search}).text
        assert "Nobody new was found" in page


def test_chosen_people_are_enrolled(session: Session, staff: Client, run: Run) -> None:
    ids = session.scalars(select(Person.id).where(Person.username.in_(["aino", "cia"])))

    answer = staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "people": list(ids), "search": "aalto"})

    assert answer.status_code == 302
    assert names(session, run) == ["aino", "cia"]
    assert "2 people were enrolled." in staff.get(answer.location).text


def test_people_are_enrolled_by_user_names(session: Session, staff: Client, run: Run) -> None:
    staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "usernames": " Aino \r\n\r\ncia\r\naino"})

    assert names(session, run) == ["aino", "cia"]


def test_unknown_user_names_are_listed_back_and_nobody_is_enrolled(
    session: Session, staff: Client, run: Run
) -> None:
    closed = factories.make_person(session, "suljettu")
    closed.disabled_at = NOW
    session.commit()

    fields = {"action": "enrol", "usernames": "aino\nannnna\nsuljettu"}
    answer = staff.post(f"/staff/runs/{run.id}", fields)

    assert answer.status_code == 422
    assert "We do not know these user names: annnna, suljettu" in answer.text
    assert "aino\nannnna\nsuljettu</textarea>" in answer.text
    assert names(session, run) == []


def test_nobody_without_a_password_is_found_or_enrolled(session: Session, staff: Client, run: Run) -> None:
    cia = session.scalars(select(Person).where(Person.username == "cia")).one()
    cia.password_hash = None
    session.commit()

    assert "Cia Aaltonen (cia)" not in staff.get(f"/staff/runs/{run.id}?search=aalto").text
    for fields in ({"usernames": "aino\ncia"}, {"people": [str(cia.id)]}):
        answer = staff.post(f"/staff/runs/{run.id}", {"action": "enrol", **fields})

        assert answer.status_code == 422
        assert names(session, run) == []


def test_choosing_nobody_is_refused(session: Session, staff: Client, run: Run) -> None:
    answer = staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "usernames": "  \n"})

    assert answer.status_code == 422
    assert "Choose people, or write at least one user name." in answer.text


@pytest.mark.parametrize("person", ["77777", "0", "-1", "x", "9" * 30])
def test_somebody_who_is_not_there_is_refused(session: Session, staff: Client, run: Run, person: str) -> None:
    assert staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "people": [person]}).status_code == 422
    assert names(session, run) == []


def test_a_person_enrolled_twice_is_enrolled_once(session: Session, staff: Client, run: Run) -> None:
    for _time in range(2):
        staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "usernames": "aino"})

    assert names(session, run) == ["aino"]


def test_a_closed_account_chosen_from_an_old_page_stops_the_enrolment(
    session: Session, staff: Client, run: Run
) -> None:
    by_name = {person.username: person for person in session.scalars(select(Person))}
    by_name["cia"].disabled_at = NOW
    session.commit()
    chosen = [by_name[name].id for name in ("aino", "cia")]

    answer = staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "people": chosen, "search": "aalto"})

    assert answer.status_code == 422
    assert names(session, run) == []


def test_nobody_joins_a_run_that_has_ended(session: Session, staff: Client, run: Run) -> None:
    run.state = RunState.CLOSED
    session.commit()

    assert staff.post(f"/staff/runs/{run.id}", {"action": "enrol", "usernames": "aino"}).status_code == 409
    assert names(session, run) == []


def test_those_above_hear_of_an_enrolment_once(session: Session, run: Run) -> None:
    aino = session.scalars(select(Person).where(Person.username == "aino")).one()
    heard: list[int] = []

    def hear(_sender: object, **told: int) -> None:
        heard.append(told["person_id"])

    with signals.enrolled.connected_to(hear):
        first = operations.enrol(session, run, aino.id, by=None, now=NOW)
        second = operations.enrol(session, run, aino.id, by=None, now=NOW)

    assert first is second
    assert heard == [aino.id]


def test_twenty_threads_enrol_a_person_once(empty: Flask, session: Session, run: Run) -> None:
    """The operation alone, without the lock that its callers hold on the run."""
    aino = session.scalars(select(Person.id).where(Person.username == "aino")).one()
    run_id = run.id
    session.commit()

    def enrol(_number: int) -> int:
        with empty.app_context(), db.transaction() as own:
            found = own.get(Run, run_id)
            assert found
            return operations.enrol(own, found, aino, by=None, now=NOW).id

    with ThreadPoolExecutor(20) as pool:
        ids = set(pool.map(enrol, range(20)))

    assert len(ids) == 1
    session.rollback()
    assert session.scalars(select(Enrolment.id)).all() == list(ids)
