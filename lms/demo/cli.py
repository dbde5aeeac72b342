"""`lms demo`: the cast and data with which the program can be tried."""

import click
from flask import current_app

from lms import clock, db
from lms.accounts import operations as accounts
from lms.cli.context import uses_database
from lms.config import Settings
from lms.demo import cast, operations
from lms.errors import DomainError


@click.command("demo")
@click.option("--password", required=True, metavar="PW", help="One password for the whole cast.")
@click.option("--force", is_flag=True, help="Make the cast even in production.")
@uses_database
def commands(password: str, force: bool) -> None:
    """Add the demo cast and its data; what is there already stays as it is."""
    settings: Settings = current_app.extensions["settings"]
    if settings.is_production and not force:
        raise click.ClickException(
            "this is production, where nobody should know a demo password; set LMS_ENV=development or use --force"
        )
    if not password.strip():
        raise click.BadParameter("it is empty", param_hint="--password")
    now = clock.now()
    try:
        with db.transaction() as session:
            made = operations.make(session, password_hash=accounts.hash_of(password), now=now)
        operator = settings.operator.name
        operations.issue_certificate(made, issuer_name=operator, base_url=settings.base_url, now=now)
    except operations.CoursesMissing as fault:
        raise click.ClickException(
            "the shipped courses are not published; run: lms course publish"
        ) from fault
    except DomainError as fault:
        raise click.ClickException(str(fault.message)) from fault
    click.echo(f"The demo is ready: {len(made.people)} people, {2 + len(made.open_runs)} runs.")
    names = [character.username for character in cast.CAST]
    click.echo(f"Sign in as {names[0]} … {names[21]}, {', '.join(names[22:])}.")
