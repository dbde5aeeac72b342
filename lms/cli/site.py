"""The commands about the whole site: `lms serve` and `lms db`."""

import click

from lms import config, schema
from lms.serving import server

NOT_CLEARED = (
    "What was deleted earlier may still be in the file of the database ({}). Stop the site, see that the disk has"
    " room for a copy of the database, and run once more: lms db upgrade"
)


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site; refuses to start on a bad configuration and says what fixes it."""
    server.serve(config.load(), host=host, port=port, workers=workers)


@click.group("db", help="The database.")
def database() -> None:
    """The group `lms db`."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration."""
    settings = config.load()
    schema.upgrade(settings)
    click.echo("The database is up to date.")
    if refused := schema.clear_file_once(settings):
        click.echo(NOT_CLEARED.format(refused), err=True)
