"""Check digits of identity and card numbers, and whether an identity number's birth date can be."""

from __future__ import annotations

from datetime import date

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"


def identity_check(number: str) -> bool:
    """Whether 18 places (the last may be X) have the check digit of GB 11643, which is ISO 7064 mod 11-2."""
    if len(number) != 18 or not number[:17].isdecimal():
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, number, strict=False))
    return _CHECKS[total % 11] == number[17].upper()


def born(number: str) -> date | None:
    """Return the birth date that an identity number of 18 places, or of one misheard place fewer or more, states."""
    try:
        year, month, day = int(number[6:10]), int(number[10:12]), int(number[12:14])
        return date(year, month, day) if 1900 <= year <= 2100 else None
    except ValueError:
        return None


def luhn(number: str) -> bool:
    """Whether a card number's last digit is its check digit (ISO/IEC 7812)."""
    if not number.isdecimal():
        return False
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number))]
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
