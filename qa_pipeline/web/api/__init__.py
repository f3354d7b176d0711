"""The HTTP API for programs: what the pages do, as JSON, by tokens with scopes. Described at /api/v1/openapi.json."""

from __future__ import annotations

from qa_pipeline.web.api import calls, description, errands, files, months

FAMILIES = (description, files, errands, calls, months)
