"""The `lms` command."""

import sys

import click
from sqlalchemy.exc import DBAPIError

from lms import file_modes
from lms.cli.lazy import LazyGroup
from lms.config import ConfigurationError

course_commands = LazyGroup(
    "course",
    table={
        "check": "lms.catalogue.cli:check",
        "new": "lms.catalogue.cli:new",
        "print": "lms.booklets.cli:print_course",
        "publish": "lms.cli.publish:publish",
    },
    help="Begin, check and publish courses.",
)

# where each command is
COMMANDS = {
    "certificate": "lms.certificates.cli:commands",
    "course": course_commands,
    "criteria": "lms.criteria.cli:commands",
    "db": "lms.cli.site:database",
    "demo": "lms.demo.cli:commands",
    "serve": "lms.cli.site:serve",
    "user": "lms.accounts.cli:commands",
}


@click.group(
    cls=LazyGroup,
    table=COMMANDS,
    help="Taitoverstas: a learning microsite for work-life skills courses.",
)
def lms() -> None:
    """The group of all commands."""


def main() -> None:
    """Run the command; a fault is one line on standard error and exit 1, wrong use is exit 2."""
    file_modes.use_private_umask()
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
