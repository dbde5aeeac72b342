"""Certificates: the content and the PDF as they were when issued, and the register's numbers."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from lms.db import Base, UTCDateTime


class CertificateCounter(Base):
    """The last number used in a year; locking its row keeps the numbers free of gaps."""

    __tablename__ = "certificate_counters"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    last: Mapped[int]


class Certificate(Base):
    """Never rewritten and never deleted while it must be retained."""

    __tablename__ = "certificates"
    __table_args__ = (UniqueConstraint("year", "serial"), UniqueConstraint("person_id", "run_id", "template"))

    id: Mapped[int] = mapped_column(primary_key=True)
    # "2026-00042"
    number: Mapped[str] = mapped_column(String(20), unique=True)
    year: Mapped[int]
    serial: Mapped[int]
    # 128 random bits in Crockford's base 32: the address of the verification page
    code: Mapped[str] = mapped_column(String(26), unique=True)
    # empty once the holder has erased their account
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"))
    run_id: Mapped[int | None] = mapped_column(ForeignKey("runs.id", ondelete="SET NULL"), index=True)
    template: Mapped[str] = mapped_column(String(20))
    # the text on the certificate
    content: Mapped[dict[str, object]] = mapped_column("facts", JSON)
    pdf: Mapped[bytes] = deferred(mapped_column(LargeBinary))
    pdf_sha256: Mapped[str] = mapped_column(String(64))
    issued_at: Mapped[datetime] = mapped_column(UTCDateTime)
    issued_by_id: Mapped[int | None] = mapped_column(ForeignKey("people.id", ondelete="SET NULL"), index=True)
