"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import (
    appeals,
    beside,
    calls,
    description,
    errands,
    files,
    knowledge,
    months,
    notices,
    queue,
    search,
)
from qa_pipeline.web.api.training import FAMILIES as TRAINING

FAMILIES = (description, files, errands, calls, beside, queue, months, search, knowledge, appeals, notices, *TRAINING)
