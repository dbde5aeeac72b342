"""Issuing certificates: numbers without gaps or duplicates, one certificate for a person and course."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms import audit, db
from lms.certificates import queries
from lms.certificates.content import CertificateContent
from lms.certificates.drafts import CertificateDraft
from lms.certificates.models import Certificate, CertificateCounter
from lms.certificates.numbers import draw_code, number_of, read_code
from lms.certificates.pdf import render_certificate
from lms.clock import day_of
from lms.errors import Conflict, Invalid, NotAllowed
from lms.i18n import _
from lms.typesetting.fonts import describe_character

# other processes may take the expected number; each time one of them makes progress, so this ends
TRIES = 30

# within a process certificates are issued one by one, so that none is typeset in vain
_in_turn = Lock()


@dataclass(frozen=True)
class Issued:
    number: str
    # False when the person already had this certificate
    is_new: bool


class NumberTaken(Exception):
    """Another certificate got the number for which this one was typeset."""


class AlreadyIssued(Exception):
    """The person got this certificate while it was being typeset; the number is not used."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def issue(draft: CertificateDraft, *, by: int, base_url: str, now: datetime) -> Issued:
    """Issue the certificate, or return the one that the person already has.

    The number is on the paper, so the paper is typeset for the number that is next, and both are
    written in a short transaction of their own if the number is still free then. The caller must hold
    no transaction. Raises NotAllowed for one's own certificate, Invalid for a letter that the paper
    cannot show, Conflict when others were quicker every time.
    """
    check(draft, by=by)
    with _in_turn:
        for _try in range(TRIES):
            try:
                return _issue_next(draft, by=by, base_url=base_url, now=now)
            except NumberTaken:
                continue
            except AlreadyIssued as already:
                return Issued(already.number, is_new=False)
    raise Conflict(_("Many certificates are being issued just now. Try again in a minute."))


def check(draft: CertificateDraft, *, by: int) -> None:
    """Raise NotAllowed or Invalid when this person must not issue the certificate, or it cannot be printed."""
    if draft.person_id == by:
        raise NotAllowed(_("Nobody issues a certificate to themselves. Ask a colleague to issue yours."))
    if letters := draft.unprintable:
        raise Invalid(
            _(
                "%(name)s: the paper cannot show %(letters)s. Correct it first. Nothing was issued.",
                name=draft.content.holder_name,
                letters=" ".join(describe_character(letter) for letter in letters),
            )
        )


def _issue_next(draft: CertificateDraft, *, by: int, base_url: str, now: datetime) -> Issued:
    today = day_of(now)
    with db.reading() as session:
        _refuse_second(session, draft)
        serial = queries.last_serial(session, today.year) + 1
    number = number_of(today.year, serial)
    content = draft.numbered(number, draw_code(), issued_on=today, base_url=base_url)
    pdf = render_certificate(content)
    with db.transaction() as session:
        take_number(session, today.year, serial)
        _refuse_second(session, draft)
        _write(session, draft, content=content, serial=serial, pdf=pdf, by=by, now=now)
    return Issued(number, is_new=True)


def take_number(session: Session, year: int, serial: int) -> None:
    """Take the number and lock the year's counter until the end. Raises NumberTaken when it is not next."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    if serial == 1:
        session.execute(insert(CertificateCounter).values(year=year, last=0).on_conflict_do_nothing())
    took = session.execute(
        update(CertificateCounter)
        .where(CertificateCounter.year == year, CertificateCounter.last == serial - 1)
        .values(last=serial)
        .returning(CertificateCounter.year)
    ).one_or_none()
    if took is None:
        raise NumberTaken


def _refuse_second(session: Session, draft: CertificateDraft) -> None:
    known = queries.number_for(
        session, person_id=draft.person_id, run_id=draft.run_id, template=draft.template
    )
    if known:
        raise AlreadyIssued(known)


def _write(
    session: Session,
    draft: CertificateDraft,
    *,
    content: CertificateContent,
    serial: int,
    pdf: bytes,
    by: int,
    now: datetime,
) -> None:
    session.add(
        Certificate(
            number=content.number,
            year=content.issued_on.year,
            serial=serial,
            code=read_code(content.verify_code) or "",
            person_id=draft.person_id,
            run_id=draft.run_id,
            template=draft.template,
            content=json.loads(content.to_json()),
            pdf=pdf,
            pdf_sha256=hashlib.sha256(pdf).hexdigest(),
            issued_at=now,
            issued_by_id=by,
        )
    )
    audit.record(
        session,
        "certificate.issued",
        by=by,
        object_type="certificate",
        object_id=content.number,
        about=draft.person_id,
        now=now,
    )
    session.flush()


def unlink(session: Session, person_id: int) -> None:
    """Unlink the register from an account that is being erased; the certificates remain as they were issued."""
    for column in (Certificate.person_id, Certificate.issued_by_id):
        session.execute(update(Certificate).where(column == person_id).values({column: None}))
