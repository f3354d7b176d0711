"""Under what terms somebody worked in a month, as finance states it."""

from __future__ import annotations

from dataclasses import dataclass

from scoring.pay import PayTerm


@dataclass(frozen=True, slots=True)
class MonthTerm:
    """One line of finance's file: terms that hold on some days of a month (``YYYY-MM``)."""

    month: str
    term: PayTerm
