"""Installations of earlier shapes, as they were and upgraded; one database of each kind serves all the tests."""

import shutil
from collections.abc import Iterator, Sequence

import pytest
from flask import Flask
from sqlalchemy import Engine, Table

from lms import db, schema
from lms.app import create_app
from lms.config import Settings
from tests import databases
from tests.upgrades import rows

# the migrations by whose shape they are called
STORED = ("0004", "0007")
SECRET_KEY = rows.stored_browser("0007")["secret_key"]


class Site:
    """The program of today, and a database that can be put into each stored shape."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.app = create_app(settings)
        # what upgrading gives, by the number of the shape; the tables are those of today
        self._upgraded: dict[str, tuple[Sequence[Table], rows.Rows]] = {}

    @property
    def engine(self) -> Engine:
        found: Engine = self.app.extensions["engine"]
        return found

    def tables(self) -> list[Table]:
        with self.engine.connect() as connection:
            return rows.tables_of(connection)

    def everything(self) -> rows.Rows:
        """Return all that the database holds."""
        with self.engine.connect() as connection:
            return rows.take_out(connection, rows.tables_of(connection))

    def make_old(self, number: str) -> None:
        """Make the tables of the stored shape anew, with the stored rows, and the stored files beside them."""
        schema.downgrade(self.settings)
        schema.upgrade(self.settings, number)
        self._put_in(self.tables(), rows.stored(number))
        if rows.media_of(number).exists():
            shutil.copytree(rows.media_of(number), self.settings.data_dir / "media", dirs_exist_ok=True)

    def upgrade(self) -> None:
        schema.upgrade(self.settings)

    def make_upgraded(self, number: str) -> None:
        """Upgrade the first time; after that put the rows that it gave into the tables of today, which is faster."""
        if number not in self._upgraded:
            self.make_old(number)
            self.upgrade()
            self._upgraded[number] = self.tables(), self.everything()
            return
        if not db.is_current(self.engine):
            schema.downgrade(self.settings)
            self.upgrade()
        self._put_in(*self._upgraded[number])

    def _put_in(self, tables: Sequence[Table], found: rows.Rows) -> None:
        with self.engine.execution_options(writing=True).begin() as connection:
            rows.put_in(connection, tables, found)


@pytest.fixture(scope="session", params=databases.kinds())
def _site(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("stored")
    with databases.temporary(request.param, folder, LMS_SECRET_KEY=SECRET_KEY) as settings:
        yield Site(settings)


@pytest.fixture
def site(_site: Site) -> Iterator[Site]:
    """No connection outlives a test: the tables of the next one may be others."""
    yield _site
    _site.engine.dispose()


@pytest.fixture(params=STORED)
def number(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def old(site: Site, number: str) -> Site:
    """An installation as it was."""
    site.make_old(number)
    return site


@pytest.fixture
def upgraded(site: Site, number: str) -> Flask:
    """The program of today on an installation that was upgraded."""
    site.make_upgraded(number)
    return site.app
