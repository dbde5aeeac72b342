"""Alembic's environment: the same migrations build SQLite and PostgreSQL, in one transaction."""

from alembic import context
from sqlalchemy import Connection

from lms.core import import_models
from lms.db import Base

import_models()


def run(connection: Connection) -> None:
    """Run the migrations; on SQLite the connection comes without foreign keys, so they are checked at the end."""
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=is_sqlite, compare_type=True
    )
    context.run_migrations()
    if is_sqlite:
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"the migration broke {len(broken)} references; nothing was changed")


run(context.config.attributes["connection"])
