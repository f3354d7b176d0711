"""What a clip's passage was found under."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("clips", sa.Column("scenario", sa.String(length=16), nullable=True))
    op.add_column("clips", sa.Column("handling", sa.String(length=16), nullable=True))


def downgrade() -> None:
    op.drop_column("clips", "handling")
    op.drop_column("clips", "scenario")
