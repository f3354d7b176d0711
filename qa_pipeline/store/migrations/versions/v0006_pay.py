"""Pay terms as finance states them."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

STATUSES = ("regular", "probation", "leave")


def upgrade() -> None:
    op.create_table(
        "pay_terms",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("from_day", sa.Date(), nullable=False),
        sa.Column("to_day", sa.Date(), nullable=False),
        sa.Column("team", sa.String(length=128), nullable=False),
        sa.Column("status", sa.Enum(*STATUSES, name="paystatus", native_enum=False, length=16), nullable=False),
        sa.Column("base", sa.String(length=16), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_pay_terms_operator_id"),
        sa.PrimaryKeyConstraint("month", "operator_id", "revision", "from_day", name="pk_pay_terms"),
    )
    forbid_changes(["pay_terms"])


def downgrade() -> None:
    op.drop_table("pay_terms")
