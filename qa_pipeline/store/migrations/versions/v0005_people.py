"""Supervision notices, appeals with their adjustments, retraining."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLES = (
    "notices",
    "appeals",
    "notice_words",
    "appeal_words",
    "adjustments",
    "retrainings",
    "retraining_words",
)


def upgrade() -> None:
    _notices()
    _appeals()
    _words()
    _adjustments()
    _retrainings()
    op.add_column("decisions", sa.Column("appeal_id", sa.Integer(), nullable=True))
    forbid_changes(TABLES)


def downgrade() -> None:
    op.drop_column("decisions", "appeal_id")
    for table in reversed(TABLES):
        op.drop_table(table)


def _notices() -> None:
    op.create_table(
        "notices",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("seen_by", sa.String(length=64), nullable=False),
        sa.Column("happened_at", sa.DateTime(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("points", sa.String(length=16), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=True),
        sa.Column("at_ms", sa.Integer(), nullable=True),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_notices_call_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_notices_operator_id"),
        sa.PrimaryKeyConstraint("notice_id", name="pk_notices"),
    )
    op.create_index("ix_notices_month", "notices", ["month"])
    op.create_index("ix_notices_operator_id", "notices", ["operator_id"])


def _appeals() -> None:
    op.create_table(
        "appeals",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=True),
        sa.Column("code", sa.String(length=32), nullable=True),
        sa.Column("notice_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=64), nullable=False),
        sa.Column("filed_at", sa.DateTime(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("late_doubt", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_appeals_call_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.notice_id"], name="fk_appeals_notice_id"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_appeals_operator_id"),
        sa.PrimaryKeyConstraint("appeal_id", name="pk_appeals"),
    )
    for column in ("call_id", "month", "operator_id"):
        op.create_index(f"ix_appeals_{column}", "appeals", [column])


def _words() -> None:
    op.create_table(
        "notice_words",
        sa.Column("notice_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("office", sa.String(length=16), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("points", sa.String(length=16), nullable=True),
        sa.Column("criticised", sa.Boolean(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=True),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.appeal_id"], name="fk_notice_words_appeal_id"),
        sa.ForeignKeyConstraint(["notice_id"], ["notices.notice_id"], name="fk_notice_words_notice_id"),
        sa.PrimaryKeyConstraint("notice_id", "position", name="pk_notice_words"),
    )
    op.create_table(
        "appeal_words",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.appeal_id"], name="fk_appeal_words_appeal_id"),
        sa.PrimaryKeyConstraint("appeal_id", "position", name="pk_appeal_words"),
    )


def _adjustments() -> None:
    op.create_table(
        "adjustments",
        sa.Column("adjustment_id", sa.Integer(), nullable=False),
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("booked_in", sa.String(length=7), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["appeal_id"], ["appeals.appeal_id"], name="fk_adjustments_appeal_id"),
        sa.ForeignKeyConstraint(["month"], ["closings.month"], name="fk_adjustments_month"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_adjustments_operator_id"),
        sa.PrimaryKeyConstraint("adjustment_id", name="pk_adjustments"),
        sa.UniqueConstraint("appeal_id", name="uq_adjustments_appeal_id"),
    )
    op.create_index("ix_adjustments_booked_in", "adjustments", ["booked_in"])
    op.create_index("ix_adjustments_operator_id_month", "adjustments", ["operator_id", "month"])


def _retrainings() -> None:
    op.create_table(
        "retrainings",
        sa.Column("retraining_id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("offered_by", sa.String(length=64), nullable=False),
        sa.Column("offered_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_retrainings_operator_id"),
        sa.PrimaryKeyConstraint("retraining_id", name="pk_retrainings"),
    )
    op.create_index("ix_retrainings_operator_id", "retrainings", ["operator_id"])
    op.create_table(
        "retraining_words",
        sa.Column("retraining_id", sa.Integer(), nullable=False),
        sa.Column("result", sa.String(length=16), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["retraining_id"], ["retrainings.retraining_id"], name="fk_retraining_words_retraining_id"
        ),
        sa.PrimaryKeyConstraint("retraining_id", name="pk_retraining_words"),
    )
