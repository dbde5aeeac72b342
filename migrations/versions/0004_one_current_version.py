"""A set of criteria has one current version."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

NAME = "uq_criteria_sets_current"


def upgrade() -> None:
    op.execute(
        "UPDATE criteria_sets SET is_current = false WHERE is_current AND EXISTS (SELECT 1 FROM criteria_sets AS later"
        " WHERE later.slug = criteria_sets.slug AND later.is_current AND later.number > criteria_sets.number)"
    )
    current = sa.text("is_current")
    op.create_index(
        NAME, "criteria_sets", ["slug"], unique=True, sqlite_where=current, postgresql_where=current
    )


def downgrade() -> None:
    op.drop_index(NAME, table_name="criteria_sets")
