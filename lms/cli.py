"""The `lms` command."""

import sys
from importlib import import_module
from importlib.util import find_spec

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from lms import config, db, schema, serving
from lms.app import FEATURES, create_app
from lms.config import ConfigurationError


def make_app() -> Flask:
    """Return the app for a command that needs the database. Raises ClickException when migrations are missing."""
    made = create_app()
    if not db.is_current(made.extensions["engine"]):
        raise click.ClickException("the database is not up to date; run: lms db upgrade")
    return made


@click.group(help="Taitoverstas: a learning microsite for work-life skills courses.")
@click.pass_context
def lms(context: click.Context) -> None:
    """The group of all commands."""
    context.obj = make_app


@lms.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--workers", default=2, show_default=True, type=click.IntRange(1, 64))
def serve(host: str, port: int, workers: int) -> None:
    """Serve the site; refuses to start on a bad configuration and says the mend."""
    serving.serve(config.load(), host=host, port=port, workers=workers)


@lms.group("db", help="The database.")
def database() -> None:
    """The group that `lms db` names."""


@database.command("upgrade")
def upgrade() -> None:
    """Bring the database to the newest migration."""
    schema.upgrade(config.load())
    click.echo("The database is up to date.")


for _feature in FEATURES:
    if find_spec(f"lms.{_feature}.cli"):
        lms.add_command(import_module(f"lms.{_feature}.cli").commands)


def main() -> None:
    """Run the command; a fault is one line on standard error and exit 1, wrong use is exit 2."""
    try:
        sys.exit(lms.main(standalone_mode=False))
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except click.Abort:
        sys.exit(1)
    except ConfigurationError as fault:
        click.echo(f"Error: {fault}", err=True)
        sys.exit(1)
    except DBAPIError as fault:
        click.echo(f"Error: the database says: {str(fault.orig).splitlines()[0]}", err=True)
        sys.exit(1)
