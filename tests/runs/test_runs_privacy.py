"""What runs give out and take away of a person."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.runs.models import Enrolment, RunInstructor
from lms.runs.privacy import HOLDINGS
from tests import factories
from tests.conftest import NOW


def test_a_person_gets_the_enrolments_and_the_runs_instructed(session: Session) -> None:
    aino = factories.make_person(session, "aino", Role.PARTICIPANT, Role.INSTRUCTOR)
    other = factories.make_person(session, "cia")
    version = factories.make_version(session)
    factories.make_run(session, version, people=[aino, other])
    factories.make_run(session, version, name="Ohjattu", instructors=[aino])

    exported = {holding.name: holding.export(session, aino.id) for holding in HOLDINGS}

    assert exported == {
        "enrolments": [
            {"course": "tyo", "group": "Keskiviikon etäryhmä", "enrolled": "2026-11-23T10:04:00+00:00"}
        ],
        "instructed_runs": [{"course": "tyo", "group": "Ohjattu"}],
    }


def test_erasing_a_person_leaves_the_others_where_they_are(session: Session) -> None:
    aino, other = factories.make_person(session, "aino"), factories.make_person(session, "cia")
    factories.make_run(session, people=[aino, other], instructors=[aino, other])

    for holding in HOLDINGS:
        holding.erase(session, aino.id, NOW)

    assert session.scalars(select(Enrolment.person_id)).all() == [other.id]
    assert session.scalars(select(RunInstructor.person_id)).all() == [other.id]
