"""Passages of calls for training, and which calls were looked through for them."""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _calls()
    _passages()


def downgrade() -> None:
    op.drop_table("training_passages")
    op.drop_table("training_calls")


def _calls() -> None:
    op.create_table(
        "training_calls",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("finder", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Double(), nullable=True) for name in ("value", "tone", "clarity", "recovery")),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_training_calls_call_id"),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.audit_id"], name="fk_training_calls_audit_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_training_calls"),
    )
    op.create_index("ix_training_calls_month_value", "training_calls", ["month", "value"])


def _passages() -> None:
    op.create_table(
        "training_passages",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("audit_id", "first", "last", "scenarios")),
        sa.Column("handling", sa.String(length=16), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reasons", "marks")),
        sa.Column("sound", sa.Text(), nullable=True),
        sa.Column("words", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["training_calls.call_id"], name="fk_training_passages_call_id"),
        sa.PrimaryKeyConstraint("call_id", "start_ms", name="pk_training_passages"),
    )
    op.create_index("ix_training_passages_month_value", "training_passages", ["month", "value"])
