"""What the fields of a knowledge entry are called is what the tables call their columns."""

from __future__ import annotations

from dataclasses import fields

from qa_pipeline.ingest.knowledge import KNOWLEDGE_COLUMNS
from qa_pipeline.language.entry_fields import FIELD_NAMES, field_name
from qa_pipeline.models import KnowledgeEntry


def test_a_field_is_called_as_its_column() -> None:
    columns = {field: names for field, names in KNOWLEDGE_COLUMNS.items() if field not in {"id", "version"}}
    assert all(field_name(field) in names for field, names in columns.items())


def test_every_field_of_an_entry_has_a_name() -> None:
    unnamed = {one.name for one in fields(KnowledgeEntry)} - set(FIELD_NAMES)
    assert unnamed == {"entry_id", "version", "details"}
