"""Criteria of qualifications: versioned sets keyed by unit, part-unit and code."""

from datetime import datetime

from sqlalchemy import JSON, Float, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, UTCDateTime


class CriteriaSet(Base):
    """One version of a checklist's criteria; immutable once published."""

    __tablename__ = "criteria_sets"
    __table_args__ = (
        UniqueConstraint("slug", "number"),
        UniqueConstraint("slug", "content_hash"),
        Index(
            "uq_criteria_sets_current",
            "slug",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # the name of the file in courses/_criteria, without its ending
    slug: Mapped[str] = mapped_column(String(60))
    number: Mapped[int]
    is_current: Mapped[bool]
    content_hash: Mapped[str] = mapped_column(String(64))
    # texts in fi, sv and en
    title: Mapped[dict[str, str]] = mapped_column(JSON)
    # tutkinnonosat_106729
    unit: Mapped[str] = mapped_column(String(60))
    unit_title: Mapped[dict[str, str]] = mapped_column(JSON)
    # ammatillisenoppiaineet_yttt
    part_unit: Mapped[str] = mapped_column(String(60))
    part_unit_title: Mapped[dict[str, str]] = mapped_column(JSON)
    compulsory: Mapped[bool]
    # competence points (osp) of the part-unit; None when the list holds only a part of it
    scope: Mapped[float | None] = mapped_column(Float)
    # the id of the qualification requirements in ePerusteet, and the year of their name
    qualification: Mapped[int]
    year: Mapped[int]
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)

    criteria: Mapped[list["Criterion"]] = relationship(
        back_populates="criteria_set", order_by="Criterion.position", cascade="all, delete-orphan"
    )


class Criterion(Base):
    __tablename__ = "criteria"
    __table_args__ = (UniqueConstraint("set_id", "code"), UniqueConstraint("set_id", "position"))

    id: Mapped[int] = mapped_column(primary_key=True)
    set_id: Mapped[int] = mapped_column(ForeignKey("criteria_sets.id", ondelete="CASCADE"))
    position: Mapped[int]
    # osaamistavoitteet_1073
    code: Mapped[str] = mapped_column(String(60))
    group_title: Mapped[dict[str, str]] = mapped_column(JSON)
    # our own plain wording, which begins "Osaan "; fi, sv, en
    wording: Mapped[dict[str, str]] = mapped_column(JSON)
    # the official wording, once it has been imported from ePerusteet
    official: Mapped[dict[str, str] | None] = mapped_column(JSON)

    criteria_set: Mapped[CriteriaSet] = relationship(back_populates="criteria")
