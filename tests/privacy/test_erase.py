"""A person erases everything that is stored about them."""

import pytest
from flask import Flask
from sqlalchemy import Engine, MetaData, func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.access import Role
from lms.accounts.models import Person, SignIn, SignInCounter
from lms.audit import AuditLine
from lms.certificates.models import Certificate
from lms.diary.models import DiaryComment, DiaryEntry
from lms.lessons.models import LessonMark
from lms.runs.models import Enrolment
from lms.tasks.models import Reviewer, TaskAnswer, TaskAnswerEvent
from lms.tasks.states import AnswerAction, AnswerState
from tests import factories
from tests.certificates.scene import issue_all, make_scene
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

    goes, stays = page.split('id="stays"')
    assert "Your diary with its earlier versions and what was said of it" in goes
    assert "not that it was you" in stays
    for kept in ("Your certificates", "What has happened in the service", "Comments you have written"):
        assert kept not in goes
    assert "the register" not in stays and "of others" not in stays


def erase(app: Flask, username: str) -> str:
    """Erase the account and return the page that was shown before."""
    client = Client(app).sign_in(username)
    page = client.get("/me/erase").text
    assert client.post("/me/erase", FIELDS).location == "/goodbye"
    return page


def test_what_the_page_says_of_certificates_is_so(empty: Flask, client: Client, session: Session) -> None:
    scene = make_scene(session)
    scene.add_ready("eero", "Eero Niemi", "en")
    scene.add_ready("toinen", "Toinen Opiskelija")
    session.commit()
    number, _other = issue_all(empty, scene)
    liisa = session.scalars(select(Person).where(Person.username == "liisa")).one()
    audit.record(
        session, "claim.approved", by=liisa.id, object_type="claim", object_id=1, about=None, now=NOW
    )
    # the paper has the name of its day
    for person in session.scalars(select(Person).where(Person.username.in_(("liisa", "saara")))):
        person.name = "Uusi Nimi"
    session.commit()

    pages = {name: erase(empty, name).split('id="stays"') for name in ("eero", "liisa", "saara")}

    goes, stays = pages["eero"]
    assert "Your certificates" not in goes
    assert "Your certificates stay in the register" in stays and "certificates of others" not in stays
    for name in ("liisa", "saara"):
        assert "Your name stays on the certificates of others" in pages[name][1]
    assert "Your answers to the checklists of others stay" in pages["liisa"][1]
    assert "What you have said of the competence of others" not in pages["liisa"][0]
    session.expire_all()
    paper = session.scalars(select(Certificate).where(Certificate.number == number)).one()
    assert paper.person_id is None and paper.content["holder_name"] == "Eero Niemi"
    assert "Eero Niemi" in client.get(f"/verify/{paper.code}").text


def test_what_an_instructor_wrote_to_others_stays_as_the_page_says(
    empty: Flask, session: Session, people: dict[str, Person]
) -> None:
    liisa = factories.make_person(session, "liisa", Role.INSTRUCTOR, name="Liisa Laine")
    entry = session.scalars(select(DiaryEntry).where(DiaryEntry.person_id == people["cia"].id)).one()
    session.add(
        DiaryComment(entry_id=entry.id, author_id=liisa.id, author_name=liisa.name, body="Hyvä", at=NOW)
    )
    enrolment = session.scalars(select(Enrolment).where(Enrolment.person_id == people["cia"].id)).one()
    answer = TaskAnswer(
        enrolment_id=enrolment.id, task="viesti", lesson="alku", title="Viesti", reviewer=Reviewer.INSTRUCTOR,
        text="Hei", state=AnswerState.PASSED, version=2, saved_at=NOW, sent_at=NOW,
    )  # fmt: skip
    session.add(answer)
    session.flush()
    session.add(
        TaskAnswerEvent(
            answer_id=answer.id, number=1, action=AnswerAction.PASS, at=NOW, by_id=liisa.id,
            by_name=liisa.name, text="Hei", comment="Kiitos",
        )
    )  # fmt: skip
    session.commit()

    goes, stays = erase(empty, "liisa").split('id="stays"')

    assert "Comments you have written" not in goes
    assert "The comments you have written in the diaries of others stay there, without your name." in stays
    assert "What you have said of the answers of others to tasks stays with them" in stays
    session.expire_all()
    assert session.scalars(select(DiaryComment.body)).all() == ["Hyvä"]
    assert session.scalars(select(TaskAnswerEvent.comment)).all() == ["Kiitos"]
    assert "Liisa" not in everything(empty.extensions["engine"])


def test_nothing_of_the_person_is_left(
    empty: Flask, client: Client, session: Session, people: dict[str, Person]
) -> None:
    other = Client(empty).sign_in(CANARY)
    Client(empty).post("/sign-in", {"username": CANARY, "password": "väärä"})
    client.sign_in(CANARY).get("/me/erase")
    answer = client.post("/me/erase", FIELDS)

    assert answer.location == "/goodbye"
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    goodbye = client.get("/goodbye").text
    assert "Goodbye" in goodbye and "If you got certificates, they are still in the register." in goodbye
    assert client.get("/me").status_code == 302
    assert other.get("/me").status_code == 302
    assert CANARY not in everything(empty.extensions["engine"])
    session.expire_all()
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0
    assert set(session.scalars(select(SignInCounter.account))) <= {""}
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
        ({"understood": "0", "password": PASSWORD}, "Tick this when you are sure"),
        ({"understood": "false", "password": PASSWORD}, "Tick this when you are sure"),
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
