"""Texts that can be searched, their index, and searches that people keep."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _texts()
    _index()
    _saved()


def downgrade() -> None:
    op.execute("DROP TABLE search_index")
    op.drop_table("search_texts")
    op.drop_table("saved_searches")


def _texts() -> None:
    op.create_table(
        "search_texts",
        sa.Column("text_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("audience", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("starts", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_search_texts_call_id"),
        sa.PrimaryKeyConstraint("text_id", name="pk_search_texts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_search_texts_call_id", "search_texts", ["call_id"])


def _index() -> None:
    if op.get_bind().dialect.name == "sqlite":
        # Without content: the texts stand in search_texts. Two characters a word, cut by the program.
        op.execute(
            "CREATE VIRTUAL TABLE search_index USING fts5(body, sound, scope, content='', "
            'tokenize="unicode61 remove_diacritics 0")'
        )
        return
    op.execute(
        "CREATE TABLE search_index (text_id INTEGER PRIMARY KEY REFERENCES search_texts ON DELETE CASCADE, "
        "body tsvector NOT NULL, sound tsvector NOT NULL)"
    )
    for column in ("body", "sound"):
        op.execute(f"CREATE INDEX ix_search_index_{column} ON search_index USING gin ({column})")


def _saved() -> None:
    op.create_table(
        "saved_searches",
        sa.Column("search_id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("shared_with", sa.String(length=16), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.account_id"], name="fk_saved_searches_account_id"),
        sa.PrimaryKeyConstraint("search_id", name="pk_saved_searches"),
        sa.UniqueConstraint("account_id", "name", name="uq_saved_searches_account_id_name"),
    )
