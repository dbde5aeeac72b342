"""The database: what SQLite is made to promise, and when a request's work is stored."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask, abort
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import StatementError
from sqlalchemy.orm import Session

from lms import access, clock, db, schema
from lms.accounts import queries
from lms.accounts.models import Person
from lms.app import create_app
from lms.config import ConfigurationError
from tests import factories
from tests.client import Client
from tests.conftest import NOW
from tests.databases import settings_for


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 4), True),
    ],
)
def test_write_ahead_logging_is_used_only_where_its_fault_is_fixed(
    version: tuple[int, ...], fixed: bool
) -> None:
    assert db.has_fixed_wal(version) is fixed


def test_every_sqlite_connection_keeps_what_was_promised(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    engine = db.make_engine(settings)

    with engine.connect() as one, engine.connect() as other:
        for connection in (one, other):
            found = {
                name: connection.execute(text(f"PRAGMA {name}")).scalar_one()
                for name in ("synchronous", "foreign_keys", "busy_timeout", "journal_mode", "mmap_size")
            }
            wal = db.has_fixed_wal(db.sqlite_driver.sqlite_version_info)
            assert found == {
                "synchronous": 2,
                "foreign_keys": 1,
                "busy_timeout": 5000,
                "journal_mode": "wal" if wal else "delete",
                "mmap_size": 0,
            }
    engine.dispose()


def test_a_database_that_cannot_keep_the_promise_is_refused() -> None:
    memory = db.sqlite_driver.connect(":memory:")

    with pytest.raises(ConfigurationError, match="journal_mode"):
        db._set_up_sqlite(memory, None, foreign_keys=True)
    memory.close()


def test_a_naive_time_is_refused(session: Session) -> None:
    person = factories.make_person(session)
    person.created_at = datetime(2026, 1, 1)  # noqa: DTZ001  # the fault under test

    with pytest.raises(StatementError, match="naive"):
        session.flush()
    session.rollback()


def test_times_come_back_as_they_went(session: Session) -> None:
    factories.make_person(session)
    session.commit()

    assert session.scalar(select(Person.created_at)) == NOW
    assert session.scalar(select(func.max(Person.created_at))) == NOW


def test_a_search_folds_finnish_capitals_too(session: Session) -> None:
    factories.make_person(session, "aija", name="Äijälä")

    assert [person.username for person in queries.people(session, search="äijÄ")] == ["aija"]


@pytest.fixture
def writing(empty: Flask) -> Flask:
    """An app with routes that write and then answer as the test asks."""
    app = create_app(empty.extensions["settings"])

    @app.post("/write/<int:status>")
    @access.public
    def write(status: int) -> tuple[str, int]:
        session = db.session()
        session.add(Person(username="kirjoitus", name="K", language="fi", created_at=clock.now()))
        session.flush()
        if status == 404:
            abort(404)
        if status == 500:
            raise ZeroDivisionError
        return "", status

    app.config["WTF_CSRF_ENABLED"] = False
    return app


@pytest.mark.parametrize(("status", "kept"), [(204, 1), (302, 1), (404, 0), (409, 0), (422, 0), (500, 0)])
def test_a_request_keeps_its_work_only_when_it_answers_below_400(
    writing: Flask, session: Session, status: int, kept: int
) -> None:
    answer = writing.test_client().post(f"/write/{status}")

    assert answer.status_code == status
    assert session.scalar(select(func.count()).select_from(Person)) == kept
    writing.extensions["engine"].dispose()


def test_a_commit_that_fails_answers_503_and_keeps_nothing(writing: Flask, session: Session) -> None:
    """A constraint that is checked only at the commit simulates a disk that is full at that moment."""
    engine = writing.extensions["engine"]
    made: tuple[str, ...]
    undone: tuple[str, ...]
    if engine.dialect.name == "sqlite":
        made = (
            "CREATE TABLE late (id INTEGER PRIMARY KEY, person TEXT REFERENCES people(username) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE TRIGGER late AFTER INSERT ON people BEGIN INSERT INTO late (person) VALUES ('nobody'); END",
        )
        undone = ("DROP TRIGGER late", "DROP TABLE late")
    else:
        made = (
            "CREATE TABLE late (person VARCHAR(50) REFERENCES people(username) DEFERRABLE INITIALLY DEFERRED)",
            "CREATE FUNCTION late() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO late VALUES ('nobody'); RETURN NEW; END $$",
            "CREATE TRIGGER late AFTER INSERT ON people FOR EACH ROW EXECUTE FUNCTION late()",
        )
        undone = ("DROP TRIGGER late ON people", "DROP FUNCTION late", "DROP TABLE late")
    run_all(engine, made)

    answer = writing.test_client().post("/write/204")

    run_all(engine, undone)
    engine.dispose()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "10"
    assert session.scalar(select(func.count()).select_from(Person)) == 0


def run_all(engine: Engine, statements: tuple[str, ...]) -> None:
    with engine.execution_options(writing=True).begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_a_database_that_is_gone_answers_503_with_the_text(tmp_path: Path) -> None:
    settings = settings_for("postgresql://postgres@127.0.0.1:9/gone", tmp_path)
    client = Client(create_app(settings))

    answer = client.get("/readyz")
    page = client.get("/sign-in")
    sent = client.post("/sign-in", {"username": "aino", "password": "x", "body": "pitkä tekstini"})

    assert answer.status_code == 503
    assert page.status_code == 200
    assert sent.status_code == 503
    assert sent.headers["Retry-After"] == "10"
    assert "pitkä tekstini" in sent.text


def test_a_site_without_its_migrations_is_not_ready(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
    (tmp_path / "lms.db").touch()
    first, second = create_app(settings), create_app(settings)

    before = first.test_client().get("/readyz")
    schema.upgrade(settings)
    after = second.test_client().get("/readyz")
    second.extensions["readiness"].quick_check.wait()
    first.extensions["engine"].dispose()
    second.extensions["engine"].dispose()

    assert (before.status_code, before.json) == (503, {"status": "unavailable", "reason": "migrations"})
    assert after.status_code == 200


@dataclass(frozen=True)
class Named:
    username: str
    name: str


def test_rows_become_records_by_the_names_of_their_columns(session: Session) -> None:
    factories.make_person(session, "aino", name="Aino Laine")

    assert db.read(session, Named, select(Person.name, Person.username)) == [Named("aino", "Aino Laine")]


@pytest.mark.parametrize("columns", [(Person.name,), (Person.name, Person.username, Person.id)])
def test_columns_that_are_not_the_fields_of_a_record_are_refused_without_a_row(
    session: Session, columns: tuple[object, ...]
) -> None:
    with pytest.raises(TypeError, match="Named has the fields"):
        db.read(session, Named, select(*columns))  # type: ignore[call-overload]
