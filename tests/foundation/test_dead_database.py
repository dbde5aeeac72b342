"""A database that dies under people who are signed in: a page in words, never a fault that nobody sees."""

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import UndefinedError
from sqlalchemy import Engine, select
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from lms import access, db, login, schema
from lms.access import Role
from lms.accounts.models import Person
from lms.app import create_app
from lms.config import Settings
from tests import factories
from tests.client import Client
from tests.databases import as_admin

TEXT = "pitkä tekstini"


class Broken:
    """What a template is given, with a fault inside."""

    @property
    def name(self) -> str:
        raise AttributeError("a fault in the property")


def end(engine: Engine) -> None:
    """Take the database away as it happens: the file is overwritten, the server lets nobody in."""
    engine.dispose()
    url = make_url(engine.url)
    if url.get_backend_name() == "postgresql":
        as_admin(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false")
        as_admin(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'")
        return
    path = Path(str(url.database))
    for file in path.parent.glob(f"{path.name}-*"):
        file.unlink()
    path.write_bytes(b"this is no database " * 1_000)


@pytest.fixture
def app_of_its_own(fresh: Settings) -> Flask:
    """An app with an instructor, whose bar asks the database, and a page under which the database dies."""
    schema.upgrade(fresh)
    app = create_app(fresh)
    with Session(app.extensions["engine"].execution_options(writing=True)) as session:
        factories.make_person(session, "bertil", Role.INSTRUCTOR)
        session.commit()

    @app.get("/dies-now")
    @access.public
    def die() -> str:
        assert login.current_person()
        db.session().rollback()
        end(db.engine())
        db.session().execute(select(Person.id))
        return "still alive"

    return app


def assert_is_a_break(answer: TestResponse) -> None:
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert "We are having a short break" in answer.text or "lyhyt tauko" in answer.text


def test_the_next_page_of_somebody_signed_in_says_so(app_of_its_own: Flask) -> None:
    bertil = Client(app_of_its_own).sign_in("bertil")
    bertil.get("/review")
    end(app_of_its_own.extensions["engine"])

    page, sent = bertil.get("/review"), bertil.post("/diary/new", {"body": TEXT})

    assert_is_a_break(page)
    # who it is cannot be asked, so nobody is greeted and no navigation is offered
    assert "Bertil" not in page.text
    assert 'class="places"' not in page.text
    assert_is_a_break(sent)
    assert TEXT in sent.text


def test_a_page_that_was_begun_says_so_without_its_places(app_of_its_own: Flask) -> None:
    bertil = Client(app_of_its_own).sign_in("bertil")
    assert 'class="places"' in bertil.get("/review").text

    page = bertil.get("/dies-now")

    assert_is_a_break(page)
    assert "Bertil" in page.text
    assert 'class="places"' not in page.text


def test_a_fault_inside_what_a_template_reads_is_a_fault(app: Flask) -> None:
    template = app.jinja_env.from_string(
        "{% macro greeting(person) %}{% if person.name %}Hei{% endif %}{% endmacro %}{{ greeting(person) }}"
    )

    with pytest.raises(AttributeError, match="a fault in the property"):
        template.render(person=Broken())


def test_what_a_thing_does_not_have_is_a_fault_in_a_template_too(app: Flask) -> None:
    there = app.jinja_env.from_string("{{ thing['key'] }}{{ thing.key }}")
    missing = app.jinja_env.from_string("{{ thing.missing }}")

    assert there.render(thing={"key": "arvo"}) == "arvoarvo"
    with pytest.raises(UndefinedError, match="no attribute 'missing'"):
        missing.render(thing={"key": "arvo"})
