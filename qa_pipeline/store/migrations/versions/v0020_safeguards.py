"""What keeps two people, two workers or a program from doing what one person may do once."""

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("accounts", sa.Column("is_program", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "call_readings",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_call_readings_call_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_call_readings_account_id"),
        sa.PrimaryKeyConstraint("call_id", "account_id", name="pk_call_readings"),
    )
    op.add_column("errands", sa.Column("open_key", sa.String(length=64), nullable=True))
    op.create_index("ix_errands_open_key", "errands", ["open_key"], unique=True)
    op.add_column("webhooks", sa.Column("claim", sa.String(length=32), nullable=True))
    op.add_column("webhooks", sa.Column("claimed_until", sa.DateTime(), nullable=True))
    op.create_index("ix_access_log_action_at", "access_log", ["action", "at"])


def downgrade() -> None:
    op.drop_index("ix_access_log_action_at", "access_log")
    op.drop_column("webhooks", "claimed_until")
    op.drop_column("webhooks", "claim")
    op.drop_index("ix_errands_open_key", "errands")
    op.drop_column("errands", "open_key")
    op.drop_table("call_readings")
    op.drop_column("accounts", "is_program")
