"""Session packs: plans, cards, who may open them, who took them away; and what trainees recorded."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

KEPT = (
    "training_packs",
    "training_pack_plans",
    "training_cards",
    "training_pack_words",
    "training_pack_downloads",
)


def upgrade() -> None:
    _packs()
    _plans()
    _cards()
    _words()
    _downloads()
    _rehearsals()
    forbid_changes(KEPT)


def downgrade() -> None:
    op.drop_table("training_rehearsals")
    for table in reversed(KEPT):
        op.drop_table(table)


def _of(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [other], name=f"fk_{table}_{column}")


def _packs() -> None:
    op.create_table(
        "training_packs",
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=64), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("pack_id", name="pk_training_packs"),
    )


def _plans() -> None:
    table = "training_pack_plans"
    op.create_table(
        table,
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=64), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        _of(table, "pack_id", "training_packs.pack_id"),
        sa.PrimaryKeyConstraint("pack_id", "version", name=f"pk_{table}"),
    )


def _cards() -> None:
    table = "training_cards"
    op.create_table(
        table,
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=64), nullable=False),
        sa.Column("saved_at", sa.DateTime(), nullable=False),
        _of(table, "pack_id", "training_packs.pack_id"),
        _of(table, "clip_id", "clips.clip_id"),
        sa.PrimaryKeyConstraint("pack_id", "clip_id", "version", name=f"pk_{table}"),
    )


def _words() -> None:
    table = "training_pack_words"
    op.create_table(
        table,
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("team", sa.String(length=64), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("by", sa.String(length=64), nullable=False),
        sa.Column("said_at", sa.DateTime(), nullable=False),
        _of(table, "pack_id", "training_packs.pack_id"),
        sa.PrimaryKeyConstraint("pack_id", "position", name=f"pk_{table}"),
    )


def _downloads() -> None:
    table = "training_pack_downloads"
    op.create_table(
        table,
        sa.Column("download_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("clips", sa.Integer(), nullable=False),
        sa.Column("taken_by", sa.String(length=64), nullable=False),
        sa.Column("taken_at", sa.DateTime(), nullable=False),
        _of(table, "pack_id", "training_packs.pack_id"),
        sa.PrimaryKeyConstraint("download_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_pack_id", table, ["pack_id"])


def _rehearsals() -> None:
    table = "training_rehearsals"
    op.create_table(
        table,
        sa.Column("rehearsal_id", sa.Integer(), nullable=False),
        sa.Column("pack_id", sa.Integer(), nullable=False),
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("cue", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("sound_path", sa.String(length=128), nullable=False),
        sa.Column("sent_at", sa.DateTime(), nullable=False),
        sa.Column("heard", sa.Text(), nullable=True),
        sa.Column("speech", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        _of(table, "pack_id", "training_packs.pack_id"),
        _of(table, "clip_id", "clips.clip_id"),
        _of(table, "account_id", "accounts.account_id"),
        sa.PrimaryKeyConstraint("rehearsal_id", name=f"pk_{table}"),
    )
    op.create_index(f"ix_{table}_sent_at", table, ["sent_at"])
    op.create_index(f"ix_{table}_pack_id_clip_id_account_id", table, ["pack_id", "clip_id", "account_id"])
