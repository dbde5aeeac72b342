"""A deleted diary entry can come back for ten minutes, and a sent answer can be taken back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

INDEX = "ix_diary_entries_deleted_at"
STEPS = ("save", "send", "pass", "return")
WITHDRAW = "withdraw"


def upgrade() -> None:
    op.add_column("diary_entries", sa.Column("deleted_at", sa.DateTime(timezone=True)))
    is_deleted = sa.text("deleted_at IS NOT NULL")
    op.create_index(
        INDEX, "diary_entries", ["deleted_at"], sqlite_where=is_deleted, postgresql_where=is_deleted
    )
    _allow((*STEPS, WITHDRAW))


def downgrade() -> None:
    # the older program would show what has been deleted; on SQLite nothing cascades during a migration
    gone = "(SELECT id FROM diary_entries WHERE deleted_at IS NOT NULL)"
    for child in ("diary_revisions", "diary_comments", "diary_readings"):
        op.execute(f"DELETE FROM {child} WHERE entry_id IN {gone}")  # noqa: S608 (constants)
    op.execute(f"UPDATE claim_evidence SET entry_id = NULL WHERE entry_id IN {gone}")  # noqa: S608 (constants)
    op.execute("DELETE FROM diary_entries WHERE deleted_at IS NOT NULL")
    op.execute("DELETE FROM task_answer_events WHERE action = 'withdraw'")
    op.drop_index(INDEX, table_name="diary_entries")
    op.drop_column("diary_entries", "deleted_at")
    _allow(STEPS)


def _allow(steps: tuple[str, ...]) -> None:
    """Let the record of an answer hold these steps."""
    with op.batch_alter_table("task_answer_events") as batch_op:
        batch_op.drop_constraint(op.f("ck_task_answer_events_answeraction"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_task_answer_events_answeraction"), sa.column("action").in_(steps)
        )
