"""Notes on calls, what people corrected in transcripts, and how far an audit has read that."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

TABLES = ("call_notes", "hand_corrections")


def upgrade() -> None:
    op.add_column("audits", sa.Column("corrected_until", sa.Integer(), nullable=False, server_default="0"))
    _notes()
    _hand_corrections()
    forbid_changes(TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
    op.drop_column("audits", "corrected_until")


def _notes() -> None:
    op.create_table(
        "call_notes",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_call_notes_call_id"),
        sa.PrimaryKeyConstraint("note_id", name="pk_call_notes"),
    )
    op.create_index("ix_call_notes_call_id", "call_notes", ["call_id"])


def _hand_corrections() -> None:
    op.create_table(
        "hand_corrections",
        sa.Column("correction_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("speech_hash", sa.String(length=64), nullable=False),
        sa.Column("utterance", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("author", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_hand_corrections_call_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name="fk_hand_corrections_recording_id"),
        sa.PrimaryKeyConstraint("correction_id", name="pk_hand_corrections"),
    )
    op.create_index("ix_hand_corrections_call_id", "hand_corrections", ["call_id"])
