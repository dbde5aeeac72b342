"""Who may read a certificate, and in which runs certificates are issued."""

from sqlalchemy.orm import Session

from lms.access import Permission
from lms.certificates import queries
from lms.certificates.queries import IssuedCertificate
from lms.certificates.requirements import NO_CERTIFICATE
from lms.errors import NotFound
from lms.login import SignedIn
from lms.runs import queries as runs
from lms.runs.queries import RunView


def certificate_for_reader(session: Session, number: str, person: SignedIn) -> IssuedCertificate:
    """Return the certificate for its holder and for those who issue them. Raises NotFound for all others."""
    certificate = queries.certificate_by_number(session, number)
    if certificate is None:
        raise NotFound
    if certificate.person_id != person.id and not person.may(Permission.CERTIFICATE_ISSUE):
        raise NotFound
    return certificate


def run_for_issuer(session: Session, run_id: int, person: SignedIn) -> RunView:
    """Return a run whose course gives a certificate. Raises NotFound when there is none for this person."""
    run = runs.run_for(session, run_id, person.id) if person.may(Permission.CERTIFICATE_ISSUE) else None
    if run is None or run.outline.certificate == NO_CERTIFICATE:
        raise NotFound
    return run
