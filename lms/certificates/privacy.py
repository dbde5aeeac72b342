"""What this feature holds about people, how it is exported, and what stays when they erase their account."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from lms.certificates import operations, queries
from lms.personal_data import Holding, Row


def _export(session: Session, person_id: int) -> list[Row]:
    return [
        {
            "number": item.number,
            "issued_at": item.issued_at.isoformat(),
            "check_code": item.facts.verify_code,
            "says": item.facts.to_dict(),
        }
        for item in queries.certificates_of(session, person_id)
    ]


def _files(session: Session, person_id: int) -> Iterable[tuple[str, bytes]]:
    for item in queries.certificates_of(session, person_id):
        yield f"certificates/{item.number}.pdf", queries.pdf_of(session, item.number)


def _erase(session: Session, person_id: int, now: datetime) -> None:
    operations.unlink(session, person_id)


HOLDINGS = (
    Holding(
        name="certificates",
        tables=frozenset({"certificates"}),
        export=_export,
        erase=_erase,
        files=_files,
        kept=(
            "Certificates that have been issued stay in the register, no longer tied to an account, "
            "so that a paper can still be checked."
        ),
    ),
)
