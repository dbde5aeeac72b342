"""`lms course print`: a published course as a booklet."""

from pathlib import Path

import click
from flask import current_app

from lms import db, file_modes
from lms.booklets.operations import draft, printed
from lms.cli.context import uses_database
from lms.config import Settings
from lms.errors import DomainError, NotFound
from lms.i18n import LANGUAGES


@click.command("print")
@click.argument("slug")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to write (default: SLUG.pdf here).",
)
@click.option("--plain", is_flag=True, help="Take the plain wording of the lessons that have one.")
@click.option("--language", type=click.Choice(list(LANGUAGES)), help="Take this language where there is one.")
@uses_database
def print_course(slug: str, out: Path | None, plain: bool, language: str | None) -> None:
    """Make a booklet (PDF) of the published course SLUG, to be printed and written in.

    It holds the lessons, room to write, the answers to the quizzes and the checklist.
    """
    settings: Settings = current_app.extensions["settings"]
    try:
        with db.reading() as session:
            made = draft(session, slug, language=language, plain=plain, settings=settings)
        pdf = printed(made)
    except NotFound as fault:
        where = f" in the language {language}" if language else ""
        raise click.ClickException(f"there is no published course {slug}{where}") from fault
    except DomainError as fault:
        raise click.ClickException(str(fault.message)) from fault
    target = out or Path(made.name)
    try:
        with file_modes.with_usual_umask():
            target.write_bytes(pdf)
    except OSError as fault:
        raise click.ClickException(f"{target} cannot be written: {fault.strerror}") from fault
    click.echo(str(target))
