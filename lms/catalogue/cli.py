"""`lms course`: checks authors' courses and publishes them."""

from pathlib import Path

import click

from lms.catalogue.checking import check_courses
from lms.catalogue.renderer import Renderer

COURSES = Path("courses")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("course")
def commands() -> None:
    """Check and publish courses."""


@commands.command()
@click.argument("paths", nargs=-1, type=_FOLDER, metavar="[PATH]...")
@click.pass_context
def check(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Check course folders; PATH is a course or a folder of courses (default: courses).

    Prints each fault as file:line: message, and what mends it. Needs no database.
    """
    if not paths and not COURSES.is_dir():
        raise click.UsageError("There is no folder courses here; name a PATH.")
    with Renderer() as renderer:
        checked = check_courses(paths or (COURSES,), renderer=renderer)
    for fault in checked.faults:
        click.echo(str(fault))
    if checked.faults:
        context.exit(1)
    click.echo(f"No faults: {checked.summary()}.")
