"""The first tables, and the triggers that keep what was written from being changed."""

import sqlalchemy as sa
from alembic import op

from qa_pipeline.store.migrations.append_only import forbid_changes

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Written out and not taken from the schema: a migration stays as it was when the schema moves on.
APPEND_ONLY = (
    "audits",
    "closing_lines",
    "closings",
    "decisions",
    "documents",
    "exclusions",
    "knowledge_entries",
    "sample_plans",
    "sampled_calls",
    "work_orders",
)


def upgrade() -> None:
    _make_people_and_calls()
    _make_knowledge_and_plans()
    _make_work()
    _make_judgements()
    _forbid_changes()


def _make_people_and_calls() -> None:
    op.create_table(
        "operators",
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("team", sa.String(length=128), nullable=False),
        sa.Column("leader_id", sa.String(length=64), nullable=True),
        sa.Column("hired_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("operator_id", name="pk_operators"),
    )
    op.create_table(
        "duties",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_duties_operator_id"),
        sa.PrimaryKeyConstraint("day", "shift", "operator_id", name="pk_duties"),
    )
    op.create_table(
        "calls",
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("started_at", sa.DateTime(), nullable=False),
        sa.Column("duration_s", sa.Integer(), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("shift", sa.String(length=64), nullable=False),
        sa.Column("caller_number", sa.String(length=64), nullable=False),
        sa.Column("hang_up_by", sa.String(length=16), nullable=False),
        sa.Column("satisfaction", sa.Integer(), nullable=True),
        sa.Column("recording_file", sa.String(length=512), nullable=False),
        sa.Column("operator_channel", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_calls_operator_id"),
        sa.PrimaryKeyConstraint("call_id", name="pk_calls"),
    )
    op.create_index("ix_calls_month", "calls", ["month"])
    op.create_index("ix_calls_operator_id", "calls", ["operator_id"])
    op.create_index("ix_calls_recording_file", "calls", ["recording_file"])
    op.create_table(
        "recordings",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("path", sa.String(length=512), nullable=False),
        sa.Column("codec", sa.String(length=64), nullable=False),
        sa.Column("sample_rate_hz", sa.Integer(), nullable=False),
        sa.Column("channels", sa.Integer(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("source_name", sa.String(length=512), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_recordings_call_id"),
        sa.PrimaryKeyConstraint("recording_id", name="pk_recordings"),
        sa.UniqueConstraint("call_id", name="uq_recordings_call_id"),
    )
    op.create_table(
        "work_orders",
        sa.Column("order_id", sa.String(length=128), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("fields", sa.Text(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_work_orders_call_id"),
        sa.PrimaryKeyConstraint("order_id", "revision", name="pk_work_orders"),
    )
    op.create_index("ix_work_orders_call_id", "work_orders", ["call_id"])


def _make_knowledge_and_plans() -> None:
    op.create_table(
        "knowledge_entries",
        sa.Column("row_id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.String(length=128), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("row_id", name="pk_knowledge_entries"),
    )
    op.create_index("ix_knowledge_entries_entry_id_version", "knowledge_entries", ["entry_id", "version"])
    op.create_table(
        "documents",
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("version", sa.String(length=64), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "version", name="pk_documents"),
    )
    op.create_table(
        "sample_plans",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("seed", sa.String(length=256), nullable=False),
        sa.Column("seed_sha256", sa.String(length=64), nullable=False),
        sa.Column("frame_sha256", sa.String(length=64), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("quota_per_operator", sa.Integer(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_sample_plans"),
    )
    op.create_table(
        "sampled_calls",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("stratum", sa.String(length=160), nullable=False),
        sa.Column("probability", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_sampled_calls_call_id"),
        sa.ForeignKeyConstraint(["month"], ["sample_plans.month"], name="fk_sampled_calls_month"),
        sa.ForeignKeyConstraint(["operator_id"], ["operators.operator_id"], name="fk_sampled_calls_operator_id"),
        sa.PrimaryKeyConstraint("month", "position", name="pk_sampled_calls"),
        sa.UniqueConstraint("call_id", name="uq_sampled_calls_call_id"),
    )
    op.create_table(
        "exclusions",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_exclusions_call_id"),
        sa.ForeignKeyConstraint(["month"], ["sample_plans.month"], name="fk_exclusions_month"),
        sa.PrimaryKeyConstraint("month", "position", name="pk_exclusions"),
    )


def _make_work() -> None:
    op.create_table(
        "jobs",
        sa.Column("job_id", sa.Integer(), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("worker", sa.String(length=256), nullable=True),
        sa.Column("token", sa.String(length=32), nullable=True),
        sa.Column("lease_until", sa.DateTime(), nullable=True),
        sa.Column("not_before", sa.DateTime(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("hint", sa.Text(), nullable=True),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name="fk_jobs_recording_id"),
        sa.PrimaryKeyConstraint("job_id", name="pk_jobs"),
        sa.UniqueConstraint("recording_id", "stage", "inputs_hash", name="uq_jobs_recording_id_stage_inputs_hash"),
    )
    op.create_index("ix_jobs_state", "jobs", ["state"])
    op.create_table(
        "transcripts",
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("transcript", sa.LargeBinary(), nullable=False),
        sa.Column("acoustics", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name="fk_transcripts_recording_id"),
        sa.PrimaryKeyConstraint("recording_id", "inputs_hash", name="pk_transcripts"),
    )
    op.create_table(
        "import_batches",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("imported_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("batch_id", name="pk_import_batches"),
    )
    op.create_table(
        "import_refusals",
        sa.Column("refusal_id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=True),
        sa.Column("column", sa.String(length=128), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["import_batches.batch_id"], name="fk_import_refusals_batch_id"),
        sa.PrimaryKeyConstraint("refusal_id", name="pk_import_refusals"),
    )
    op.create_index("ix_import_refusals_batch_id", "import_refusals", ["batch_id"])


def _make_judgements() -> None:
    op.create_table(
        "audits",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("inputs_hash", sa.String(length=64), nullable=False),
        sa.Column("speech_hash", sa.String(length=64), nullable=False),
        sa.Column("ruleset_version", sa.String(length=64), nullable=False),
        sa.Column("ruleset_sha256", sa.String(length=64), nullable=False),
        sa.Column("scorecard_version", sa.String(length=64), nullable=False),
        sa.Column("knowledge_sha256", sa.String(length=64), nullable=False),
        sa.Column("results", sa.Text(), nullable=False),
        sa.Column("evaluation", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_audits_call_id"),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.recording_id"], name="fk_audits_recording_id"),
        sa.ForeignKeyConstraint(["supersedes_id"], ["audits.audit_id"], name="fk_audits_supersedes_id"),
        sa.PrimaryKeyConstraint("audit_id", name="pk_audits"),
        sa.UniqueConstraint("supersedes_id", name="uq_audits_supersedes_id"),
    )
    op.create_index("ix_audits_call_id", "audits", ["call_id"])
    op.create_index("ix_audits_month", "audits", ["month"])
    op.create_table(
        "decisions",
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=128), nullable=False),
        sa.Column("code", sa.String(length=32), nullable=False),
        sa.Column("item", sa.String(length=32), nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.Column("reviewer", sa.String(length=64), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["audit_id"], ["audits.audit_id"], name="fk_decisions_audit_id"),
        sa.ForeignKeyConstraint(["call_id"], ["calls.call_id"], name="fk_decisions_call_id"),
        sa.PrimaryKeyConstraint("decision_id", name="pk_decisions"),
    )
    op.create_index("ix_decisions_call_id", "decisions", ["call_id"])
    op.create_table(
        "closings",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("closed_by", sa.String(length=64), nullable=False),
        sa.Column("closed_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("month", name="pk_closings"),
    )
    op.create_table(
        "closing_lines",
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("operator_id", sa.String(length=64), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["month"], ["closings.month"], name="fk_closing_lines_month"),
        sa.PrimaryKeyConstraint("month", "operator_id", name="pk_closing_lines"),
    )


def _forbid_changes() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.execute(
            "CREATE FUNCTION hotline_qa_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation'; END $$"
        )
    forbid_changes(APPEND_ONLY)


def downgrade() -> None:
    raise NotImplementedError("a store is not taken back to before its first version: restore a copy instead")
