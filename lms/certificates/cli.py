"""Commands about certificates."""

import hashlib
import sys
from itertools import chain
from pathlib import Path

import click
from sqlalchemy.orm import Session

from lms import db
from lms.certificates import pdf_scan, queries
from lms.certificates.queries import IssuedCertificate
from lms.certificates.states import Result
from lms.cli.context import uses_database

# a certificate of ours has some 30 000
LARGEST_FILE_BYTES = 2_000_000

SENTENCES = {
    Result.VALID: "valid: this is the file that was issued",
    Result.ALTERED: "altered: such a certificate was issued, but this is not the file",
    Result.UNKNOWN: "not known: the register has no such certificate",
}


@click.group("certificate", help="Check certificates.")
def commands() -> None:
    """The group `lms certificate`."""


@commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@uses_database
def verify(file: Path) -> None:
    """Compare the PDF FILE with the register: valid (exit 0), altered or not known (exit 1)."""
    pdf = _read(file)
    with db.reading() as session:
        result, certificate = check(session, pdf)
    click.echo(SENTENCES[result])
    if certificate:
        content = certificate.content
        click.echo(
            f"{content.number}: {content.holder_name}, {content.course_title}, {content.issued_on.isoformat()}"
        )
    if result is not Result.VALID:
        sys.exit(1)


def _read(file: Path) -> bytes:
    """Return the content of the file. Raises ClickException when it cannot be a certificate."""
    if not file.is_file():
        raise click.ClickException("this is not a file but a device or a pipe")
    try:
        with file.open("rb") as source:
            pdf = source.read(LARGEST_FILE_BYTES + 1)
    except OSError as fault:
        raise click.ClickException(f"the file cannot be read ({fault.strerror})") from fault
    if len(pdf) > LARGEST_FILE_BYTES:
        raise click.ClickException("the file is too large to be a certificate")
    return pdf


def check(session: Session, pdf: bytes) -> tuple[Result, IssuedCertificate | None]:
    """Return whether these bytes were issued, and the certificate that they are or claim to be."""
    issued = queries.certificate_by_pdf(session, hashlib.sha256(pdf).hexdigest())
    if issued:
        return Result.VALID, issued
    codes, numbers = pdf_scan.identifiers_in(pdf)
    claimed = chain(
        (queries.certificate_by_code(session, code) for code in codes),
        (queries.certificate_by_number(session, number) for number in numbers),
    )
    for certificate in claimed:
        if certificate:
            return Result.ALTERED, certificate
    return Result.UNKNOWN, None
