"""The databases that tests run on: a file of SQLite's, and PostgreSQL where a server answers."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import psycopg

from lms import config
from lms.config import Settings

# an empty value leaves PostgreSQL out; {} is the name of a database
ADDRESS = os.environ.get("TEST_POSTGRESQL_URL", "postgresql://postgres@127.0.0.1:5432/{}")


def postgresql_url(database: str = "postgres") -> str:
    """Return the address of a database on the PostgreSQL server that the tests may use."""
    return ADDRESS.format(database)


def answers(address: str) -> bool:
    """Tell whether a PostgreSQL server lets us in at the address, in which {} is the name of a database."""
    try:
        with psycopg.connect(address.format("postgres"), connect_timeout=3):
            return True
    except psycopg.OperationalError:
        return False


@cache
def kinds() -> tuple[str, ...]:
    """Return the kinds of database to test on."""
    return ("sqlite", "postgresql") if ADDRESS and answers(ADDRESS) else ("sqlite",)


def as_admin(statement: str) -> None:
    """Run a statement about whole databases on the PostgreSQL server."""
    with psycopg.connect(postgresql_url(), autocommit=True) as connection:
        connection.execute(statement)


def settings_for(database_url: str, data_dir: Path, **more: str) -> Settings:
    """Return the settings of a test site, with an operator's name and contact."""
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


@contextmanager
def temporary(kind: str, folder: Path, **more: str) -> Iterator[Settings]:
    """Give the settings of a new database without tables; one on PostgreSQL is dropped in the end."""
    if kind == "sqlite":
        yield settings_for(f"sqlite:///{folder / 'lms.db'}", folder, **more)
        return
    name = f"taitoverstas_test_{secrets.token_hex(6)}"
    as_admin(f"CREATE DATABASE {name}")
    yield settings_for(postgresql_url(name), folder, **more)
    as_admin(f"DROP DATABASE {name} WITH (FORCE)")
