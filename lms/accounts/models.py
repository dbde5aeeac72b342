"""People, their roles, their sign-ins, and the tries that throttle guessing."""

from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access import Role
from lms.db import Base, UTCDateTime, one_of


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    # lower case, NFKC; what the person types to sign in
    username: Mapped[str] = mapped_column(String(50), unique=True)
    # the name shown to others and printed on certificates
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    role_rows: Mapped[list["PersonRole"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def has_password(self) -> bool:
        """Tell whether anything opens the account; without a password the person waits for a new one."""
        return self.password_hash is not None

    @hybrid_property
    def can_sign_in(self) -> bool:
        """Tell whether the account is open and there is something to open it with."""
        return self.disabled_at is None and self.has_password

    @can_sign_in.inplace.expression
    @classmethod
    def _can_sign_in(cls) -> ColumnElement[bool]:
        return and_(cls.disabled_at.is_(None), cls.password_hash.is_not(None))

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(row.role for row in self.role_rows)


class PersonRole(Base):
    __tablename__ = "person_roles"

    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[Role] = mapped_column(one_of(Role), primary_key=True)

    person: Mapped[Person] = relationship(back_populates="role_rows")


class SignIn(Base):
    """One browser's sign-in, held on the server so that it can be ended there."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # SHA-256 of the token in the cookie; the token itself is nowhere on the server
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # written at most once in five minutes
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignInTry(Base):
    """A try to sign in that has not succeeded; counted per account and per address."""

    __tablename__ = "sign_in_tries"
    __table_args__ = (
        Index("ix_sign_in_tries_account", "account", "at"),
        Index("ix_sign_in_tries_address", "address", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    # keyed hashes: neither a typed name nor an address can be read back
    account: Mapped[str] = mapped_column(String(64))
    address: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
