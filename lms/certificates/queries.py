"""Reading the register of certificates, and what a certificate is made from."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from lms import db
from lms.accounts.models import Person
from lms.certificates.content import CertificateContent
from lms.certificates.models import Certificate, CertificateCounter
from lms.checklists.models import Claim, ClaimContent, ClaimEvent
from lms.checklists.states import ClaimAction, ClaimState
from lms.criteria.models import CriteriaSet, Criterion
from lms.runs.models import Enrolment

_ISSUED_COLUMNS = (
    Certificate.number,
    Certificate.code,
    Certificate.person_id,
    Certificate.run_id,
    Certificate.content,
    Certificate.issued_at,
)


@dataclass(frozen=True)
class IssuedCertificate:
    """A row of the register without its PDF."""

    number: str
    code: str
    person_id: int | None
    run_id: int | None
    content: CertificateContent
    issued_at: datetime


@dataclass(frozen=True)
class EnrolledPerson:
    id: int
    name: str
    language: str


@dataclass(frozen=True)
class CriteriaInForce:
    """The current version of a checklist's criteria; wordings by code, in the order of the list."""

    wordings: Mapping[str, Mapping[str, str]]
    unit_title: Mapping[str, str]
    part_unit: str
    part_unit_title: Mapping[str, str]
    scope: float | None
    year: int


@dataclass(frozen=True)
class Approval:
    """An approved item, with its wording at the time of approval."""

    code: str
    wording: Mapping[str, str]
    by_name: str


def certificates_of(session: Session, person_id: int) -> list[IssuedCertificate]:
    """Return a person's certificates, the newest first."""
    statement = (
        select(*_ISSUED_COLUMNS)
        .where(Certificate.person_id == person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return [_issued(row) for row in session.execute(statement)]


def certificate_by_code(session: Session, code: str) -> IssuedCertificate | None:
    return _certificate(session, Certificate.code == code)


def certificate_by_number(session: Session, number: str) -> IssuedCertificate | None:
    return _certificate(session, Certificate.number == number)


def certificate_by_pdf(session: Session, sha256: str) -> IssuedCertificate | None:
    """Return the certificate whose PDF has exactly these bytes."""
    return _certificate(session, Certificate.pdf_sha256 == sha256)


def pdf_of(session: Session, number: str) -> bytes:
    """Return the frozen bytes of a certificate that is known to exist."""
    return session.execute(select(Certificate.pdf).where(Certificate.number == number)).scalar_one()


def numbers_in_run(session: Session, run_id: int, template: str) -> dict[int, str]:
    """Return the number of each person's certificate of the run."""
    statement = select(Certificate.person_id, Certificate.number).where(
        Certificate.run_id == run_id, Certificate.template == template, Certificate.person_id.is_not(None)
    )
    return {row.person_id: row.number for row in session.execute(statement)}


def number_for(session: Session, *, person_id: int, run_id: int, template: str) -> str | None:
    """Return the number of the certificate that the person already has from the run."""
    return session.scalar(
        select(Certificate.number).where(
            Certificate.person_id == person_id,
            Certificate.run_id == run_id,
            Certificate.template == template,
        )
    )


def last_serial(session: Session, year: int) -> int:
    """Return the last number used in the year, 0 when there is none yet."""
    return session.scalar(select(CertificateCounter.last).where(CertificateCounter.year == year)) or 0


def enrolled_people(session: Session, run_id: int) -> list[EnrolledPerson]:
    """Return who is enrolled in the run, by name."""
    statement = (
        select(Person.id, Person.name, Person.language)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.run_id == run_id)
        .order_by(Person.name, Person.id)
    )
    return db.read(session, EnrolledPerson, statement)


def criteria_in_force(session: Session, checklist: str) -> CriteriaInForce | None:
    """Return the checklist's current criteria, None while none have been published."""
    statement = (
        select(
            Criterion.code,
            Criterion.wording,
            CriteriaSet.unit_title,
            CriteriaSet.part_unit,
            CriteriaSet.part_unit_title,
            CriteriaSet.scope,
            CriteriaSet.year,
        )
        .join(CriteriaSet, CriteriaSet.id == Criterion.set_id)
        .where(CriteriaSet.slug == checklist, CriteriaSet.is_current)
        .order_by(Criterion.position)
    )
    rows = session.execute(statement).all()
    if not rows:
        return None
    first = rows[0]
    return CriteriaInForce(
        wordings={row.code: row.wording for row in rows},
        unit_title=first.unit_title,
        part_unit=first.part_unit,
        part_unit_title=first.part_unit_title,
        scope=first.scope,
        year=first.year,
    )


def codes_in_force(session: Session, checklists: Iterable[str]) -> dict[str, frozenset[str]]:
    """Return the codes of each checklist's current criteria."""
    statement = (
        select(CriteriaSet.slug, Criterion.code)
        .join(Criterion, Criterion.set_id == CriteriaSet.id)
        .where(CriteriaSet.slug.in_(set(checklists)), CriteriaSet.is_current)
    )
    codes: dict[str, set[str]] = defaultdict(set)
    for row in session.execute(statement):
        codes[row.slug].add(row.code)
    return {slug: frozenset(found) for slug, found in codes.items()}


def approvals(session: Session, person_ids: Sequence[int], checklist: str) -> dict[int, list[Approval]]:
    """Return the items of a checklist that each person has approved now, as they were approved."""
    statement = (
        select(Claim.person_id, Claim.id, Claim.code, ClaimContent.wording, ClaimEvent.by_name)
        .join(ClaimEvent, ClaimEvent.claim_id == Claim.id)
        .join(ClaimContent, ClaimContent.id == ClaimEvent.content_id)
        .where(
            Claim.person_id.in_(person_ids),
            Claim.checklist == checklist,
            Claim.state == ClaimState.APPROVED,
            ClaimEvent.action == ClaimAction.APPROVE,
        )
        .order_by(ClaimEvent.number)
    )
    last = {row.id: row for row in session.execute(statement)}
    found: dict[int, list[Approval]] = defaultdict(list)
    for row in last.values():
        wording = cast("dict[str, str]", row.wording["wording"])
        found[row.person_id].append(Approval(row.code, wording, row.by_name))
    return found


def _certificate(session: Session, is_meant: ColumnElement[bool]) -> IssuedCertificate | None:
    row = session.execute(select(*_ISSUED_COLUMNS).where(is_meant)).one_or_none()
    return _issued(row) if row else None


def _issued(row) -> IssuedCertificate:  # type: ignore[no-untyped-def]  # a row of _ISSUED_COLUMNS
    return IssuedCertificate(
        number=row.number,
        code=row.code,
        person_id=row.person_id,
        run_id=row.run_id,
        content=CertificateContent.from_json(json.dumps(row.content)),
        issued_at=row.issued_at,
    )
