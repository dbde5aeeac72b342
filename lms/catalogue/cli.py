"""`lms course`: begins authors' courses, checks and publishes them."""

from collections.abc import Callable
from pathlib import Path

import click
from flask import current_app

from lms import clock, db
from lms.catalogue import operations, queries
from lms.catalogue.media_store import store_media
from lms.catalogue.operations import Published
from lms.catalogue.signals import criteria_read
from lms.cli.context import uses_database
from lms.config import Settings
from lms.coursefiles.advise.advice import judge
from lms.coursefiles.check import report
from lms.coursefiles.check.courses import Checked, check_courses
from lms.coursefiles.course import Course
from lms.coursefiles.fingerprint import fingerprint
from lms.coursefiles.new_course import NotMade, make_course
from lms.coursefiles.read.criteria import CriteriaFile
from lms.coursefiles.read.files import Unreadable
from lms.coursefiles.read.folder import COURSE_NAME
from lms.coursefiles.read.guide import GUIDE_FOLDER, GuideReading
from lms.coursefiles.render.renderer import Renderer
from lms.errors import DomainError
from lms.faults import visible

COURSES = Path("courses")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group("course")
def commands() -> None:
    """Begin, check and publish courses."""


@commands.command()
@click.argument("slug")
@click.option(
    "--into", "courses", type=_FOLDER, metavar="DIR", help="The folder of courses (default: courses)."
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


@commands.command()
@click.argument("paths", nargs=-1, type=_FOLDER, metavar="[PATH]...")
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

    Prints each fault as file:line: message, and what mends it; exits 1 when there is one. Advice is what would
    make a course easier to read and to do, and changes no exit code. Needs no database.
    """
    judged = judge(_checked(paths))
    if form == "json":
        click.echo(report.as_json(judged))
    else:
        for line in report.lines(judged, with_advice=with_advice, with_table=with_table):
            click.echo(visible(line))
    if judged.faults:
        context.exit(1)


@commands.command()
@click.argument("paths", nargs=-1, type=_FOLDER, metavar="[PATH]...")
@click.pass_context
@uses_database
def publish(context: click.Context, paths: tuple[Path, ...]) -> None:
    """Publish courses, their criteria and the guide; PATH is one of their folders or the one above (default: courses).

    Checks first and publishes nothing when there is a fault. A course whose content changed becomes a new
    version, and what changed is said; groups that have begun keep their version until they take the new one.
    """
    seen = _Seen()
    checked = _without_faults(context, paths, is_known=seen.is_published)
    files = {file.name: file for reading in checked.criteria for file in reading.files}
    readings = {reading.folder.name: reading for reading in checked.readings}
    guides = {guide.folder.name: guide for guide in checked.guides}
    if len(readings) + len(guides) < len(checked.readings) + len(checked.guides):
        raise click.UsageError("Two of the folders have one name; publish one of them at a time.")
    try:
        _publish_criteria(list(files.values()))
        for name, reading in readings.items():
            if reading.course:
                _publish_course(reading.course, seen.fingerprints[name])
        for name, guide in guides.items():
            _publish_guide(guide, seen.fingerprints[name])
    except DomainError as fault:
        raise click.ClickException(visible(str(fault.message))) from fault
    except Unreadable as fault:
        raise click.ClickException(visible(str(fault))) from fault


class _Seen:
    """Which folders are published as they are now, so that they need no rendering."""

    def __init__(self) -> None:
        self.fingerprints: dict[str, str | None] = {}
        with db.reading() as session:
            self._published = queries.fingerprints(session)

    def is_published(self, folder: Path, criteria: Path) -> bool:
        """Tell whether the folder is published as it is; says so, too."""
        now = self.fingerprints[folder.name] = fingerprint(folder, criteria)
        known, number = self._published.get(folder.name, (None, 0))
        is_known = now is not None and known == now
        if is_known:
            click.echo(visible(f"{folder.name}: unchanged (version {number})"))
        return is_known


def _without_faults(
    context: click.Context, paths: tuple[Path, ...], is_known: Callable[[Path, Path], bool]
) -> Checked:
    """What was read; faults are printed and end the command.

    The spelling is left to `check`: what Voikko knows differs from machine to machine, and a publishing must not.
    """
    checked = _checked(paths, is_known)
    for fault in checked.faults:
        click.echo(str(fault))
    if checked.faults:
        context.exit(1)
    return checked


def _checked(
    paths: tuple[Path, ...], is_known: Callable[[Path, Path], bool] = lambda folder, criteria: False
) -> Checked:
    if not paths and not COURSES.is_dir():
        raise click.UsageError("There is no folder courses here; name a PATH.")
    with Renderer() as renderer:
        return check_courses(paths or (COURSES,), renderer=renderer, is_known=is_known)


def _publish_criteria(files: list[CriteriaFile]) -> None:
    with db.transaction() as session:
        answers = criteria_read.send(session=session, criteria=files, now=clock.now())
    for _receiver, lines in answers:
        for line in lines:
            click.echo(visible(line))


def _publish_course(course: Course, made_of: str | None) -> None:
    settings: Settings = current_app.extensions["settings"]
    for media in course.media:
        store_media(settings.data_dir, media)
    with db.transaction() as session:
        published = operations.publish_course(session, course, clock.now(), fingerprint=made_of)
        lines = _lines(course, published)
    for line in lines:
        click.echo(visible(line))


def _publish_guide(guide: GuideReading, made_of: str | None) -> None:
    with db.transaction() as session:
        published = operations.publish_guide(session, guide.pages, clock.now(), fingerprint=made_of or "")
    if not published.is_changed:
        click.echo(f"{GUIDE_FOLDER}: unchanged (version {published.number})")
        return
    count = len({page.slug for page in guide.pages})
    click.echo(f"{GUIDE_FOLDER}: version {published.number} is current, {count} pages")
    if published.number == 1:
        return
    for what, names in (
        ("New page", published.added),
        ("Page taken away", published.removed),
        ("Changed page", published.changed),
    ):
        for name in names:
            click.echo(f"  {what}: {name}")


def _lines(course: Course, published: Published) -> list[str]:
    number = published.version.number
    if not published.is_changed:
        return [f"{course.slug}: unchanged (version {number})"]
    if published.changes is None:
        count = len(course.lessons)
        return [
            f"{course.slug}: version {number} is current, {count} {'lesson' if count == 1 else 'lessons'}"
        ]
    first = f"{course.slug}: version {number} is current" + ("" if published.is_new else " again")
    return [first, *(f"  {line}" for line in published.changes.in_words())]
