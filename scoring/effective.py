"""Which version of a scorecard a month goes by.

The one that was in force on the month's first day. A month is one mean, one grade and one factor, so that it goes by
one scorecard; and nobody is judged by a scorecard that was not in force when the call was taken. One that takes effect
in mid-month therefore begins with the next.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from scoring.card import Scorecard


def first_month(card: Scorecard) -> str:
    """Return the first month that a scorecard applies to, ``2026-10``."""
    day = card.effective_from
    # Months counted from year 0; any day but the first belongs to the month after.
    count = day.year * 12 + day.month - 1 + (day.day > 1)
    return f"{count // 12:04}-{count % 12 + 1:02}"


def card_of_month(cards: Iterable[Scorecard], month: str) -> Scorecard:
    """Return the scorecard that a month goes by.

    Args:
        cards: The versions that there are, in any order.
        month: ``2026-10``.

    Raises:
        ValueError: No month; two versions take effect at once; or the month lies before all of them.
    """
    first_day = _first_day(month)
    known = sorted(cards, key=lambda card: (card.effective_from, card.version))
    in_force = [card for card in known if card.effective_from <= first_day]
    if not in_force:
        begins = f"the earliest, {known[0].version}, applies from {first_month(known[0])}" if known else "there is none"
        raise ValueError(f"month {month} lies before every scorecard: {begins}; give one an earlier effective_from")
    newest = in_force[-1]
    rivals = [card.version for card in in_force if card.effective_from == newest.effective_from]
    if len(rivals) > 1:
        raise ValueError(
            f"scorecards {' and '.join(rivals)} both take effect on {newest.effective_from}, so that {month} has two; "
            "give one another effective_from"
        )
    return newest


def _first_day(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError as error:
        raise ValueError(f"{month!r} is no month; write it as 2026-10") from error
