"""The personal data of certificates: how it is exported, and what is retained after erasure."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from lms.audit import AuditLine
from lms.certificates import operations, queries
from lms.certificates.content import Kind
from lms.certificates.models import Certificate
from lms.i18n import LANGUAGES, lazy
from lms.personal_data import Column, ExportRecord, Holding, Retained, as_day, as_moment, one_of


def _export(session: Session, person_id: int) -> list[ExportRecord]:
    return [
        {
            "number": item.number,
            "issued_at": item.issued_at.isoformat(),
            "check_code": item.content.verify_code,
            "says": item.content.to_dict(),
        }
        for item in queries.certificates_of(session, person_id)
    ]


def _files(session: Session, person_id: int) -> Iterable[tuple[str, bytes]]:
    for item in queries.certificates_of(session, person_id):
        yield f"certificates/{item.number}.pdf", queries.pdf_of(session, item.number)


def _erase(session: Session, person_id: int, now: datetime) -> None:
    operations.unlink(session, person_id)


def _has_certificates(session: Session, person_id: int) -> bool:
    return bool(session.scalar(select(exists().where(Certificate.person_id == person_id))))


def _is_named_on_others(session: Session, person_id: int) -> bool:
    """Return whether the person has signed certificates, or has approved what may be on one.

    The paper names its approvers in words only, by the name of that day, and outlives the claims that they
    approved; what was done outlives both.
    """
    signed = exists().where(Certificate.issued_by_id == person_id)
    approved = exists().where(AuditLine.actor_id == person_id, AuditLine.action == "claim.approved")
    return bool(session.scalar(select(or_(signed, approved))))


HOLDINGS = (
    Holding(
        name="certificates",
        label=lazy("Your certificates"),
        tables=frozenset({"certificates"}),
        export=_export,
        erase=_erase,
        columns={
            "number": Column(lazy("Number")),
            "issued_at": Column(lazy("Issued"), as_moment),
            "check_code": Column(lazy("Check code")),
            "says": Column(lazy("What the paper says")),
            "language": Column(lazy("Language"), one_of(LANGUAGES)),
            "kind": Column(lazy("Kind"), one_of({Kind.COMPLETION: lazy("Course certificate")})),
            "issued_on": Column(lazy("Issued"), as_day),
            "holder_name": Column(lazy("Name")),
            "course_title": Column(lazy("Course")),
            "course_language": Column(lazy("Language of the course"), one_of(LANGUAGES)),
            "hours": Column(lazy("Hours")),
            "summary": Column(lazy("In short")),
            "part_unit": Column(lazy("Part-unit")),
            "title": Column(lazy("Title")),
            "code": Column(lazy("Code")),
            "scope_osp": Column(lazy("Scope")),
            "unit_title": Column(lazy("Unit")),
            "year": Column(lazy("Year")),
            "can_do": Column(lazy("What you can do")),
            "lessons": Column(lazy("Lessons")),
            "issuer_name": Column(lazy("Issuer")),
            "signer_name": Column(lazy("Signer")),
            "signer_title": Column(lazy("The signer’s title")),
            "approvals": Column(lazy("Approvals")),
            "verify_url": Column(lazy("Check address")),
            "verify_code": Column(lazy("Check code")),
        },
        unshown=frozenset({"format"}),
        files=_files,
        retained=(
            Retained(
                lazy(
                    "Your certificates stay in the register: all that the paper says, your name too, and the paper "
                    "itself (PDF). Whoever has its code can still check it."
                ),
                _has_certificates,
            ),
            Retained(
                lazy("Your name stays on the certificates of others, where you have signed or approved."),
                _is_named_on_others,
            ),
        ),
        only_unlinked=True,
    ),
)
