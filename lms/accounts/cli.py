"""Commands about people."""

import sys

import click

from lms import clock, db
from lms.access import Role
from lms.accounts import operations, policy
from lms.cli.context import uses_database
from lms.errors import DomainError


@click.group("user", help="Add people.")
def commands() -> None:
    """The group `lms user`."""


@commands.command("add")
@click.argument("username", metavar="NAME")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role])
)
@click.option("--name", "shown_name", default="", help="The name shown to others; default: the user name.")
@click.option("--password-stdin", is_flag=True, required=True, help="Read the password from standard input.")
@uses_database
def add(username: str, roles: tuple[str, ...], shown_name: str, password_stdin: bool) -> None:
    """Add the person NAME."""
    password = sys.stdin.readline().rstrip("\r\n")
    chosen = [Role(role) for role in roles]
    try:
        names = policy.words_to_avoid(username, shown_name)
        password_hash = operations.new_password_hash(password, roles=chosen, names=names)
        with db.transaction() as session:
            person = operations.add_person(
                session,
                username=username,
                name=shown_name or username,
                roles=chosen,
                password_hash=password_hash,
                now=clock.now(),
            )
    except DomainError as fault:
        raise click.ClickException(str(fault.message)) from fault
    click.echo(f"{person.username} was added.")
