"""Quantities inside spoken text: 二十, 两三, 五到七, 十来, 二十多, 一万二, 百八十: patterns to build on, and values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from qa_pipeline.language.numerals import to_number

_DIGIT = "一二两俩三仨四五六七八九"
_CHINESE = rf"[零〇{_DIGIT}十百千万亿]+(?:点[零〇{_DIGIT}]+)?"
_ARABIC = r"\d+(?:,\d{3})*(?:\.\d+)?[十百千万亿]{0,2}\d?"
NUMBER = rf"(?:{_ARABIC}|{_CHINESE})"
_BETWEEN = r"(?:到|至|[-~—–]|或者|或|、)"
# Said of what is near a round number: 小一千, 百八十, 千儿八百, 百十来, 千把.
_NEAR = (
    rf"(?:小[{_DIGIT}][十百千万]+(?![寸{_DIGIT}])|[百千万]把|(?<![{_DIGIT}])(?:百儿?八十|千儿?八百|万儿?八千)|"
    rf"(?<![{_DIGIT}十千万])百十来?(?![{_DIGIT}]))"
)
QUANTITY = rf"(?:{NUMBER}(?:[多几来余]|好几)?(?:个?{_BETWEEN}{NUMBER})?|{_NEAR})"

_RANGE = re.compile(rf"(?P<low>{NUMBER})个?{_BETWEEN}(?P<high>{NUMBER})")
_VAGUE = re.compile(rf"(?P<number>{NUMBER})(?P<how>[多几来余]|好几)")
_PAIR = re.compile(rf"(?P<head>[十百千万{_DIGIT}]*?)(?P<a>[{_DIGIT}])(?P<b>[{_DIGIT}])(?P<scale>[十百千万]?)")
_SCALES = {"": 1, "十": 10, "百": 100, "千": 1000, "万": 10000}
_VALUES = {character: value for value, character in enumerate("零一二三四五六七八九")} | {"两": 2, "俩": 2, "仨": 3}


@dataclass(frozen=True, slots=True)
class Quantity:
    """From ``low`` to ``high`` (equal for a single value); ``about`` where the speaker said it roughly."""

    low: Decimal
    high: Decimal
    about: bool = False

    def times(self, factor: Decimal) -> Quantity:
        """Return the quantity in another unit."""
        return Quantity(self.low * factor, self.high * factor, self.about)

    def plus(self, more: Decimal) -> Quantity:
        """Return the quantity with something added (一个半月 has half a month more)."""
        return Quantity(self.low + more, self.high + more, self.about)

    def text(self) -> str:
        """Return ``20``, ``2-3`` or, for what was said roughly, ``~10``."""
        if self.low != self.high:
            return f"{_plain(self.low)}-{_plain(self.high)}"
        return f"{'~' if self.about else ''}{_plain(self.low)}"


def read_quantity(text: str) -> Quantity | None:
    """Return the value of what `QUANTITY` matched; None where it is no amount (a row of digits read out)."""
    if (near := _near(text)) is not None:
        return near
    if found := _RANGE.fullmatch(text):
        return _between(found["low"], found["high"])
    if found := _VAGUE.fullmatch(text):
        return _vague(found["number"], found["how"])
    if (found := _PAIR.fullmatch(text)) and (pair := _neighbours(found)):
        return pair
    number = to_number(text)
    return None if number is None else Quantity(number, number)


def parse_value(value: str) -> Quantity | None:
    """Return the quantity of a fact's value: ``20``, ``2-3``, ``~10``, 二十; None for words."""
    bare = value.strip().removeprefix("~")
    quantity = read_quantity(bare)
    if quantity is None:
        return None
    return Quantity(quantity.low, quantity.high, about=value.strip().startswith("~"))


def _near(text: str) -> Quantity | None:
    """Read what is said of a number that is nearly or about a round one."""
    if text.startswith("小") or text.endswith("把"):
        number = to_number(text[1:]) if text.startswith("小") else Decimal(_SCALES[text[0]])
        return None if number is None else Quantity(number, number, about=True)
    if text.startswith("百十"):
        return Quantity(Decimal(100), Decimal(100), about=True)
    if (scale := _SCALES.get(text[:1], 1)) >= 100 and text[-2:] in {"八十", "八百", "八千"}:
        return Quantity(Decimal(scale) * 8 / 10, Decimal(scale))
    return None


def _between(low_text: str, high_text: str) -> Quantity | None:
    low, high = to_number(low_text), to_number(high_text)
    if low is None or high is None:
        return None
    # 二到三万 begins at 20000.
    scale = _SCALES.get(high_text[-1], 1)
    if low < 10 <= scale and low * scale < high:
        low *= scale
    return Quantity(min(low, high), max(low, high))


def _vague(number_text: str, how: str) -> Quantity | None:
    number = to_number(number_text)
    if number is None or number < 10:
        return None
    if how == "来":
        return Quantity(number, number, about=True)
    # 十几 ends at 19, 二十多 at 29, 一百多 at 199.
    zeros = len(str(int(number))) - len(str(int(number)).rstrip("0"))
    return Quantity(number, number + Decimal(10) ** zeros - 1)


def _neighbours(found: re.Match[str]) -> Quantity | None:
    """Read 两三, 三五, 十五六, 二三十 as from one to the other."""
    a, b, scale = _VALUES[found["a"]], _VALUES[found["b"]], _SCALES[found["scale"]]
    if b - a != 1 and (a, b) not in {(3, 5), (3, 2)}:
        return None
    head = to_number(found["head"]) if found["head"] else Decimal(0)
    if head is None or (found["head"] and head % 10):
        return None
    return Quantity(head + min(a, b) * scale, head + max(a, b) * scale)  # 三两天


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def in_words(number: Decimal) -> str:
    """Return the words in which a number is said (120 is 一百二十); a fraction as it is written."""
    whole = int(number)
    if whole != number or not 0 <= whole < 10**8:
        return f"{number:f}"
    myriads, rest = divmod(whole, 10_000)
    return (_below_myriad(myriads) + "万" if myriads else "") + (_below_myriad(rest) if rest or not myriads else "")


def _below_myriad(number: int) -> str:
    digits = "零一二三四五六七八九"
    text = ""
    for scale, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        text += digits[digit] + name if digit else "零" if text else ""
    text = text.rstrip("零").replace("零零", "零") or "零"
    return text[1:] if text.startswith("一十") else text
