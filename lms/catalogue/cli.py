"""`lms course new` and `lms course check`: begin authors' courses and check them, without a database."""

from collections.abc import Callable
from pathlib import Path

import click

from lms.coursefiles.advise.advice import lint
from lms.coursefiles.check import report
from lms.coursefiles.check.courses import Checked, check_courses
from lms.coursefiles.new_course import NotMade, make_course
from lms.coursefiles.read.folder import COURSE_NAME
from lms.coursefiles.render.renderer import Renderer
from lms.faults import visible

COURSES = Path("courses")
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.command()
@click.argument("slug")
@click.option(
    "--into", "courses", type=FOLDER, metavar="DIR", help="The folder of courses (default: courses)."
)
def new(slug: str, courses: Path | None) -> None:
    """Make a small course to go on from; SLUG is its folder and its address.

    It holds every kind of block, explained in comments, and has no faults.
    """
    if not COURSE_NAME.fullmatch(slug):
        raise click.BadParameter("Use a-z, 0-9 and the hyphen, at most 60.", param_hint="SLUG")
    if courses is None and not COURSES.is_dir():
        raise click.UsageError("There is no folder courses here; name one with --into.")
    try:
        files = make_course(slug, courses or COURSES)
    except NotMade as reason:
        raise click.ClickException(visible(str(reason))) from reason
    for file in files:
        click.echo(visible(str(file)))
    folder = visible(str((courses or COURSES) / slug))
    click.echo(f"Write your own text over the example, then try: lms course check {folder}")


@click.command()
@click.argument("paths", nargs=-1, type=FOLDER, metavar="[PATH]...")
@click.option("--advice", "with_advice", is_flag=True, help="Print each piece of advice, too.")
@click.option("--table", "with_table", is_flag=True, help="Print which lesson practises which criterion.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="json: one document."
)
@click.pass_context
def check(
    context: click.Context, paths: tuple[Path, ...], *, with_advice: bool, with_table: bool, form: str
) -> None:
    """Check courses and the guide; PATH is one of their folders or the one above (default: courses).

    Prints each fault as file:line: message, and what fixes it; exits 1 when there is one. Advice is what would
    make a course easier to read and to do, and changes no exit code. Needs no database.
    """
    result = lint(checked_courses(paths))
    if form == "json":
        click.echo(report.as_json(result))
    else:
        for line in report.lines(result, with_advice=with_advice, with_table=with_table):
            click.echo(visible(line))
    if result.faults:
        context.exit(1)


def checked_courses(
    paths: tuple[Path, ...], is_known: Callable[[Path, Path], bool] = lambda folder, criteria: False
) -> Checked:
    """Read and check what the paths contain, by default all courses in the current folder."""
    if not paths and not COURSES.is_dir():
        raise click.UsageError("There is no folder courses here; name a PATH.")
    with Renderer() as renderer:
        return check_courses(paths or (COURSES,), renderer=renderer, is_known=is_known)
