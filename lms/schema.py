"""The database's shape: migrations up and down."""

from alembic import command
from alembic.config import Config

from lms.config import ROOT, Settings
from lms.db import make_engine

HEAD = "head"
BASE = "base"


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
