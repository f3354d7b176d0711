"""Rows to models and back, by the names they share."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

from qa_pipeline.store.schema import Base

M = TypeVar("M")
R = TypeVar("R", bound=Base)


def as_model(kind: type[M], row: Base, **others: Any) -> M:
    """Make a model of a row; ``others`` are the fields that the row holds under another name or form."""
    names = (f.name for f in fields(kind) if f.name not in others)  # type: ignore[arg-type]  # kind is a dataclass
    return kind(**{name: getattr(row, name) for name in names}, **others)


def as_row(kind: type[R], model: Any, **others: Any) -> R:
    """Make a row of a model; ``others`` are columns that the model lacks or holds in another form."""
    columns = set(kind.__table__.columns.keys())
    shared = (f.name for f in fields(model) if f.name in columns and f.name not in others)
    return kind(**{name: getattr(model, name) for name in shared}, **others)
