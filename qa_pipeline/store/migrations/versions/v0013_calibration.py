"""Calibration sessions."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

TABLES = (
    "calibrations",
    "calibration_calls",
    "calibration_members",
    "calibration_words",
    "calibration_finishes",
    "calibration_closings",
    "calibration_remarks",
)


def upgrade() -> None:
    _sessions()
    _calls()
    _members()
    _words()
    _endings()
    _remarks()
    forbid_changes(TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}")


def _sessions() -> None:
    table = "calibrations"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("scorecard_version", sa.String(length=64), nullable=False),
        sa.Column("reference_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        _of(table, "reference_id", "accounts.account_id"),
        _of(table, "opened_by_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_calibrations"),
    )


def _calls() -> None:
    table = "calibration_calls"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        _of(table, "call_id", "calls.call_id"),
        _of(table, "audit_id", "audits.audit_id"),
        sa.PrimaryKeyConstraint("session_id", "call_id", name="pk_calibration_calls"),
    )


def _members() -> None:
    table = "calibration_members"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        _of(table, "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("session_id", "account_id", name="pk_calibration_members"),
    )
    op.create_index("ix_calibration_members_account_id", table, ["account_id"])


def _words() -> None:
    table = "calibration_words"
    op.create_table(
        table,
        sa.Column("word_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("score", sa.String(length=16), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        _of(table, "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("word_id", name="pk_calibration_words"),
    )
    op.create_index("ix_calibration_words_session_id", table, ["session_id"])


def _endings() -> None:
    table = "calibration_finishes"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("finished_at", sa.DateTime(), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        _of(table, "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("session_id", "account_id", name="pk_calibration_finishes"),
    )
    table = "calibration_closings"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_calibration_closings"),
    )


def _remarks() -> None:
    table = "calibration_remarks"
    op.create_table(
        table,
        sa.Column("remark_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "session_id", "calibrations.session_id"),
        sa.PrimaryKeyConstraint("remark_id", name="pk_calibration_remarks"),
    )
    op.create_index("ix_calibration_remarks_session_id", table, ["session_id"])
