"""Exact fractions inside, one rounding at the end.

A share such as 20/23 has no end in decimals. Were it cut after 28 digits, a score of exactly 85.125 could come out as
85.12 or 85.13 by the order of its terms. Fractions have no such error and no order.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

HUNDREDTH = Decimal("0.01")


def rounded(value: Fraction | Decimal | int, step: Decimal = HUNDREDTH) -> Decimal:
    """Return the multiple of ``step`` (0.01) nearest to a value, halves away from zero.

    Source: GB/T 8170 leaves the choice for an exact half; payrolls and the public round it up (四舍五入).
    """
    steps = Fraction(value) / Fraction(step)
    # Twice a half is a whole number, so adding a half and cutting is exact.
    whole = (abs(steps) + Fraction(1, 2)).__floor__()
    return (Decimal(whole if steps >= 0 else -whole) * step).quantize(step, ROUND_HALF_UP)


def rounded_ratio(top: int, bottom: int) -> Decimal:
    """Return ``rounded(Fraction(top, bottom))`` without looking for a common divisor.

    Args:
        top: 0 or more.
        bottom: Above 0.
    """
    return Decimal((200 * top + bottom) // (2 * bottom)).scaleb(-2)
