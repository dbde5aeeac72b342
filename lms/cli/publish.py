"""`lms course publish`: publishes courses, their criteria and the guide; it is above the features that store them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click
from flask import current_app

from lms import clock, db
from lms.catalogue import operations, queries
from lms.catalogue.cli import FOLDER, checked_courses
from lms.catalogue.media_store import store_media
from lms.catalogue.operations import PublishedVersion
from lms.cli.context import uses_database
from lms.config import Settings
from lms.coursefiles.check.courses import Checked
from lms.coursefiles.course import CourseSource
from lms.coursefiles.fingerprint import fingerprint
from lms.coursefiles.read.criteria import CriteriaFile
from lms.coursefiles.read.files import Unreadable
from lms.coursefiles.read.guide import GUIDE_FOLDER, GuideReading
from lms.criteria.operations import PublishedCriteria, publish_criteria
from lms.errors import DomainError
from lms.faults import visible


@click.command()
@click.argument("paths", nargs=-1, type=FOLDER, metavar="[PATH]...")
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
    """Knows which folders are published in their present state and need no rendering."""

    def __init__(self) -> None:
        self.fingerprints: dict[str, str | None] = {}
        with db.reading() as session:
            self._published = queries.fingerprints(session)

    def is_published(self, folder: Path, criteria: Path) -> bool:
        """Return whether the folder is published in its present state, and print so."""
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

    The spelling is left to `check`: Voikko's dictionary differs between machines, and publishing must not.
    """
    checked = checked_courses(paths, is_known)
    for fault in checked.faults:
        click.echo(str(fault))
    if checked.faults:
        context.exit(1)
    return checked


def _publish_criteria(files: list[CriteriaFile]) -> None:
    """Publish the criteria before the courses, which name them."""
    with db.transaction() as session:
        lines = [
            line for file in files for line in _criteria_lines(publish_criteria(session, file, clock.now()))
        ]
    for line in lines:
        click.echo(visible(line))


def _criteria_lines(published: PublishedCriteria) -> Iterator[str]:
    name, number = published.criteria_set.slug, published.criteria_set.number
    if not published.is_changed:
        yield f"{name}: unchanged (version {number})"
        return
    count = len(published.criteria_set.criteria)
    yield f"{name}: version {number} is current, {count} {'criterion' if count == 1 else 'criteria'}"
    yield from (f"  New criterion: {code}" for code in published.added)
    yield from (f"  Criterion taken away: {code}" for code in published.removed)
    yield from (f"  Criterion worded anew: {code}" for code in published.reworded)


def _publish_course(course: CourseSource, made_of: str | None) -> None:
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


def _lines(course: CourseSource, published: PublishedVersion) -> list[str]:
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
