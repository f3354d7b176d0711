"""Where each sampled call stands, for lists and the queue; who is at a call; blind repeats."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

TABLES = ("standings", "reaches", "claims", "repeats", "repeat_words")
INDEXED = (("started_at", "call_id"), ("states",), ("waits",))
REACH = ("month", "operator_id", "counts", "points", "points_low", "points_high")


def upgrade() -> None:
    _standings()
    _reaches()
    _claims()
    _repeats()
    forbid_changes(("repeats", "repeat_words"))


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)


def _standings() -> None:
    op.create_table(
        "standings",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=True),
        sa.Column("scorecard_version", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("states", sa.Integer(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("points_low", sa.Integer(), nullable=True),
        sa.Column("points_high", sa.Integer(), nullable=True),
        sa.Column("counts", sa.Boolean(), nullable=False),
        *(
            sa.Column(name, sa.Text(), nullable=False)
            for name in ("open_items", "suspected", "fatal", "unconfirmed", "lost", "rules")
        ),
        sa.Column("confidence", sa.Double(), nullable=True),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("reviewers", "suspected_by", "open_by")),
        sa.Column("second", sa.Boolean(), nullable=False),
        sa.Column("failure", sa.Text(), nullable=True),
        sa.Column("n_open", sa.Integer(), nullable=False),
        sa.Column("waits", sa.Integer(), nullable=False),
        sa.Column("lot", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_standings_call_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_standings"),
    )
    for columns in INDEXED:
        op.create_index(f"ix_standings_month_{'_'.join(columns)}", "standings", ["month", *columns])
    op.create_index("ix_standings_reach", "standings", list(REACH))


def _reaches() -> None:
    op.create_table(
        "reaches",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("month", "operator_id", name="pk_reaches"),
    )


def _claims() -> None:
    op.create_table(
        "claims",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("claimed_at", sa.DateTime(), nullable=False),
        sa.Column("until", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_claims_call_id"),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_claims_account_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_claims"),
    )
    op.create_index("ix_claims_account_id", "claims", ["account_id"])


def _repeats() -> None:
    op.create_table(
        "repeats",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("first", sa.String(length=64), nullable=False),
        sa.Column("second", sa.String(length=64), nullable=False),
        sa.Column("judged_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_repeats_call_id"),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.audit_id"], name="fk_repeats_audit_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_repeats"),
    )
    op.create_index("ix_repeats_month", "repeats", ["month"])
    op.create_table(
        "repeat_words",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("first", sa.String(length=16), nullable=False),
        sa.Column("said", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["repeats.call_id"], name="fk_repeat_words_call_id"),
        sa.PrimaryKeyConstraint("call_id", "code", name="pk_repeat_words"),
    )
