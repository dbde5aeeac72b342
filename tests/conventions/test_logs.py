"""The log tells what happened and never what people wrote, what they are called or how they sign in."""

import logging
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from lms import access, db
from lms.app import create_app
from lms.diary.models import DiaryEntry
from lms.logs import LOG_TO_STDERR, LineFormatter
from tests import factories
from tests.certificates.scene import make_scene
from tests.checklists.cast import claim_of, make_cast
from tests.client import PASSWORD, Client
from tests.conftest import NOW

NAME = "Salaniminen Tuntematon"
DIARY = "salapäiväkirjan teksti"
CLAIM = "salaosaamisen teksti"
COMMENT = "salakommentin teksti"
WRONG_PASSWORD = "salasana jota kukaan ei tiedä"
SECRETS = (NAME, DIARY, CLAIM, COMMENT, WRONG_PASSWORD, PASSWORD)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that the server would write, and the program's finest details beside it."""
    caplog.set_level(LOG_TO_STDERR["root"]["level"])  # type: ignore[index]  # a plain dictionary of settings
    caplog.set_level(logging.DEBUG, logger="lms")
    caplog.set_level(logging.INFO, logger="sqlalchemy.engine")
    yield caplog


def assert_silent(log: pytest.LogCaptureFixture, *more: str) -> None:
    """Assert that no secret is in the log, in a message, an argument or a traceback."""
    formatter = LineFormatter()
    written = "\n".join(formatter.format(record) + repr(record.args) for record in log.records)
    told = [secret for secret in (*SECRETS, *more) if secret in written]
    assert not told, f"{told} in:\n{written}"


def tokens_of(client: Client) -> list[str]:
    """Return what the browser's cookie and forms carry."""
    cookie = client.browser.get_cookie("lms")
    assert cookie
    return [cookie.value, client.token]


def test_signing_in_leaves_no_secret(empty: Flask, session: Session, log: pytest.LogCaptureFixture) -> None:
    factories.make_person(session, "salanimi", name=NAME)
    session.commit()
    client = Client(empty)

    for _ in range(12):
        client.post("/sign-in", {"username": "salanimi", "password": WRONG_PASSWORD})
    client.post("/sign-in", {"username": WRONG_PASSWORD, "password": "x"}, token="wrong")
    session.execute(db.Base.metadata.tables["sign_in_counters"].delete())
    session.commit()
    client.sign_in("salanimi").get("/me")
    tokens = tokens_of(client)
    client.sign_out()

    assert_silent(log, "salanimi", *tokens)


def test_writing_leaves_no_secret(empty: Flask, session: Session, log: pytest.LogCaptureFixture) -> None:
    cast = make_cast(session)
    cast.aino.name = NAME
    session.commit()
    claim = claim_of(session, cast.aino)
    aino, bertil = Client(empty).sign_in("aino"), Client(empty).sign_in("bertil")

    address = str(aino.post("/diary/new", {"title": NAME, "body": DIARY, "shared": "1"}).headers["Location"])
    aino.post(address, {"body": DIARY, "revision": "7"})
    aino.post(address, {"body": DIARY * 5_000})
    aino.post(f"/claims/{claim.id}", {"rating": "3", "text": CLAIM, "action": "request"})
    bertil.get(address)
    bertil.post(f"{address}/comments", {"body": COMMENT})
    bertil.post(f"/review/claims/{claim.id}", {"decision": "return", "comment": COMMENT})
    Client(empty).post("/diary/new", {"body": DIARY})
    aino.post("/diary/new", {"body": DIARY}, token="wrong")

    assert_silent(log, *tokens_of(aino))


def test_issuing_leaves_no_secret(empty: Flask, session: Session, log: pytest.LogCaptureFixture) -> None:
    scene = make_scene(session)
    person = scene.add_ready("aino", NAME)
    session.commit()
    staff, address = Client(empty).sign_in("saara"), f"/staff/certificates/{scene.run.id}"

    staff.post(address, {"people": str(person.id)})
    staff.post(address, {"people": str(person.id), "confirm": "1"})
    page = Client(empty).sign_in("aino").get("/certificates").text
    [code] = re.findall(r"/verify/([0-9A-Z]{26})", page)
    Client(empty).get(f"/verify/{code}")

    assert_silent(log, code)


@pytest.fixture
def breaking(empty: Flask) -> Iterator[Flask]:
    """An app in which a save fails in the ways that a database can refuse one."""
    app = create_app(empty.extensions["settings"])
    app.config["WTF_CSRF_ENABLED"] = False

    def add(**columns: object) -> str:
        entry = {"key": "k", "title": NAME, "body": DIARY, "shared": False, "version": 1}
        db.session().add(DiaryEntry(**{**entry, "created_at": NOW, "updated_at": NOW, **columns}))
        db.session().flush()
        return ""

    @app.post("/break/rule")
    @access.public
    def break_rule() -> str:
        return add(person_id=None)

    @app.post("/break/reference")
    @access.public
    def break_reference() -> str:
        return add(person_id=987_654)

    yield app
    app.extensions["engine"].dispose()


@pytest.mark.parametrize("fault", ["rule", "reference"])
def test_a_database_that_refuses_leaves_no_secret(
    breaking: Flask, log: pytest.LogCaptureFixture, fault: str
) -> None:
    answer = breaking.test_client().post(f"/break/{fault}", data={"body": DIARY})

    assert answer.status_code == {"rule": 500, "reference": 409}[fault]
    assert DIARY in answer.text
    assert any(record.levelno >= logging.WARNING for record in log.records)
    assert_silent(log)


def test_a_commit_that_fails_leaves_no_secret(
    empty: Flask, session: Session, log: pytest.LogCaptureFixture
) -> None:
    """A rule that is checked only at the commit, and whose refusal shows the row, on PostgreSQL."""
    engine: Engine = empty.extensions["engine"]
    if engine.dialect.name == "sqlite":
        return  # what SQLite says names columns only
    factories.make_person(session, "aino")
    session.commit()
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = NEW.body; END $$"
        )
        connection.exec_driver_sql(
            "CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON diary_entries DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION refuse()"
        )
    try:
        answer = Client(empty).sign_in("aino").post("/diary/new", {"body": DIARY})
    finally:
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER refuse ON diary_entries")
            connection.exec_driver_sql("DROP FUNCTION refuse")

    assert answer.status_code == 503
    assert_silent(log)


def test_an_error_of_the_database_names_no_values(session: Session) -> None:
    """Whoever prints such an error, a command for one, prints no one's text."""
    with pytest.raises(DBAPIError) as caught:
        session.execute(db.Base.metadata.tables["people"].insert().values(name=NAME, username=None))

    assert NAME not in str(caught.value).split("DETAIL")[0]
    session.rollback()
