"""Numbers as they are spoken."""

from __future__ import annotations

import re
from decimal import Decimal

from qa_pipeline.language.script import simplify

_DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("0123456789")},
    **dict(zip("〇壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "幺": 1,
    "两": 2,
    "俩": 2,
    "仨": 3,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}
_ARABIC = re.compile(r"(\d+(?:\.\d+)?)([十百千万亿]?)(\d?)")
_PERCENT = re.compile(r"百分之(.+)|(.+)%")


def to_number(text: str) -> Decimal | None:
    """Return the number that a text is as a whole; None where it is not one number.

    Reads 一万二 (12000), 两千五 (2500), 一百零五, 三点五, 1.2万, 1万2, 3,500, 半 and 一半 (0.5).
    A percentage is in percent: 百分之七十 and 70% are 70.
    A row of digits (幺二三四五, 二零二六) is no number: see `digits`.
    """
    bare = re.sub(r"[\s,]", "", simplify(text))
    if percent := _PERCENT.fullmatch(bare):
        inner = percent[1] or percent[2]
        return Decimal(100) if inner == "百" else to_number(inner)
    if bare in {"半", "一半"}:
        return Decimal("0.5")
    if bare.startswith("负"):
        positive = to_number(bare[1:])
        return None if positive is None else -positive
    if arabic := _ARABIC.fullmatch(bare):
        return _arabic(arabic[1], arabic[2], arabic[3])
    return _chinese(bare)


def to_whole(text: str) -> int | None:
    """Return the whole number that a text is; None where it is none. What stands behind a point is dropped."""
    number = to_number(text)
    return None if number is None else int(number)


def _arabic(figure: str, unit: str, rest: str) -> Decimal | None:
    scale = (_UNITS | _MYRIADS).get(unit, 1)
    if rest and scale < 100:
        return None
    return Decimal(figure) * scale + Decimal(rest or 0) * (scale // 10)


def _chinese(text: str) -> Decimal | None:
    for name, scale in sorted(_MYRIADS.items(), key=lambda item: -item[1]):
        if name in text:
            head, _, tail = text.partition(name)
            return _scaled(_chinese(head), scale, tail)
    whole, point, fraction = text.partition("点")
    value = _below_myriad(whole)
    if not point or value is None:
        return value
    decimals = "".join(str(_DIGITS[c]) for c in fraction if c in _DIGITS)
    return value + Decimal(f"0.{decimals}") if fraction and len(decimals) == len(fraction) else None


def _scaled(head: Decimal | None, scale: int, tail: str) -> Decimal | None:
    """Add what follows 万 or 亿: a lone digit counts in its next unit (一万二 is 12000), 零 takes that away."""
    if head is None:
        return None
    if not tail:
        return head * scale
    if len(tail) == 1 and tail in _DIGITS:
        return head * scale + Decimal(_DIGITS[tail] * scale // 10)
    rest = _chinese(tail.removeprefix("零"))
    return None if rest is None else head * scale + rest


def _below_myriad(text: str) -> Decimal | None:
    """Read a number of 十, 百 and 千, units falling."""
    total, digit, last_unit, after_zero = 0, None, 10**4, False
    for place, character in enumerate(text):
        if character in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit, after_zero = _DIGITS[character], digit == 0 or after_zero
            continue
        unit = _UNITS.get(character)
        if unit is None or unit >= last_unit or (digit is None and not (unit == 10 and place == 0)):
            return None
        total, digit, last_unit, after_zero = total + (1 if digit is None else digit) * unit, None, unit, False
    if digit is None:
        return Decimal(total) if text else None
    # 两千五 is 2500, 两千零五 is 2005, 二十五 is 25.
    short = last_unit in {100, 1000} and not after_zero
    return Decimal(total + digit * (last_unit // 10 if short else 1))


def digits(text: str) -> str:
    """Return the digits of a text that reads a number out digit by digit (零九幺五 is 0915); the rest is dropped."""
    return "".join(str(_DIGITS[c]) for c in simplify(text) if c in _DIGITS and c not in "两俩仨")
