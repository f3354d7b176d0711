"""A month's payroll as a whole: its total, its teams, and whether a total stated elsewhere agrees to the cent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from scoring.exact import HUNDREDTH
from scoring.pay import MonthPay

NOTHING = Decimal("0.00")


def payroll_total(pays: Iterable[MonthPay]) -> Decimal:
    """Return the sum of what is paid: of rounded parts, so that it is what a person adds up. Undecided pay adds 0."""
    return sum((pay.total for pay in pays if pay.total is not None), NOTHING)


def by_team(pays: Iterable[MonthPay]) -> dict[str, Decimal]:
    """Return each team's sum, by name; who changed teams is in each with the part earned there."""
    found: dict[str, Decimal] = {}
    for pay in pays:
        for part in pay.parts:
            amount = NOTHING if pay.total is None or part.amount is None else part.amount
            found[part.team] = found.get(part.team, NOTHING) + amount
    return dict(sorted(found.items()))


def reconcile(pays: Sequence[MonthPay], stated: Decimal) -> None:
    """Check a total that was stated elsewhere (a sheet, the finance office) against the program's.

    Raises:
        ValueError: They differ by a cent or more; the message says by how much.
    """
    total = payroll_total(pays)
    if abs(total - stated) >= HUNDREDTH:
        raise ValueError(
            f"payroll of {len(pays)} lines adds up to {total}, stated is {stated}: {stated - total} apart; "
            "find the line that was changed or left out"
        )
