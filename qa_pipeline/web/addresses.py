"""What an address asks, written back into an address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def query_of(
    asked: DataclassInstance, idle: Collection[tuple[str, object]], changes: dict[str, object]
) -> dict[str, str]:
    """Return the query of what is asked, changed; a changed filter begins at the first page.

    Args:
        asked: Its fields are the names of the address.
        idle: Names with the values that ask nothing, beside '' and the first page.
        changes: What is asked otherwise.
    """
    merged = {**asdict(asked), "page": 1, **changes}
    nothing = {*idle, ("page", 1)}
    return {key: str(value) for key, value in merged.items() if value and (key, value) not in nothing}
