"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import (
    appeals,
    beside,
    calibration,
    calls,
    description,
    errands,
    files,
    items,
    knowledge,
    months,
    notices,
    own,
    own_appeals,
    own_calls,
    own_training,
    queue,
    repeats,
    search,
)

REVIEWING = (calls, items, beside, queue, repeats, calibration)
OWN = (own, own_calls, own_appeals, own_training)
FAMILIES = (description, files, errands, *REVIEWING, months, search, knowledge, appeals, notices, *OWN)
