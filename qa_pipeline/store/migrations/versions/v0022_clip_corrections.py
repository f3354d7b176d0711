"""What people wrote for the turns of clips."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "clip_corrections",
        sa.Column("clip_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("pieces", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["clip_id"], ["clips.clip_id"], name="fk_clip_corrections_clip_id"),
        sa.PrimaryKeyConstraint("clip_id", "position", "turn", name="pk_clip_corrections"),
    )
    forbid_changes(("clip_corrections",))


def downgrade() -> None:
    op.drop_table("clip_corrections")
