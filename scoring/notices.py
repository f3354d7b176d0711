"""Points that an approved supervision notice takes from a month."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class NoticePoints:
    """One notice that was approved by another person; ``words`` say what it was for (Chinese)."""

    notice_id: str
    points: Decimal
    words: str
