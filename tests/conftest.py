"""What every test stands on: a real database (SQLite or PostgreSQL), a fixed clock, a client that checks pages."""

import os
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms import clock, config, db, schema
from lms.accounts import passwords
from lms.app import create_app
from lms.config import Settings
from lms.coursefiles.render.renderer import Renderer
from tests.client import Client

NOW = datetime(2026, 11, 23, 10, 4, tzinfo=UTC)
DATABASES = ("sqlite", "postgresql")

IN_CI = os.environ.get("CI") == "true"

passwords.use_cheap_hashes()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a test that was left out is a failure."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and reporter and reporter.stats.get("skipped") and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def postgresql_url(database: str = "postgres") -> str:
    """Return the address of a database on the PostgreSQL server that the tests may use."""
    return (os.environ.get("TEST_POSTGRESQL_URL") or "postgresql://postgres@127.0.0.1:5432/{}").format(
        database
    )


def _admin(statement: str) -> None:
    with psycopg.connect(postgresql_url(), autocommit=True) as connection:
        connection.execute(statement)


def settings_for(database_url: str, data_dir: Path, **more: str) -> Settings:
    return config.load(
        {
            "LMS_ENV": "test",
            "LMS_DATABASE_URL": database_url,
            "LMS_DATA_DIR": str(data_dir),
            "LMS_OPERATOR_NAME": "Esimerkkikaupungin Taitoverstas",
            "LMS_OPERATOR_PHONE": "012 345 6789",
            "LMS_OPERATOR_EMAIL": "taitoverstas@example.org",
            **more,
        }
    )


@pytest.fixture(scope="session", params=DATABASES)
def database(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A migrated, empty database of each kind."""
    folder = tmp_path_factory.mktemp("data")
    if request.param == "sqlite":
        settings = settings_for(f"sqlite:///{folder / 'lms.db'}", folder)
        schema.upgrade(settings)
        yield settings
        return
    if os.environ.get("TEST_POSTGRESQL_URL") == "":
        pytest.skip("no PostgreSQL here")
    name = f"taitoverstas_test_{secrets.token_hex(6)}"
    _admin(f"CREATE DATABASE {name}")
    settings = settings_for(postgresql_url(name), folder)
    schema.upgrade(settings)
    yield settings
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=DATABASES)
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """A database with nothing in it."""
    if request.param == "sqlite":
        yield settings_for(f"sqlite:///{tmp_path / 'lms.db'}", tmp_path)
        return
    name = f"taitoverstas_migration_{secrets.token_hex(6)}"
    _admin(f"CREATE DATABASE {name}")
    yield settings_for(postgresql_url(name), tmp_path)
    _admin(f"DROP DATABASE {name} WITH (FORCE)")


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

    No app context stands around it: requests of the test client would share its `g`.
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
