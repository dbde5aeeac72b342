"""A person erases everything that is held about them."""

import pytest
from flask import Flask
from sqlalchemy import Engine, MetaData, func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.access import Role
from lms.accounts.models import Person, SignIn, SignInTry
from lms.audit import AuditLine
from lms.diary.models import DiaryEntry
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment
from tests import factories
from tests.client import PASSWORD, Client
from tests.conftest import NOW
from tests.privacy.test_me import make_entry

CANARY = "kanarialintu"
FIELDS = {"understood": "y", "password": PASSWORD}


@pytest.fixture
def people(session: Session) -> dict[str, Person]:
    found = {
        "aino": factories.make_person(session, CANARY, name=f"Aino {CANARY}"),
        "cia": factories.make_person(session, "cia"),
        "paavo": factories.make_person(session, "paavo", Role.ADMIN),
    }
    run = factories.make_run(session, people=[found["aino"], found["cia"]])
    for enrolment in session.scalars(select(Enrolment).where(Enrolment.run_id == run.id)):
        session.add(LessonMark(enrolment_id=enrolment.id, lesson="alku", done_at=NOW))
    make_entry(session, found["aino"], f"Laulan kuin {CANARY}")
    make_entry(session, found["cia"], "Cian merkintä")
    given = {"object_type": "person", "object_id": found["aino"].id, "now": NOW}
    audit.record(session, "person.added", by=found["paavo"].id, about=found["aino"].id, **given)  # type: ignore[arg-type]
    session.commit()
    return found


def everything(engine: Engine) -> str:
    """Return every value of every row as one text."""
    metadata = MetaData()
    with engine.connect() as connection:
        metadata.reflect(connection)
        return "\n".join(
            f"{table.name}: {row}"
            for table in metadata.sorted_tables
            for row in connection.execute(select(table))
        )


def test_the_page_says_what_goes_and_what_stays(client: Client, people: dict[str, Person]) -> None:
    page = client.sign_in(CANARY).get("/me/erase").text

    assert "Your diary with its earlier versions" in page
    assert "not that it was you" in page


def test_nothing_of_the_person_is_left(
    empty: Flask, client: Client, session: Session, people: dict[str, Person]
) -> None:
    other = Client(empty).sign_in(CANARY)
    Client(empty).post("/sign-in", {"username": CANARY, "password": "väärä"})
    client.sign_in(CANARY).get("/me/erase")
    answer = client.post("/me/erase", FIELDS)

    assert answer.location == "/goodbye"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert "Goodbye" in client.get("/goodbye").text
    assert client.get("/me").status_code == 302
    assert other.get("/me").status_code == 302
    assert CANARY not in everything(empty.extensions["engine"])
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert session.scalar(select(func.count()).select_from(SignInTry)) == 0
    lines = session.scalars(select(AuditLine).order_by(AuditLine.id)).all()
    assert lines[-1].action == "person.erased"
    assert all(line.about_id is None and not line.object_id for line in lines if line.object_type == "person")


def test_others_keep_what_is_theirs(client: Client, session: Session, people: dict[str, Person]) -> None:
    client.sign_in(CANARY).get("/me/erase")
    client.post("/me/erase", FIELDS)

    assert session.scalars(select(DiaryEntry.body)).all() == ["Cian merkintä"]
    assert len(session.scalars(select(Enrolment)).all()) == 1
    assert len(session.scalars(select(LessonMark)).all()) == 1


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"password": PASSWORD}, "Tick this when you are sure"),
        ({"understood": "y"}, "Write something here first"),
        ({"understood": "y", "password": "väärä"}, "not your current password"),
    ],
)
def test_without_the_tick_and_the_password_nothing_goes(
    client: Client, session: Session, people: dict[str, Person], fields: dict[str, str], message: str
) -> None:
    client.sign_in(CANARY).get("/me/erase")
    answer = client.post("/me/erase", fields)

    assert answer.status_code == 422
    assert message in answer.text
    assert session.get(Person, people["aino"].id) is not None
    assert client.get("/me").status_code == 200


def test_the_only_admin_cannot_go(client: Client, session: Session, people: dict[str, Person]) -> None:
    client.sign_in("paavo").get("/me/erase")
    answer = client.post("/me/erase", FIELDS)

    assert answer.status_code == 409
    assert "only admin" in answer.text
    session.expire_all()
    assert session.get(Person, people["paavo"].id) is not None


def test_one_of_two_admins_can_go(client: Client, session: Session, people: dict[str, Person]) -> None:
    factories.make_person(session, "toinen", Role.ADMIN)
    session.commit()
    client.sign_in("paavo").get("/me/erase")

    assert client.post("/me/erase", FIELDS).status_code == 302


def test_the_user_name_is_free_again(client: Client, session: Session, people: dict[str, Person]) -> None:
    client.sign_in(CANARY).get("/me/erase")
    client.post("/me/erase", FIELDS)
    client.token = ""

    assert client.post("/sign-in", {"username": CANARY, "password": PASSWORD}).status_code == 422
    factories.make_person(session, CANARY)
    session.commit()
    client.token = ""
    client.sign_in(CANARY)
