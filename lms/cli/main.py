"""The `lms` command."""

import sys
from pkgutil import resolve_name

import click
from flask import Flask
from sqlalchemy.exc import DBAPIError

from lms import config, db, file_modes
from lms.config import ConfigurationError
from lms.core import create_core

# where each command is; only the one that is asked for is loaded, for most take longer to load than to run
COMMANDS = {
    "certificate": "lms.certificates.cli:commands",
    "course": "lms.booklets.cli:commands",  # the catalogue's, with `print` added
    "criteria": "lms.criteria.cli:commands",
    "db": "lms.cli.site:database",
    "demo": "lms.demo.cli:commands",
    "serve": "lms.cli.site:serve",
    "user": "lms.accounts.cli:commands",
}


class Commands(click.Group):
    """A group whose commands are loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command: click.Command | None = resolve_name(COMMANDS[cmd_name]) if cmd_name in COMMANDS else None
        return command


def make_app() -> Flask:
    """Return the app for a command that needs the database. Raises ClickException when migrations are missing."""
    made = create_core(config.load())
    if not db.is_current(made.extensions["engine"]):
        raise click.ClickException("the database is not up to date; run: lms db upgrade")
    return made


@click.group(cls=Commands, help="Taitoverstas: a learning microsite for work-life skills courses.")
@click.pass_context
def lms(context: click.Context) -> None:
    """The group of all commands."""
    context.obj = make_app


def main() -> None:
    """Run the command; a fault is one line on standard error and exit 1, wrong use is exit 2."""
    file_modes.be_private()
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
