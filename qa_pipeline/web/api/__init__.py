"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import (
    accounts,
    appeals,
    beside,
    calibration,
    calls,
    closing,
    description,
    errands,
    files,
    hooks,
    items,
    knowledge,
    log,
    month_files,
    month_parts,
    months,
    notices,
    own,
    own_appeals,
    own_calls,
    own_training,
    queue,
    repeats,
    retraining,
    rules,
    search,
    searches,
    standards,
    tokens,
)
from qa_pipeline.web.api.training import FAMILIES as TRAINING

CALLS = (calls, items, beside, queue, repeats, search, searches)
MONTHS = (months, month_parts, month_files, closing)
PEOPLE = (appeals, notices, retraining, calibration)
OWN = (own, own_calls, own_appeals, own_training)
RUNNING = (files, errands, standards, rules, knowledge, accounts, tokens, hooks, log)
FAMILIES = (description, *CALLS, *MONTHS, *PEOPLE, *OWN, *TRAINING, *RUNNING)
