"""`lms criteria`: takes the official wording of criteria from ePerusteet."""

from pathlib import Path

import click

from lms import clock, db
from lms.cli.context import uses_database
from lms.coursefiles.read.files import printable_path
from lms.criteria import operations
from lms.criteria.eperusteet import NotOfEperusteet, Requirements, read_requirements
from lms.criteria.operations import PublishedCriteria
from lms.errors import DomainError
from lms.faults import visible

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group("criteria")
def commands() -> None:
    """Take the official wording of criteria from ePerusteet."""


@commands.command("import")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@uses_database
def import_files(files: tuple[Path, ...]) -> None:
    """Set ePerusteet's official wording beside our own; FILE is its JSON of requirements or of one unit.

    A checklist whose wording changes gets a new version; approvals keep the wording they were given against.
    """
    for path in files:
        try:
            requirements = read_requirements(path)
        except NotOfEperusteet as refused:
            raise click.ClickException(f"{_name(path)}: {refused}") from refused
        _import(path, requirements)


def _import(path: Path, requirements: Requirements) -> None:
    try:
        with db.transaction() as session:
            lines = [
                _line(published)
                for published in operations.import_official(session, requirements, clock.now())
            ]
    except DomainError as fault:
        raise click.ClickException(str(fault.message)) from fault
    if not lines:
        raise click.ClickException(
            f"{_name(path)}: it holds no criteria of the published checklists; run first: lms course publish"
        )
    click.echo(
        f"{_name(path)}: {len(requirements.criteria)} criteria, {len(lines)} checklists know some of them"
    )
    for line in lines:
        click.echo(line)


def _name(path: Path) -> str:
    return visible(printable_path(Path(path.name)))


def _line(published: PublishedCriteria) -> str:
    criteria = published.criteria_set.criteria
    worded = sum(criterion.official is not None for criterion in criteria)
    number = published.criteria_set.number
    state = f"version {number} is current" if published.is_changed else f"unchanged (version {number})"
    return f"{published.criteria_set.slug}: {state}, official wording of {worded} of {len(criteria)} criteria"
