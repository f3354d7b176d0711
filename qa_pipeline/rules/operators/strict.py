"""What parameters of all operators have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, field_validator

from qa_pipeline.rules.matching import Phrase, Phrases


class Strict(BaseModel):
    """Parameters: frozen, and nothing that is not known."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    @field_validator("*", mode="after")
    @classmethod
    def _as_lists(cls, value: object) -> object:
        listed = isinstance(value, tuple) and value and all(isinstance(one, Phrase) for one in value)
        return Phrases(value) if listed else value  # type: ignore[arg-type]  # all are phrases
