"""Training sessions and who attended them, and the 声音里的微笑 contest."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

TABLES = (
    "training_sessions",
    "training_attendance",
    "training_withdrawals",
    "contests",
    "contest_entries",
    "contest_entry_words",
    "contest_votings",
    "contest_voters",
    "contest_ballots",
    "contest_closings",
)


def upgrade() -> None:
    _training_sessions()
    _training_attendance()
    _training_withdrawals()
    _contests()
    _contest_entries()
    _contest_entry_words()
    _contest_votings()
    _contest_voters()
    _contest_ballots()
    _contest_closings()
    forbid_changes(TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}")


def _training_sessions() -> None:
    table = "training_sessions"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column("topic", sa.String(length=128), nullable=False),
        sa.Column("leader", sa.String(length=64), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("team", sa.String(length=128), nullable=False),
        sa.Column("items", sa.Text(), nullable=False),
        sa.Column("entered_by", sa.String(length=64), nullable=False),
        sa.Column("entered_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("session_id", name="pk_training_sessions"),
    )
    op.create_index("ix_training_sessions_held_on", table, ["held_on"])


def _training_attendance() -> None:
    table = "training_attendance"
    op.create_table(
        table,
        sa.Column("word_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("presence", sa.String(length=16), nullable=False),
        sa.Column("made_up_on", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "session_id", "training_sessions.session_id"),
        _of(table, "operator_id", "operators.operator_id"),
        sa.PrimaryKeyConstraint("word_id", name="pk_training_attendance"),
    )
    op.create_index("ix_training_attendance_operator_id", table, ["operator_id"])
    op.create_index("ix_training_attendance_session_id", table, ["session_id"])


def _training_withdrawals() -> None:
    table = "training_withdrawals"
    op.create_table(
        table,
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        _of(table, "session_id", "training_sessions.session_id"),
        sa.PrimaryKeyConstraint("session_id", name="pk_training_withdrawals"),
    )


def _contests() -> None:
    table = "contests"
    op.create_table(
        table,
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=128), nullable=False),
        sa.Column("period", sa.String(length=7), nullable=False),
        sa.Column("per_team", sa.Integer(), nullable=False),
        sa.Column("seed", sa.String(length=64), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_by_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        _of(table, "opened_by_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("contest_id", name="pk_contests"),
    )


def _contest_entries() -> None:
    table = "contest_entries"
    op.create_table(
        table,
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("operator", sa.String(length=128), nullable=False),
        sa.Column("team", sa.String(length=128), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        _of(table, "contest_id", "contests.contest_id"),
        _of(table, "call_id", "calls.call_id"),
        _of(table, "operator_id", "operators.operator_id"),
        sa.PrimaryKeyConstraint("entry_id", name="pk_contest_entries"),
    )
    op.create_index("ix_contest_entries_contest_id", table, ["contest_id"])


def _contest_entry_words() -> None:
    table = "contest_entry_words"
    op.create_table(
        table,
        sa.Column("word_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "entry_id", "contest_entries.entry_id"),
        _of(table, "clip_id", "clips.clip_id"),
        _of(table, "by_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("word_id", name="pk_contest_entry_words"),
    )
    op.create_index("ix_contest_entry_words_entry_id", table, ["entry_id"])


def _contest_votings() -> None:
    table = "contest_votings"
    op.create_table(
        table,
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("opened_by", sa.String(length=64), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        _of(table, "contest_id", "contests.contest_id"),
        sa.PrimaryKeyConstraint("contest_id", name="pk_contest_votings"),
    )


def _contest_voters() -> None:
    table = "contest_voters"
    op.create_table(
        table,
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=True),
        _of(table, "contest_id", "contests.contest_id"),
        _of(table, "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("contest_id", "account_id", name="pk_contest_voters"),
    )
    op.create_index("ix_contest_voters_account_id", table, ["account_id"])


def _contest_ballots() -> None:
    table = "contest_ballots"
    op.create_table(
        table,
        sa.Column("ballot_id", sa.Integer(), nullable=False),
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("tone", sa.Integer(), nullable=False),
        sa.Column("clarity", sa.Integer(), nullable=False),
        sa.Column("warmth", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "contest_id", "contests.contest_id"),
        _of(table, "account_id", "accounts.account_id"),
        _of(table, "entry_id", "contest_entries.entry_id"),
        sa.PrimaryKeyConstraint("ballot_id", name="pk_contest_ballots"),
    )
    op.create_index("ix_contest_ballots_contest_id", table, ["contest_id"])


def _contest_closings() -> None:
    table = "contest_closings"
    op.create_table(
        table,
        sa.Column("contest_id", sa.Integer(), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _of(table, "contest_id", "contests.contest_id"),
        sa.PrimaryKeyConstraint("contest_id", name="pk_contest_closings"),
    )
