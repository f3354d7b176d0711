"""What an audit read otherwise than it was recognised; audits of before read everything as it was recognised."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("audits", sa.Column("corrections", sa.Text(), nullable=False, server_default="[]"))


def downgrade() -> None:
    op.drop_column("audits", "corrections")
