"""Masked clips for training, what people said of them, and where they went."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

TABLES = ("clips", "clip_words", "clip_exports")


def upgrade() -> None:
    _clips()
    _words()
    _exports()
    forbid_changes(TABLES)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _clips() -> None:
    op.create_table(
        "clips",
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("start_ms", sa.Integer(), nullable=False),
        sa.Column("end_ms", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.Column("cover", sa.String(length=16), nullable=False),
        sa.Column("voices", sa.Text(), nullable=False),
        sa.Column("masks", sa.Text(), nullable=False),
        sa.Column("turns", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("sound_path", sa.String(length=128), nullable=False),
        sa.Column("sound_sha256", sa.String(length=64), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("replaces", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_clips_call_id"),
        sa.ForeignKeyConstraint(["replaces"], ["clips.clip_id"], name="fk_clips_replaces"),
        sa.PrimaryKeyConstraint("clip_id", name="pk_clips"),
    )
    op.create_index("ix_clips_call_id", "clips", ["call_id"])


def _words() -> None:
    op.create_table(
        "clip_words",
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.clip_id"], name="fk_clip_words_clip_id"),
        sa.PrimaryKeyConstraint("clip_id", "position", name="pk_clip_words"),
    )


def _exports() -> None:
    op.create_table(
        "clip_exports",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=128), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        sa.Column("sound_sha256", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.clip_id"], name="fk_clip_exports_clip_id"),
        sa.PrimaryKeyConstraint("export_id", name="pk_clip_exports"),
    )
    op.create_index("ix_clip_exports_clip_id", "clip_exports", ["clip_id"])
