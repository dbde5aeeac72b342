"""The database's schema: migrations up and down."""

from contextlib import closing
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from lms.config import ROOT, Settings
from lms.db import make_engine

HEAD = "head"
BASE = "base"
# SQLite stores this number for the program; 1 means that nothing deleted before `secure_delete` is left in the file
CLEARED = 1


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(ROOT / "migrations"))
    return config


def upgrade(settings: Settings, revision: str = HEAD) -> None:
    """Bring the database to `revision`, in one transaction."""
    _migrate(settings, revision, upwards=True)


def downgrade(settings: Settings, revision: str = BASE) -> None:
    """Take the database back to `revision`, in one transaction."""
    _migrate(settings, revision, upwards=False)


def _migrate(settings: Settings, revision: str, *, upwards: bool) -> None:
    engine = make_engine(settings, foreign_keys=False)
    config = _config()
    try:
        with engine.execution_options(writing=True).begin() as connection:
            config.attributes["connection"] = connection
            (command.upgrade if upwards else command.downgrade)(config, revision)
    finally:
        engine.dispose()


def clear_file_once(settings: Settings) -> str:
    """Rewrite an SQLite file, once, so that it no longer contains what had been deleted before.

    Return why this failed, empty when it succeeded; a failure is tried again the next time. Needs space for a copy.
    """
    engine = make_engine(settings)
    driver: Any = engine.dialect.loaded_dbapi
    try:
        if engine.dialect.name != "sqlite":
            return ""
        with closing(engine.raw_connection()) as pooled:
            connection: Any = pooled.driver_connection
            if connection.execute("PRAGMA user_version").fetchone()[0] < CLEARED:
                connection.execute("VACUUM")
                connection.execute(f"PRAGMA user_version={CLEARED}")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except (DBAPIError, driver.Error) as error:
        return str(error.orig if isinstance(error, DBAPIError) else error)
    finally:
        engine.dispose()
    return ""
