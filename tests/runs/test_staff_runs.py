"""The staff's table of runs, making one, changing it, opening and closing it."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.catalogue import queries as catalogue_queries
from lms.errors import Invalid
from lms.runs import operations, queries
from lms.runs.models import Run
from lms.runs.operations import RunDetails
from lms.runs.states import RunState
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.factories import outline_json
from tests.queries import count_queries

DETAILS = {
    "name": "Torstain ryhmä",
    "starts_on": "2026-12-01",
    "ends_on": "2027-01-31",
    "self_enrolment": "1",
}


def fresh(session: Session, run_id: int) -> Run:
    session.rollback()
    run = session.get(Run, run_id, populate_existing=True)
    assert run
    return run


def actions(session: Session) -> list[str]:
    lines = select(AuditLine.action).where(AuditLine.object_type == "run").order_by(AuditLine.id)
    return list(session.scalars(lines))


@pytest.fixture
def staff(session: Session, client: Client) -> Client:
    factories.make_person(session, "didrik", Role.STAFF)
    factories.make_person(session, "liisa", Role.INSTRUCTOR, name="Liisa Ohjaaja")
    session.commit()
    return client.sign_in("didrik")


def test_the_table_shows_each_run_with_its_people_and_instructors(session: Session, staff: Client) -> None:
    aino, cia = factories.make_person(session, "aino"), factories.make_person(session, "cia")
    liisa = session.scalars(select(Person).where(Person.username == "liisa")).one()
    version = factories.make_version(session)
    factories.make_run(session, version, instructors=[liisa], people=[aino, cia])
    factories.make_run(session, version, name="Tyhjä", state=RunState.CLOSED)
    session.commit()

    page = staff.get("/staff/runs").text

    assert page.index("Keskiviikon") < page.index("Tyhjä")
    assert "Liisa Ohjaaja" in page
    assert 'class="number">2<' in page
    assert "Nobody yet" in page
    assert "newer version" not in page


def test_the_table_tells_where_a_newer_version_waits(session: Session, staff: Client) -> None:
    factories.make_run(session)
    factories.make_version(session)
    session.commit()

    assert "newer version" in staff.get("/staff/runs").text


def test_a_table_without_runs_says_what_to_do(staff: Client) -> None:
    assert "Make one, and people can start a course." in staff.get("/staff/runs").text


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.STAFF}))
def test_only_staff_know_of_the_staffs_runs(session: Session, client: Client, role: Role) -> None:
    factories.make_person(session, "cia", role)
    run = factories.make_run(session)
    session.commit()
    client.sign_in("cia")

    for path in ("/staff/runs", "/staff/runs/new", f"/staff/runs/{run.id}"):
        assert client.get(path).status_code == 404
    for path in ("/staff/runs/new", f"/staff/runs/{run.id}"):
        assert client.post(path, {"action": "close"}).status_code == 404
    assert fresh(session, run.id).state is RunState.OPEN


def test_a_run_that_is_not_there_is_not_found(staff: Client) -> None:
    assert staff.get("/staff/runs/999").status_code == 404
    assert staff.post("/staff/runs/999", {"action": "open"}).status_code == 404


def test_staff_make_a_run(session: Session, staff: Client) -> None:
    version = factories.make_version(session)
    session.commit()
    liisa = session.scalars(select(Person).where(Person.username == "liisa")).one()
    assert staff.get("/staff/runs/new?course=tyo").status_code == 200

    answer = staff.post("/staff/runs/new", {"course": "tyo", **DETAILS, "instructors": [liisa.id]})

    session.rollback()
    run = session.scalars(select(Run)).one()
    assert (answer.status_code, answer.location) == (302, f"/staff/runs/{run.id}")
    assert (run.version_id, run.state, run.self_enrolment) == (version.id, RunState.PLANNED, True)
    assert (run.name, run.starts_on, run.ends_on) == ("Torstain ryhmä", date(2026, 12, 1), date(2027, 1, 31))
    assert queries.instructors_of_run(session, run.id) == [(liisa.id, "Liisa Ohjaaja")]
    assert actions(session) == ["run.created", "run.instructor-added"]


def test_days_are_read_as_a_finn_writes_them(session: Session, staff: Client) -> None:
    factories.make_version(session)
    session.commit()

    staff.post("/staff/runs/new", {"course": "tyo", "name": "Ryhmä", "starts_on": "1.12.2026", "ends_on": ""})

    run = session.scalars(select(Run)).one()
    assert (run.starts_on, run.ends_on, run.self_enrolment) == (date(2026, 12, 1), None, False)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("name", "", "Write something here first."),
        ("name", "x" * 121, "This is too long."),
        ("starts_on", "", "Choose the first day."),
        ("starts_on", "huomenna", "Write the date like this"),
        ("starts_on", "0001-01-01", "Check the year."),
        ("ends_on", "2026-11-30", "cannot end before it starts"),
        ("course", "ei-ole", "Not a valid choice"),
        ("instructors", "99999999999999999999", "invalid"),
        ("instructors", "77", "not a valid choice"),
    ],
)
def test_bad_input_is_refused_and_the_text_is_preserved(
    session: Session, staff: Client, field: str, value: str, message: str
) -> None:
    factories.make_version(session)
    session.commit()

    answer = staff.post("/staff/runs/new", {"course": "tyo", **DETAILS, field: value})

    assert answer.status_code == 422
    assert message.lower() in answer.text.lower()
    assert field == "name" or "Torstain ryhmä" in answer.text
    assert session.scalars(select(Run)).all() == []


def test_a_run_lasts_at_least_a_day_whoever_makes_it(session: Session, staff: Client) -> None:
    """Also where no form has looked before: a command, an import."""
    factories.make_version(session)
    session.commit()
    staff.post("/staff/runs/new", {"course": "tyo", **DETAILS, "ends_on": DETAILS["starts_on"]})
    course = catalogue_queries.current_course(session, "tyo")
    assert course
    first = date(2026, 12, 1)
    one_day = RunDetails("Päivä", first, first, self_enrolment=False, instructor_ids=frozenset())
    less = replace(one_day, ends_on=date(2026, 11, 30))

    run = operations.create_run(session, course, one_day, by=None, now=NOW)
    with staff.app.test_request_context(), pytest.raises(Invalid):
        operations.create_run(session, course, less, by=None, now=NOW)
    with staff.app.test_request_context(), pytest.raises(Invalid):
        operations.change_run(session, run, less, by=0, now=NOW)

    assert [(made.starts_on, made.ends_on) for made in session.scalars(select(Run))] == [(first, first)] * 2


def test_staff_change_a_run_and_its_instructors(session: Session, staff: Client) -> None:
    bertil = factories.make_person(session, "bertil", Role.INSTRUCTOR)
    liisa = session.scalars(select(Person).where(Person.username == "liisa")).one()
    run = factories.make_run(session, instructors=[bertil])
    session.commit()

    staff.post(f"/staff/runs/{run.id}", {"action": "save", **DETAILS, "instructors": [liisa.id]})

    assert fresh(session, run.id).name == "Torstain ryhmä"
    assert queries.instructors_of_run(session, run.id) == [(liisa.id, "Liisa Ohjaaja")]
    lines = select(AuditLine.action, AuditLine.about_id).order_by(AuditLine.id)
    told = {(action, about) for action, about in session.execute(lines)}
    added, removed = ("run.instructor-added", liisa.id), ("run.instructor-removed", bertil.id)
    assert {("run.changed", None), added, removed} < told


def test_a_change_with_a_fault_changes_nothing(session: Session, staff: Client) -> None:
    run = factories.make_run(session)
    session.commit()

    answer = staff.post(f"/staff/runs/{run.id}", {"action": "save", **DETAILS, "name": ""})

    assert answer.status_code == 422
    assert 'value="2027-01-31"' in answer.text
    assert fresh(session, run.id).starts_on == date(2026, 9, 1)


def test_an_instructor_who_lost_the_role_can_stay_on_a_run(session: Session, staff: Client) -> None:
    old = factories.make_person(session, "vanha")
    run = factories.make_run(session, instructors=[old])
    session.commit()

    answer = staff.post(f"/staff/runs/{run.id}", {"action": "save", **DETAILS, "instructors": [old.id]})

    assert answer.status_code == 302
    assert queries.instructors_of_run(session, run.id) == [(old.id, "Vanha")]


def test_nobody_without_a_password_becomes_an_instructor(session: Session, staff: Client) -> None:
    liisa = session.scalars(select(Person).where(Person.username == "liisa")).one()
    liisa.password_hash = None
    run = factories.make_run(session)
    session.commit()

    page = staff.get(f"/staff/runs/{run.id}").text
    answer = staff.post(
        f"/staff/runs/{run.id}", {**DETAILS, "action": "save", "instructors": [str(liisa.id)]}
    )

    assert "Liisa Ohjaaja" not in page
    assert answer.status_code == 422
    assert queries.instructors_of_run(session, run.id) == []


def test_a_run_is_opened_closed_and_opened_again(session: Session, staff: Client) -> None:
    run = factories.make_run(session, state=RunState.PLANNED)
    session.commit()

    for action, state in (("open", RunState.OPEN), ("close", RunState.CLOSED), ("open", RunState.OPEN)):
        assert staff.post(f"/staff/runs/{run.id}", {"action": action}).status_code == 302
        assert fresh(session, run.id).state is state
    assert actions(session) == ["run.opened", "run.closed", "run.opened"]


def test_a_closed_run_takes_no_more_people(session: Session, staff: Client) -> None:
    run = factories.make_run(session)
    run.state = RunState.CLOSED
    session.commit()

    page = staff.get(f"/staff/runs/{run.id}").text

    assert "The run is closed. Open it first" in page
    assert 'value="enrol"' not in page


def test_opening_an_open_run_is_a_conflict(session: Session, staff: Client) -> None:
    run = factories.make_run(session)
    session.commit()

    assert staff.post(f"/staff/runs/{run.id}", {"action": "open"}).status_code == 409


@pytest.mark.parametrize("action", ["", "delete", "SAVE"])
def test_an_unknown_action_does_nothing(session: Session, staff: Client, action: str) -> None:
    run = factories.make_run(session)
    session.commit()

    assert staff.post(f"/staff/runs/{run.id}", {"action": action, **DETAILS}).status_code == 422
    assert fresh(session, run.id).name == "Keskiviikon etäryhmä"


@pytest.mark.parametrize("one_run", [False, True])
def test_pages_ask_the_database_as_often_for_many_rows_as_for_few(
    session: Session, staff: Client, one_run: bool
) -> None:
    first = factories.make_run(session, factories.make_version(session, outline_json("eka")))
    counts = []
    made = 0
    for wanted in (20, 200):
        for number in range(made, wanted):
            person = factories.make_person(session, f"person{number}")
            factories.make_enrolment(session, first, person)
            version = factories.make_version(session, outline_json(f"c{number}"))
            factories.make_run(session, version, people=[person], instructors=[person])
            factories.make_person(session, f"other{number}", Role.INSTRUCTOR, Role.PARTICIPANT)
        made = wanted
        session.commit()
        path = f"/staff/runs/{first.id}?search=other" if one_run else "/staff/runs"
        staff.get(path)
        with count_queries(staff.app) as seen:
            assert staff.get(path).status_code == 200
        counts.append(len(seen))

    assert counts[0] == counts[1] <= 12, counts
