"""What the lists of the training room share: they come in pages."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

After = Annotated[int, Query(ge=0, le=1_000_000)]
"""So many of a list are left out before the first that is told."""
Limit = Annotated[int, Query(ge=1, le=200)]
