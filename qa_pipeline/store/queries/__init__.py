"""Named questions and commands to the store; each takes the `Session` of the caller's unit of work first."""

from qa_pipeline.store.queries.calls import audit_by_id, audits_of, call_file, calls_of_month, month_data, months
from qa_pipeline.store.queries.documents import document, save_document
from qa_pipeline.store.queries.knowledge import entries, knowledge_sha256
from qa_pipeline.store.queries.month import closed_lines, closing_of, plan_of, save_closing, save_plan
from qa_pipeline.store.queries.people import duties, operators
from qa_pipeline.store.queries.review import add_decision, decisions_of

__all__ = [
    "add_decision",
    "audit_by_id",
    "audits_of",
    "call_file",
    "calls_of_month",
    "closed_lines",
    "closing_of",
    "decisions_of",
    "document",
    "duties",
    "entries",
    "knowledge_sha256",
    "month_data",
    "months",
    "operators",
    "plan_of",
    "save_closing",
    "save_document",
    "save_plan",
]
