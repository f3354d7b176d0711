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
_AGE = re.compile(rf"(?P<age>{QUANTITY})周?岁(?P<bound>以[上下内])?")
# 八十五的一个月二百, where the entry tells its sums apart by age.
_SPOKEN_AGE = re.compile(rf"(?P<age>{QUANTITY})(?:周?岁|(?=的(?!\d)))")
_NO_LABEL = re.compile(
    r"\d|^(?:不|最|每|为|超过|以上|以下|之内|办结|办理|收费|费用|标准|比例|时间|工作日|高于|低于|发放|领取|缴纳)"
)


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
    of the others: branches that no list knows. ``ages`` are the years of age that its value is for
    (80至89周岁每月50元).
    """

    fact: Mapping[str, str] = field(default_factory=dict)
    caller: Mapping[str, str] = field(default_factory=dict)
    labels: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    ages: Quantity | None = None

    @property
    def known(self) -> bool:
        """Whether anything tells the fact's value from others of its kind."""
        return bool(self.fact or self.labels or self.ages)

    @property
    def elsewhere(self) -> bool:
        """Whether the caller is in another branch."""
        return clash(self.fact, self.caller)

    def relation(self, said: SpokenFact, clause: str = "") -> Relation:
        """Return how a said value stands: by its own branch, else by the caller's, else by the words of its clause."""
        if self.ages is not None and (age := _age_in(clause, said.text)) is not None:
            return Relation.SAME if self.ages.low <= age <= self.ages.high else Relation.FOREIGN
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
    ages = _ages(alike, text, own[0]) if own and rest else None
    labels = frozenset.intersection(*mine) - everybody if mine and rest else frozenset()
    others = frozenset(word for words in rest for word in words if not any(word in said for said in mine))
    return Branches(
        fact,
        {axis: term for axis, term in caller.items() if axis in fact},
        labels,
        others if labels else frozenset(),
        ages,
    )


def _ages(alike: Sequence[Value], text: str, value: Value) -> Quantity | None:
    """Return the ages named before a value in its clause, where the other values of its kind have ages too."""
    spans = {other: _age_range(text, other) for other in alike}
    return spans.get(value) if len({span for span in spans.values() if span is not None}) > 1 else None


def _age_range(text: str, value: Value) -> Quantity | None:
    clause = _CLAUSE.split(text[: value.start])[-1]
    found = list(_AGE.finditer(clause))
    quantity = read_quantity(found[-1]["age"]) if found else None
    if quantity is None or quantity.low != quantity.high:
        return quantity
    below = found[-1]["bound"] in {"以下", "以内"}
    return Quantity(Decimal(0), quantity.high) if below else Quantity(quantity.low, Decimal(150))


def _age_in(clause: str, said: str) -> Decimal | None:
    """Return the one age that stands in a clause before a value; None for a range, which may be of several branches."""
    found = list(_SPOKEN_AGE.finditer(clause.partition(said)[0]))
    quantity = read_quantity(found[-1]["age"]) if found else None
    return quantity.low if quantity is not None and quantity.low == quantity.high else None


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
