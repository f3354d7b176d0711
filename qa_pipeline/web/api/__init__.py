"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import (
    accounts,
    appeals,
    beside,
    calls,
    closing,
    description,
    errands,
    files,
    hooks,
    knowledge,
    log,
    month_files,
    month_parts,
    months,
    notices,
    queue,
    retraining,
    rules,
    search,
    searches,
    standards,
    tokens,
)

CALLS = (calls, beside, queue, search, searches)
MONTHS = (months, month_parts, month_files, closing)
PEOPLE = (appeals, notices, retraining)
RUNNING = (files, errands, standards, rules, knowledge, accounts, tokens, hooks, log)
FAMILIES = (description, *CALLS, *MONTHS, *PEOPLE, *RUNNING)
