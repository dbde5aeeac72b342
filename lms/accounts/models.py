"""People, their roles, their sign-ins, and the counters that throttle guessing."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, String, and_
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.access import Role
from lms.db import Base, UTCDateTime, one_of


class Person(Base):
    __tablename__ = "people"

    id: Mapped[int] = mapped_column(primary_key=True)
    # in lower case and NFKC; what the person types to sign in
    username: Mapped[str] = mapped_column(String(50), unique=True)
    # the name shown to others and printed on certificates
    name: Mapped[str] = mapped_column(String(100))
    password_hash: Mapped[str | None] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2), default="fi")
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    # device cookies contain this number; increasing it ends them all
    device_generation: Mapped[int] = mapped_column(default=0, server_default="0")

    role_rows: Mapped[list["PersonRole"]] = relationship(
        back_populates="person", cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def has_password(self) -> bool:
        """Return whether the account has a password; without one the person must be given a new one."""
        return self.password_hash is not None

    @hybrid_property
    def is_enabled(self) -> bool:
        """Return whether the account is open, with or without a password."""
        return self.disabled_at is None

    @is_enabled.inplace.expression
    @classmethod
    def _is_enabled(cls) -> ColumnElement[bool]:
        return cls.disabled_at.is_(None)

    @hybrid_property
    def can_sign_in(self) -> bool:
        """Return whether the account is open and has a password."""
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
    """One browser's sign-in, stored on the server so that it can be ended there."""

    __tablename__ = "sign_ins"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id", ondelete="CASCADE"), index=True)
    # SHA-256 of the token in the cookie; the token itself is not stored on the server
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # updated at most once in five minutes
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)


class Door(StrEnum):
    """A way to prove who one is; each has its own counters."""

    PASSWORD = "password"  # noqa: S105  # the name of a door


class Subject(StrEnum):
    """What a counter counts tries by."""

    # one account tried from one network
    PAIR = "pair"
    # one account tried from a browser in which its owner has signed in before
    DEVICE = "device"
    # a signed-in person who is asked for the password again
    PERSON = "person"
    # one account, from all networks
    ACCOUNT = "account"
    # one network, at all accounts
    NETWORK = "network"
    # all tries of all networks that the operator has not named
    EVERYONE = "everyone"


class SignInCounter(Base):
    """How many tries at a door were wrong, and when the next one may be checked."""

    __tablename__ = "sign_in_counters"
    __table_args__ = (
        Index("ix_sign_in_counters_account", "account"),
        Index("ix_sign_in_counters_subject", "subject", "at"),
    )

    door: Mapped[Door] = mapped_column(one_of(Door), primary_key=True)
    subject: Mapped[Subject] = mapped_column(one_of(Subject), primary_key=True)
    # keyed hashes: neither a typed name nor an address can be read back
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    # the account that it concerns, for showing and erasing; empty if it concerns no single account
    account: Mapped[str] = mapped_column(String(64))
    wrong: Mapped[int]
    # when it last changed
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    # for wrong tries: when the next one may be checked; for a queue: when its last slot ends
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    # whether a slot in the queues has been given: the try at `opens_at` needs no other
    has_slot: Mapped[bool] = mapped_column("has_place")
