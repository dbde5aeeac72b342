"""What every test uses: a real database (SQLite or PostgreSQL), a fixed clock, a client that checks pages."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import clock, db, schema
from lms.accounts import passwords
from lms.app import create_app
from lms.config import Settings
from lms.coursefiles.render.renderer import Renderer
from tests import databases
from tests.client import Client

NOW = datetime(2026, 11, 23, 10, 4, tzinfo=UTC)

IN_CI = os.environ.get("CI") == "true"

pytest_plugins = ["tests.order"]

passwords.use_cheap_hashes()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what is left out."""
    if "postgresql" not in databases.kinds():
        terminalreporter.write_line(
            "Left out: every test on PostgreSQL, for no server answers (TEST_POSTGRESQL_URL names one)."
        )


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was left out is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    left_out = "postgresql" not in databases.kinds() or (reporter and reporter.stats.get("skipped"))
    if IN_CI and left_out and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", params=databases.kinds())
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated, empty database of each kind."""
    with databases.temporary(request.param, tmp_path_factory.mktemp("data")) as settings:
        schema.upgrade(settings)
        yield settings


@pytest.fixture(params=databases.kinds())
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A database with nothing in it."""
    with databases.temporary(request.param, tmp_path) as settings:
        yield settings


@pytest.fixture(scope="session")
def app(database: Settings) -> Iterator[Flask]:
    made = create_app(database)
    yield made
    made.extensions["engine"].dispose()


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with clock.fixed(NOW):
        yield


@pytest.fixture
def empty(app: Flask) -> Iterator[Flask]:
    """The app with an empty database."""
    clear(app.extensions["engine"])
    yield app


def clear(engine: Engine) -> None:
    """Delete every row of every table."""
    tables = list(reversed(db.Base.metadata.sorted_tables))
    with engine.execution_options(writing=True).begin() as connection:
        if engine.dialect.name == "postgresql":
            names = ", ".join(table.name for table in tables)
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
        else:
            for table in tables:
                connection.execute(table.delete())


@pytest.fixture
def session(empty: Flask) -> Iterator[Session]:
    """A session of its own for arranging and asserting; commit what the app must see.

    No app context is active around it: requests of the test client would share its `g`.
    """
    with Session(empty.extensions["engine"], expire_on_commit=False) as own:
        yield own


@pytest.fixture
def client(empty: Flask) -> Client:
    """A browser without script: keeps cookies, fills in the form token, checks each page it gets."""
    return Client(empty)


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    with Renderer(wall_seconds=120) as one:  # a loaded machine must not change what a test finds
        yield one
