"""What other features ask of runs: whose they are, who is in them."""

from sqlalchemy.orm import Session

from lms.access import Role
from lms.catalogue.queries import course_of_version
from lms.runs import queries
from lms.runs.states import RunState
from tests import factories
from tests.factories import outline_json


def test_a_persons_runs_come_newest_first_with_their_own_enrolment(session: Session) -> None:
    aino, cia = factories.make_person(session, "aino"), factories.make_person(session, "cia")
    version = factories.make_version(session)
    first = factories.make_run(session, version, people=[aino], name="Eka")
    factories.make_run(session, version, people=[cia], name="Vieras")
    second = factories.make_run(session, version, people=[cia, aino], name="Toka", state=RunState.CLOSED)

    runs = queries.runs_of_person(session, aino.id)

    assert [run.id for run in runs] == [second.id, first.id]
    assert [run.is_instructor for run in runs] == [False, False]
    assert all(run.enrolment_id for run in runs)
    assert runs[0].outline.title == "Työ"


def test_an_instructors_runs_are_the_ones_instructed(session: Session) -> None:
    bertil = factories.make_person(session, "bertil", Role.INSTRUCTOR)
    version = factories.make_version(session)
    own = factories.make_run(session, version, instructors=[bertil])
    factories.make_run(session, version, people=[bertil])

    runs = queries.runs_of_instructor(session, bertil.id)

    assert [(run.id, run.is_instructor, run.enrolment_id) for run in runs] == [(own.id, True, None)]


def test_the_people_of_a_run_come_by_name(session: Session) -> None:
    people = [factories.make_person(session, f"p{number}", name=name) for number, name in enumerate("bAc")]
    run = factories.make_run(session, people=people, instructors=[people[0]])

    assert [person.name for person in queries.people_of_run(session, run.id)] == ["A", "b", "c"]
    assert queries.instructors_of_run(session, run.id) == [(people[0].id, "b")]


def test_a_run_says_when_its_course_has_a_newer_version(session: Session) -> None:
    aino = factories.make_person(session, "aino")
    run = factories.make_run(session, people=[aino])
    before = queries.run_for(session, run.id, aino.id)
    factories.make_version(session)
    after = queries.run_for(session, run.id, aino.id)

    assert before
    assert after
    assert (before.has_newer_version, after.has_newer_version) == (False, True)


def test_the_open_run_is_the_newest_open_one_that_anyone_may_join(session: Session) -> None:
    version = factories.make_version(session)
    factories.make_run(session, version, self_enrolment=True)
    open_run = factories.make_run(session, version, self_enrolment=True)
    factories.make_run(session, version)
    factories.make_run(session, version, self_enrolment=True, state=RunState.CLOSED)
    factories.make_run(session, factories.make_version(session, outline_json("muu")), self_enrolment=True)

    found = queries.open_run_of(session, course_of_version(session, version.id))

    assert found
    assert found.id == open_run.id
    without_runs = factories.make_version(session, outline_json("ei-ryhmaa"))
    assert queries.open_run_of(session, course_of_version(session, without_runs.id)) is None
