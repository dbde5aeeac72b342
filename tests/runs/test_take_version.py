"""A run keeps its version of the course until its instructor or staff take the newer one."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.access import Role
from lms.accounts.models import Person
from lms.audit import AuditLine
from lms.catalogue.models import CourseVersion
from lms.runs import signals
from lms.runs.models import Run
from lms.runs.states import RunState
from tests import factories
from tests.client import Client
from tests.factories import lesson_json, outline_json

TASK = {"id": "puhe", "title": "Hissipuhe", "answer": "text", "review": "self", "extra": False}


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    """Aino in the run, Bertil who instructs it, Cia who instructs another, Didrik of the staff."""
    return {
        "aino": factories.make_person(session, "aino"),
        "bertil": factories.make_person(session, "bertil", Role.INSTRUCTOR),
        "cia": factories.make_person(session, "cia", Role.INSTRUCTOR),
        "didrik": factories.make_person(session, "didrik", Role.STAFF),
    }


@pytest.fixture
def run(session: Session, people: dict[str, Person]) -> Run:
    old = outline_json("tyo", [lesson_json("alku"), lesson_json("vanha"), lesson_json("teksti")])
    version = factories.make_version(session, old)
    made = factories.make_run(session, version, instructors=[people["bertil"]], people=[people["aino"]])
    factories.make_run(session, version, name="Toinen", instructors=[people["cia"]])
    session.commit()
    return made


@pytest.fixture
def newer(session: Session, run: Run) -> CourseVersion:
    lessons = [lesson_json("alku", tasks=[TASK]), lesson_json("uusi"), lesson_json("teksti")]
    parts = {"teksti": [{"kind": "prose", "html": "<p>Uudet sanat.</p>"}]}
    made = factories.make_version(session, outline_json("tyo", lessons), parts)
    session.commit()
    return made


def version_of(session: Session, run: Run) -> int:
    session.rollback()
    return session.scalars(select(Run.version_id).where(Run.id == run.id)).one()


def test_a_run_keeps_its_version_when_a_newer_one_is_published(
    session: Session, run: Run, newer: CourseVersion
) -> None:
    assert version_of(session, run) != newer.id


@pytest.mark.parametrize(("username", "path"), [("didrik", "/staff/runs/{}"), ("bertil", "/runs/{}/version")])
def test_what_changes_is_said_before(
    client: Client, run: Run, newer: CourseVersion, username: str, path: str
) -> None:
    page = client.sign_in(username).get(path.format(run.id)).text

    assert "New lesson: Uusi" in page
    assert "Lesson taken away: Vanha" in page
    assert "Lesson changed: Teksti" in page
    assert "Lesson changed: Alku" in page
    assert "New task: Hissipuhe" in page
    assert "Everything that people have done is kept." in page


def test_staff_take_the_newer_version_in_one_press(
    session: Session, client: Client, run: Run, newer: CourseVersion
) -> None:
    heard: list[int] = []

    def hear(_sender: object, **told: Run) -> None:
        heard.append(told["run"].id)

    with signals.version_taken.connected_to(hear):
        answer = client.sign_in("didrik").post(
            f"/staff/runs/{run.id}", {"action": "take-version", "version": newer.number}
        )

    assert answer.status_code == 302
    assert version_of(session, run) == newer.id
    assert heard == [run.id]
    assert "run.version-taken" in session.scalars(select(AuditLine.action)).all()


def test_the_runs_instructor_takes_the_newer_version(
    session: Session, client: Client, run: Run, newer: CourseVersion
) -> None:
    answer = client.sign_in("bertil").post(f"/runs/{run.id}/version", {"version": newer.number})

    assert (answer.status_code, answer.location) == (302, f"/runs/{run.id}/people")
    assert version_of(session, run) == newer.id


def test_the_other_runs_stay_where_they_are(
    session: Session, client: Client, run: Run, newer: CourseVersion
) -> None:
    client.sign_in("bertil").post(f"/runs/{run.id}/version")

    other = session.scalars(select(Run).where(Run.name == "Toinen")).one()
    assert other.version_id != newer.id


@pytest.mark.parametrize("username", ["aino", "cia"])
def test_others_cannot_take_it(
    session: Session, client: Client, run: Run, newer: CourseVersion, username: str
) -> None:
    client.sign_in(username)

    assert client.get(f"/runs/{run.id}/version").status_code == 404
    assert client.post(f"/runs/{run.id}/version").status_code == 404
    assert version_of(session, run) != newer.id


def test_a_still_newer_version_is_looked_at_first(
    session: Session, client: Client, run: Run, newer: CourseVersion
) -> None:
    seen = newer.number
    factories.make_version(session, outline_json("tyo"))
    session.commit()

    answer = client.sign_in("didrik").post(f"/runs/{run.id}/version", {"version": seen})

    assert answer.status_code == 409
    assert version_of(session, run) != newer.id


def test_taking_it_twice_is_a_conflict(client: Client, run: Run, newer: CourseVersion) -> None:
    client.sign_in("bertil")
    client.post(f"/runs/{run.id}/version")

    assert client.post(f"/runs/{run.id}/version").status_code == 409
    assert "has the newest version" in client.get(f"/runs/{run.id}/version").text


def test_a_run_that_has_ended_keeps_its_version(
    session: Session, client: Client, run: Run, newer: CourseVersion
) -> None:
    run.state = RunState.CLOSED
    session.commit()

    assert "This run has ended." in client.sign_in("bertil").get(f"/runs/{run.id}/version").text
    assert client.post(f"/runs/{run.id}/version").status_code == 409
    assert version_of(session, run) != newer.id


@pytest.mark.parametrize("version", ["x", "-1", "9" * 20, "٣"])
def test_a_version_that_is_no_number_is_refused(
    client: Client, run: Run, newer: CourseVersion, version: str
) -> None:
    assert client.sign_in("bertil").post(f"/runs/{run.id}/version", {"version": version}).status_code == 422
