"""The ledger of settled months, and the way to an operator's calls of a month."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ledger_entries",
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="pk_ledger_entries"),
    )
    op.create_index("ix_ledger_entries_month", "ledger_entries", ["month"])
    op.create_index("ix_calls_month_operator_id", "calls", ["month", "operator_id"])
    forbid_changes(["ledger_entries"])


def downgrade() -> None:
    op.drop_index("ix_calls_month_operator_id", "calls")
    op.drop_table("ledger_entries")
