"""What a month's grade does to pay, to the cent, and a total that reconciles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from scoring.exact import HUNDREDTH, rounded


@dataclass(frozen=True, slots=True)
class PayrollLine:
    """One operator's line. ``factor`` is None where no call was heard (a person decides); ``pay`` where either lacks.

    ``base`` is the performance pay in yuan that the factor multiplies; ``note`` says what is still open.
    """

    operator_id: str
    points: Decimal | None
    grade: str | None
    factor: Decimal | None
    base: Decimal | None
    pay: Decimal | None
    note: str = ""


def payroll_line(
    operator_id: str,
    points: Decimal | None,
    grade: str | None,
    factor: Decimal | None,
    base: Decimal | None = None,
    note: str = "",
) -> PayrollLine:
    """Return a line with ``pay = base * factor``, halves of a cent upwards.

    Raises:
        ValueError: A base or factor below 0, or a base with parts of a cent.
    """
    if factor is not None and factor < 0:
        raise ValueError(f"operator {operator_id}: factor {factor} is below 0; mend the scorecard's grades")
    if base is not None and (base < 0 or base != rounded(base)):
        raise ValueError(f"operator {operator_id}: base {base} is no amount; write yuan with at most two decimals")
    pay = None if base is None or factor is None else rounded(base * factor)
    return PayrollLine(operator_id, points, grade, factor, base, pay, note)


def payroll_total(lines: Iterable[PayrollLine]) -> Decimal:
    """Return the sum of what is paid: of the rounded lines, so that it is what a person adds up."""
    return sum((line.pay for line in lines if line.pay is not None), Decimal("0.00"))


def reconcile(lines: Sequence[PayrollLine], stated: Decimal) -> None:
    """Check a total that was stated elsewhere (a sheet, the finance office) against the lines.

    Raises:
        ValueError: They differ by a cent or more; the message says by how much.
    """
    total = payroll_total(lines)
    if abs(total - stated) >= HUNDREDTH:
        raise ValueError(
            f"payroll of {len(lines)} lines adds up to {total}, stated is {stated}: {stated - total} apart; "
            "find the line that was changed or left out"
        )
