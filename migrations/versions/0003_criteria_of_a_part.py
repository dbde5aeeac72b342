"""Criteria of only a part of a part-unit have no scope."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("criteria_sets") as batch_op:
        batch_op.alter_column("scope", existing_type=sa.Float(), nullable=True)


def downgrade() -> None:
    op.execute("UPDATE criteria_sets SET scope = 0 WHERE scope IS NULL")
    with op.batch_alter_table("criteria_sets") as batch_op:
        batch_op.alter_column("scope", existing_type=sa.Float(), nullable=False)
