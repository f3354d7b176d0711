"""Which branch of an entry a value is of, and whether that is the caller's: 本地户口二十天，外地三十天."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from qa_pipeline.language.branches import clash, conditions
from qa_pipeline.language.quantities import QUANTITY, Quantity, read_quantity
from qa_pipeline.language.values import Value
from qa_pipeline.language.words import content_words
from qa_pipeline.models import SpokenFact

_BREAK = re.compile(r"[，。；：！？,;:!?]|\d+(?:\.\d+)?(?:元|%|日|天|个|年)")
_CLAUSE = re.compile(r"[，。；：！？,;:!?]")
_SENTENCE = re.compile(r"[。；;！？!?]")
# 16周岁以上, 未满16周岁, 满1年不足5年: by how old somebody is or how long something has been, other values hold.
_STEP = re.compile(
    rf"(?P<under>不足|未满|不满|小于)?(?P<full>满)?(?P<number>{QUANTITY})个?(?P<unit>周?岁|年)(?P<bound>及?以[上下内])?"
)
# 180立方米以下每立方米2.9元: by how much is used other prices hold.
_AMOUNT = r"(?:立方米?|方|吨|度电?|千瓦时|公里|平方米?|平米?|公斤)"
_TIER = re.compile(
    rf"(?<!每)(?P<over>超过了?|超出|多出|大于|过了)?(?P<number>{QUANTITY})(?:{_AMOUNT}及?(?P<bound>以[上下内里外])?|(?<=\d)(?=的那)|(?=的那))"
)
# 八十五的一个月二百, where the entry tells its sums apart by age.
_USED = "量"
_SPOKEN = {
    "岁": re.compile(rf"(?P<number>{QUANTITY})(?:周?岁|(?=的(?!\d)))"),
    "年": re.compile(rf"(?P<number>{QUANTITY})年"),
    _USED: _TIER,
}
# Steps of age that tell children from others take any child for one of the first, any adult for one of the last.
_CHILD, _OF_A_CHILD = re.compile(r"小孩|孩子|儿童|未成年|娃娃"), Decimal(10)
_ADULT, _OF_AN_ADULT = re.compile(r"(?<!未)成年|成人|大人"), Decimal(30)
_NO_END, _JUST_UNDER = Decimal(150), Decimal("0.01")
_NO_LIMIT = Decimal(10**9)
_NO_LABEL = re.compile(
    r"\d|公里|^(?:不|最|每|为|超过|以上|以下|之内|办结|办理|收费|费用|标准|比例|时间|工作日|高于|低于|发放|领取|缴纳)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """From how many years of age (岁) or of something else (年) to how many a value is for, both included."""

    unit: str
    low: Decimal
    high: Decimal


class Relation(StrEnum):
    """How a said value's branch stands to a fact's.

    FREE: the fact has no branch. SAME: it was said of that branch. FOREIGN: of another. OPEN: nobody said of which.
    """

    FREE = "free"
    SAME = "same"
    FOREIGN = "foreign"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Branches:
    """The branches of one fact (axis → branch), as far as they tell its value from others of its kind in the entry.

    ``labels`` are words that stand before its value and before no other of its kind (硕士每月1000元), ``others`` those
    of the others: branches that no list knows. ``step`` are the years of age, or of whatever is counted, that its value
    is for (80至89周岁每月50元, 满5年不足10年的最长18个月).
    """

    fact: Mapping[str, str] = field(default_factory=dict)
    caller: Mapping[str, str] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    step: Step | None = None

    @property
    def known(self) -> bool:
        """Whether anything tells the fact's value from others of its kind."""
        return bool(self.fact or self.labels or self.step)

    @property
    def elsewhere(self) -> bool:
        """Whether the caller is in another branch."""
        return clash(self.fact, self.caller)

    def relation(self, said: SpokenFact, clause: str = "", before: str = "") -> Relation:
        """Return how a said value stands: by its own branch, else by the caller's, else by the words of its clause.

        ``before`` is the clause before its own, in which a step may be named (十二岁的小孩，也是十年).
        """
        if self.step is not None and (number := _number_in(clause, before, said.text, self.step.unit)) is not None:
            return Relation.SAME if self.step.low <= number <= self.step.high else Relation.FOREIGN
        if not self.fact:
            own = any(word in clause for word in self.labels)
            other = any(word in clause for word in self.others)
            return Relation.FREE if own == other else Relation.SAME if own else Relation.FOREIGN
        spoken = {**self.caller, **conditions(said.condition)}
        if clash(self.fact, spoken):
            return Relation.FOREIGN
        return Relation.SAME if self.fact.keys() <= spoken.keys() else Relation.OPEN


def branches_of(text: str, own: Sequence[Value], alike: Sequence[Value], caller: Mapping[str, str]) -> Branches:
    """Return the branches of a fact.

    Args:
        text: The entry's, in which the values stand.
        own: The values of the entry's text that are the fact.
        alike: All values of its kind and slot in the text.
        caller: What the caller said of themselves, axis → branch.
    """
    axes = _telling(alike)
    held = [{axis: term for axis, term in conditions(value.condition).items() if axis in axes} for value in own]
    fact = held[0] if held and all(one == held[0] for one in held) else {}
    mine = [words_before(text, value) for value in own]
    rest = [words_before(text, value) for value in alike if value not in own]
    everybody = frozenset().union(*rest)
    step = _step(alike, text, own[0]) if own and rest else None
    labels = frozenset.intersection(*mine) - everybody if mine and rest else frozenset()
    others = frozenset(word for words in rest for word in words if not any(word in said for said in mine))
    return Branches(
        fact,
        {axis: term for axis, term in caller.items() if axis in fact},
        labels,
        others if labels else frozenset(),
        step,
    )


