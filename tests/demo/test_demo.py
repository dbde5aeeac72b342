"""`lms demo`: the cast, made once, from the shipped courses."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import schema
from lms.access import Role
from lms.accounts.models import Person
from lms.app import create_app
from lms.certificates.models import Certificate
from lms.checklists.models import Claim
from lms.checklists.states import ClaimState
from lms.config import Settings
from lms.diary.models import DiaryComment, DiaryEntry
from lms.quizzes.models import QuizTry
from lms.runs.models import Enrolment, Run, RunInstructor
from lms.tasks.models import TaskAnswer
from lms.tasks.states import AnswerState
from tests.accounts.test_cli import lms
from tests.client import Client
from tests.conftest import clear
from tests.databases import settings_for
from tests.factories import row_counts

PASSWORD = "viisi sinistä porkkanaa"


@pytest.fixture(scope="module")
def settings(database: Settings, app: Flask) -> Iterator[Settings]:
    """A database with the published courses and the demo in it."""
    clear(app.extensions["engine"])
    refused = lms(database, "demo", "--password", PASSWORD)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "lms course publish" in refused.stderr
    assert lms(database, "course", "publish").returncode == 0
    made = lms(database, "demo", "--password", PASSWORD)
    assert made.returncode == 0, made.stderr
    yield database
    clear(app.extensions["engine"])


@pytest.fixture
def session(settings: Settings, app: Flask) -> Iterator[Session]:
    with Session(app.extensions["engine"]) as own:
        yield own


def person(session: Session, username: str) -> Person:
    return session.scalars(select(Person).where(Person.username == username)).one()


def instructors(session: Session, run: Run) -> set[str]:
    ids = select(RunInstructor.person_id).where(RunInstructor.run_id == run.id)
    return set(session.scalars(select(Person.username).where(Person.id.in_(ids))))


def participants(session: Session, run: Run) -> set[str]:
    ids = select(Enrolment.person_id).where(Enrolment.run_id == run.id)
    return set(session.scalars(select(Person.username).where(Person.id.in_(ids))))


def run_named(session: Session, name: str) -> Run:
    return session.scalars(select(Run).where(Run.name == name)).one()


def names(first: int, last: int) -> set[str]:
    return {f"osallistuja{number if number > 1 else ''}" for number in range(first, last + 1)}


def test_the_cast_is_whole(session: Session) -> None:
    roles = {one.username: one.roles for one in session.scalars(select(Person))}

    assert set(roles) == names(1, 22) | {"ohjaaja", "ohjaaja2", "opettaja", "henkilokunta", "paakayttaja"}
    assert roles["osallistuja7"] == {Role.PARTICIPANT}
    assert roles["ohjaaja"] == roles["ohjaaja2"] == {Role.INSTRUCTOR}
    assert roles["opettaja"] == {Role.TEACHER}
    assert roles["henkilokunta"] == {Role.STAFF}
    assert roles["paakayttaja"] == {Role.ADMIN}
    assert person(session, "osallistuja").name.startswith("Aino ")


def test_the_groups_have_their_people_and_their_own_instructors(session: Session) -> None:
    wednesday, friday = run_named(session, "Keskiviikon etäryhmä"), run_named(session, "Perjantain etäryhmä")

    assert participants(session, wednesday) == names(1, 20)
    assert instructors(session, wednesday) == {"ohjaaja"}
    assert participants(session, friday) == names(21, 22)
    assert instructors(session, friday) == {"ohjaaja2"}


def test_every_open_course_has_one_open_run_to_join(session: Session) -> None:
    open_runs = session.scalars(select(Run).where(Run.self_enrolment)).all()

    assert len({run.course_id for run in open_runs}) == len(open_runs) >= 2
    assert all(instructors(session, run) == {"ohjaaja"} for run in open_runs)


def test_aino_has_work_in_every_stage(session: Session) -> None:
    aino = person(session, "osallistuja")
    enrolment = session.scalars(
        select(Enrolment.id).where(
            Enrolment.person_id == aino.id, Enrolment.run_id == run_named(session, "Keskiviikon etäryhmä").id
        )
    ).one()
    answers = session.scalars(select(TaskAnswer.state).where(TaskAnswer.enrolment_id == enrolment))
    claims = session.scalars(select(Claim.state).where(Claim.person_id == aino.id))
    entries = session.scalars(select(DiaryEntry).where(DiaryEntry.person_id == aino.id)).all()
    tries = session.scalars(select(QuizTry).where(QuizTry.enrolment_id == enrolment)).all()

    assert set(answers) == set(AnswerState)
    assert set(claims) == set(ClaimState)
    assert {entry.shared for entry in entries} == {True, False}
    assert session.scalars(select(DiaryComment)).all()
    assert {one.right_count == one.question_count for one in tries} == {True, False}
    assert session.scalars(select(Certificate.person_id)).all() == [aino.id]


def test_nothing_lies_in_the_future(session: Session) -> None:
    from_now_on = person(session, "osallistuja").created_at

    for claim in session.scalars(select(Claim)):
        assert claim.changed_at > from_now_on
    for answer in session.scalars(select(TaskAnswer)):
        assert answer.saved_at > from_now_on


def test_each_signs_in_with_the_one_password(app: Flask, settings: Settings) -> None:
    for username in ("osallistuja", "osallistuja20", "ohjaaja2", "opettaja", "henkilokunta", "paakayttaja"):
        client = Client(app).sign_in(username, PASSWORD)
        assert client.get("/").status_code == 200


def test_the_other_instructor_sees_nothing_of_the_first_group(app: Flask, session: Session) -> None:
    page = Client(app).sign_in("ohjaaja2", PASSWORD).get("/").text

    assert "Perjantain etäryhmä" in page
    assert "Keskiviikon" not in page
    assert person(session, "osallistuja").name not in page


def test_a_second_time_adds_nothing(app: Flask, settings: Settings, session: Session) -> None:
    before = row_counts(session)
    session.rollback()
    again = lms(settings, "demo", "--password", "joku ihan muu salasana")

    assert again.returncode == 0, again.stderr
    after = row_counts(session)
    assert {name: count for name, count in after.items() if count != before[name]} == {}


def test_what_is_missing_is_added(app: Flask, settings: Settings, session: Session) -> None:
    gone = person(session, "osallistuja19")
    session.delete(gone)
    session.commit()
    assert lms(settings, "demo", "--password", PASSWORD).returncode == 0

    back = person(session, "osallistuja19")
    assert back.username in participants(session, run_named(session, "Keskiviikon etäryhmä"))


def test_in_production_it_is_refused_without_force(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    schema.upgrade(settings)
    production = lms(settings, "demo", "--password", PASSWORD, LMS_ENV="production")

    assert production.returncode == 1
    assert "--force" in production.stderr
    forced = lms(settings, "demo", "--password", PASSWORD, "--force", LMS_ENV="production")
    assert "course publish" in forced.stderr
    app = create_app(settings)
    with Session(app.extensions["engine"]) as own:
        assert own.scalars(select(Person)).all() == []
    app.extensions["engine"].dispose()


def test_wrong_use_is_code_two(settings: Settings) -> None:
    assert lms(settings, "demo").returncode == 2
    assert lms(settings, "demo", "--password", " ").returncode == 2
