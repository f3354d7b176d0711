"""An operator's drawn calls are found without looking at everybody's."""

from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_sampled_calls_operator_id_month", "sampled_calls", ["operator_id", "month"])


def downgrade() -> None:
    op.drop_index("ix_sampled_calls_operator_id_month", "sampled_calls")