def _step(alike: Sequence[Value], text: str, value: Value) -> Step | None:
    """Return the step named before a value, where the other values of its kind have steps of the same unit too."""
    steps = {other: _step_of(text, other, alike) for other in alike}
    own = steps.get(value)
    if own is None:
        return None
    return own if len({one for one in steps.values() if one is not None and one.unit == own.unit}) > 1 else None


def _step_of(text: str, value: Value, alike: Sequence[Value]) -> Step | None:
    """Return the step in a value's clause, else in the clause before it of the same sentence and of no other value."""
    since = max((other.end for other in alike if other.end <= value.start), default=0)
    pieces = _CLAUSE.split(_SENTENCE.split(text[since : value.start])[-1])
    return next((step for piece in reversed(pieces[-2:]) if (step := _step_in(piece)) is not None), None)


def _step_in(piece: str) -> Step | None:
    low, high, unit = Decimal(0), _NO_END, ""
    for found in _STEP.finditer(piece):
        number, bound = read_quantity(found["number"]), found["bound"] or ""
        years = found["unit"] == "年"
        if number is None or (years and not (found["under"] or found["full"] or bound)):
            continue
        unit = "年" if years else "岁"
        if found["under"]:
            high = number.high - _JUST_UNDER
        elif number.low != number.high:
            low, high = number.low, number.high
        elif bound.endswith(("下", "内")):
            high = number.high
        else:
            low = number.low
    return Step(unit, low, high) if unit else _tier_in(piece)


def _tier_in(piece: str) -> Step | None:
    """Return from how much to how much of what is used a price is for; None where a piece bounds no amount."""
    for found in _TIER.finditer(piece):
        number, bound = read_quantity(found["number"]), found["bound"] or ""
        if number is None or number.high <= 1:
            continue  # 每立方米 and 一方 are what a price is for
        if number.low != number.high:
            return Step(_USED, number.low + _JUST_UNDER, number.high)  # 300 is of 300以下, not of 300至500
        if bound.endswith(("下", "内", "里")):
            return Step(_USED, Decimal(0), number.high)
        if bound or found["over"]:
            return Step(_USED, number.low + _JUST_UNDER, _NO_LIMIT)
    return None


def _number_in(clause: str, before: str, said: str, unit: str) -> Decimal | None:
    """Return the one number of years named before a value; None for a range, which may be of several steps."""
    if unit == _USED:
        return _used(clause.partition(said)[0]) or _used(before)
    found = list(_SPOKEN[unit].finditer(clause.partition(said)[0]))
    found = found or [one for one in _SPOKEN[unit].finditer(before) if one[0].endswith(unit)]
    if not found and unit == "岁":
        return _of_people(clause.partition(said)[0])
    quantity = read_quantity(found[-1]["number"]) if found else None
    return quantity.low if quantity is not None and quantity.low == quantity.high else None


def _used(named: str) -> Decimal | None:
    """Return an amount of what somebody said to be used: 一百八十方以内 is 180, 多出一百八的 just over it."""
    tiers = [(found, number) for found in _TIER.finditer(named) if (number := _more_than_one(found["number"]))]
    # Of 多出一百八的那二十吨 the twenty tons lie over the hundred and eighty.
    tiers = [one for one in tiers if one[0]["over"]] or tiers
    if not tiers:
        return None
    found, number = tiers[-1]
    over = found["over"] or (found["bound"] or "").endswith(("上", "外"))
    return (number.low + number.high) / 2 + (_JUST_UNDER if over else 0)


def _more_than_one(said: str) -> Quantity | None:
    number = read_quantity(said)
    return number if number is not None and number.high > 1 else None


def _of_people(named: str) -> Decimal | None:
    """Return an age that stands for children or for adults, where one of both is named."""
    if _CHILD.search(named):
        return _OF_A_CHILD
    return _OF_AN_ADULT if _ADULT.search(named) else None


def words_before(text: str, value: Value) -> frozenset[str]:
    """Return the words that name what a value is of: those before it in its clause, after the value before it."""
    clause = _BREAK.split(text[: value.start])[-1]
    return frozenset(word for word in content_words(clause) if not _NO_LABEL.search(word))


def _telling(alike: Iterable[Value]) -> set[str]:
    """Return the axes on which the entry gives different values to different branches."""
    by_axis: dict[str, dict[str, set[tuple[str, str]]]] = {}
    for value in alike:
        for axis, term in conditions(value.condition).items():
            by_axis.setdefault(axis, {}).setdefault(term, set()).add((value.value, value.unit))
    return {
        axis
        for axis, terms in by_axis.items()
        if len(terms) > 1 and any(a != b for a in terms.values() for b in terms.values())
    }
