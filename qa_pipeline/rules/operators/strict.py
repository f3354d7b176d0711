"""What parameters of all operators have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, field_validator

from qa_pipeline.rules.matching.phrases import as_lists


class Strict(BaseModel):
    """Parameters: frozen, and nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    _as_lists = field_validator("*", mode="after")(as_lists)
