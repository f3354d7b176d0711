"""What the routes of the training room share: pages of lists, and answers that are files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import Query

After = Annotated[int, Query(ge=0, le=1_000_000)]
"""So many of a list are left out before the first that is told."""
Limit = Annotated[int, Query(ge=1, le=200)]
Responses = dict[int | str, dict[str, Any]]


def file_of(*kinds: str) -> Responses:
    """Describe an answer that is a file, of one of some media types."""
    return {200: {"content": _bytes_of(kinds), "description": "The file"}}


def sound_of(*kinds: str) -> Responses:
    """Describe an answer that is sound, of one of some media types, or the part that is asked for."""
    return {
        200: {"content": _bytes_of(kinds), "description": "The recording"},
        206: {"content": _bytes_of(kinds), "description": "The part that a Range header asks for"},
        416: {"content": {"text/plain": {}}, "description": "The recording has no such part"},
    }


def _bytes_of(kinds: Sequence[str]) -> dict[str, Any]:
    return {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
