"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import (
    accounts,
    appeals,
    beside,
    calls,
    description,
    errands,
    files,
    hooks,
    knowledge,
    log,
    months,
    notices,
    queue,
    search,
    tokens,
)

CALLS = (calls, beside, queue, search)
PEOPLE = (months, appeals, notices)
RUNNING = (files, errands, knowledge, accounts, tokens, hooks, log)
FAMILIES = (description, *CALLS, *PEOPLE, *RUNNING)
