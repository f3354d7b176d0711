"""Commitments before the draw, the frame that was drawn from, replacements, the risk supplement."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = ("draw_commitments", "draw_frames", "replacements", "risk_calls", "supplements")


def upgrade() -> None:
    _make_commitments_and_frames()
    _make_replacements()
    _make_supplements()
    forbid_changes(TABLES)


def _make_commitments_and_frames() -> None:
    op.create_table(
        "draw_commitments",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("quota_per_operator", sa.Integer(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("committed_by", sa.String(length=64), nullable=False),
        sa.Column("committed_at", sa.DateTime(), nullable=False),
        sa.Column("seed", sa.String(length=256), nullable=True),
        sa.PrimaryKeyConstraint("month", name="pk_draw_commitments"),
    )
    op.create_table(
        "draw_frames",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["sample_plans.month"], name="fk_draw_frames_month"),
        sa.PrimaryKeyConstraint("month", name="pk_draw_frames"),
    )


def _make_replacements() -> None:
    op.create_table(
        "replacements",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("stratum", sa.String(length=160), nullable=False),
        sa.Column("replacement_id", sa.String(length=128), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("replaced_by", sa.String(length=64), nullable=False),
        sa.Column("replaced_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["sample_plans.month"], name="fk_replacements_month"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_replacements_call_id"),
        sa.ForeignKeyConstraint(["replacement_id"], ["calls.call_id"], name="fk_replacements_replacement_id"),
        sa.PrimaryKeyConstraint("month", "position", name="pk_replacements"),
        sa.UniqueConstraint("call_id", name="uq_replacements_call_id"),
        sa.UniqueConstraint("replacement_id", name="uq_replacements_replacement_id"),
    )


def _make_supplements() -> None:
    op.create_table(
        "supplements",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("budget", sa.Integer(), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.Column("chosen_by", sa.String(length=64), nullable=False),
        sa.Column("chosen_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["sample_plans.month"], name="fk_supplements_month"),
        sa.PrimaryKeyConstraint("month", name="pk_supplements"),
    )
    op.create_table(
        "risk_calls",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("stratum", sa.String(length=160), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["supplements.month"], name="fk_risk_calls_month"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_risk_calls_call_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_risk_calls_operator_id"),
        sa.PrimaryKeyConstraint("month", "position", name="pk_risk_calls"),
        sa.UniqueConstraint("call_id", name="uq_risk_calls_call_id"),
    )


def downgrade() -> None:
    for table in ("risk_calls", "supplements", "replacements", "draw_frames", "draw_commitments"):
        op.drop_table(table)
