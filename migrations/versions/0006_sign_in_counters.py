"""Sign-in counters by door and subject in place of single tries, and the number that known devices carry."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # the tries of the last hour are forgotten: they caused no more than a short wait
    op.drop_table("sign_in_tries")
    op.create_table(
        "sign_in_counters",
        sa.Column(
            "door",
            sa.Enum("password", name="door", native_enum=False, create_constraint=True, length=20),
            nullable=False,
        ),
        sa.Column(
            "subject",
            sa.Enum(
                "pair",
                "device",
                "person",
                "account",
                "network",
                "everyone",
                name="subject",
                native_enum=False,
                create_constraint=True,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("has_place", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("door", "subject", "key", name=op.f("pk_sign_in_counters")),
    )
    op.create_index("ix_sign_in_counters_account", "sign_in_counters", ["account"])
    op.create_index("ix_sign_in_counters_subject", "sign_in_counters", ["subject", "at"])
    op.add_column("people", sa.Column("device_generation", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    op.drop_column("people", "device_generation")
    op.drop_table("sign_in_counters")
    op.create_table(
        "sign_in_tries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account", sa.String(length=64), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sign_in_tries")),
    )
    op.create_index("ix_sign_in_tries_account", "sign_in_tries", ["account", "at"])
    op.create_index("ix_sign_in_tries_address", "sign_in_tries", ["address", "at"])
