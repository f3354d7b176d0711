"""Whether a scorecard adds up: sums of points, losses that can be, bands that cover 0 to 100 once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import pairwise

from scoring.card import FATAL_MARK, FatalError, GradeBand, Group, Item, Scorecard
from scoring.exact import rounded

FULL = Decimal(100)
ACCURACIES = ("caller", "business", "compliance")
DECIDERS = ("rules", "person")


def sums_and_bands(card: Scorecard) -> Iterator[str]:
    """Yield every problem that can only be seen across fields: what, where, what to do."""
    items, fatals = [item.code for item in card.items], [error.code for error in card.fatal_errors]
    yield from _twice("code", [*(group.code for group in card.groups), *items, *fatals])
    yield from _twice("grade", (band.name for band in card.grades))
    yield from _total(card)
    for group in card.groups:
        yield from _group(group, [item for item in card.items if item.group == group.code])
    known = {group.code: group for group in card.groups}
    for item in card.items:
        yield from _item(item, known.get(item.group))
    for fatal in card.fatal_errors:
        yield from _fatal(fatal)
    yield from _grades(card.grades)


def _twice(kind: str, names: Iterable[str]) -> Iterator[str]:
    for name, count in Counter(names).items():
        if count > 1 and name:
            yield f"{kind} {name}: stands {count} times; give each its own"


def _total(card: Scorecard) -> Iterator[str]:
    total = sum((group.points for group in card.groups), Decimal(0))
    if total != FULL:
        yield f"groups: their points add up to {total}, not 100; change the groups' points"


def _group(group: Group, items: list[Item]) -> Iterator[str]:
    total = sum((item.points for item in items), Decimal(0))
    if total != group.points:
        listed = " + ".join(f"{item.code} {item.points}" for item in items) or "no items"
        yield (
            f"group {group.code}: its items add up to {total} ({listed}), the group says {group.points}; "
            "change an item's points or the group's"
        )


def _item(item: Item, group: Group | None) -> Iterator[str]:
    where = f"item {item.code}"
    if item.code.startswith(FATAL_MARK):
        yield f"{where}: codes that begin with {FATAL_MARK} are fatal errors, which two must judge; give it another"
    if group is None:
        yield f"{where}: group {item.group!r} is not among the groups; add it there or name another"
    elif item.most > group.points:
        yield f"{where}: cap {item.most} is more than the {group.points} points of group {group.code}; lower the cap"
    yield from _losses(item, where)
    if item.decided_by not in DECIDERS:
        yield f"{where}: decided_by is {item.decided_by!r}; use rules or person"
    if item.accuracy and item.accuracy not in ACCURACIES:
        yield f"{where}: accuracy is {item.accuracy!r}; use one of {', '.join(ACCURACIES)} or leave it out"


def _losses(item: Item, where: str) -> Iterator[str]:
    """Yield what is wrong with an item's points and with what its faults cost."""
    if item.points <= 0:
        yield f"{where}: points are {item.points}; an item is worth more than 0, or leave it out"
    if item.per_fault <= 0:
        yield f"{where}: per_fault is {item.per_fault}; write what one fault costs (hint_only: true for none)"
    if item.cap is not None and item.cap < item.per_fault:
        yield f"{where}: cap {item.cap} is less than per_fault {item.per_fault}; raise the cap"
    if item.all_missing is not None and not item.per_fault <= item.all_missing <= item.most:
        yield f"{where}: all_missing {item.all_missing} must lie from per_fault {item.per_fault} to {item.most}"
    if item.corrected_loss is not None and item.corrected_loss > item.per_fault:
        yield f"{where}: corrected_loss {item.corrected_loss} is more than per_fault {item.per_fault}; lower it"


def _fatal(fatal: FatalError) -> Iterator[str]:
    where = f"fatal_errors {fatal.code}"
    if not fatal.code.startswith(FATAL_MARK):
        yield f"{where}: its code must begin with {FATAL_MARK}, which tells that two people must judge it"
    if fatal.accuracy not in ACCURACIES:
        yield f"{where}: accuracy is {fatal.accuracy!r}; use one of {', '.join(ACCURACIES)}"


def _grades(grades: tuple[GradeBand, ...]) -> Iterator[str]:
    if not grades:
        return
    if grades[-1].at_least != 0:
        yield f"grade {grades[-1].name}: begins at {grades[-1].at_least}; the last grade begins at 0, so that all fit"
    if grades[0].at_least > FULL:
        yield f"grade {grades[0].name}: begins at {grades[0].at_least}, above 100; nobody could reach it"
    if not grades[-1].failing:
        yield f"grade {grades[-1].name}: the last grade is not failing; write `failing: true` in it"
    for band in grades:
        if band.at_least != rounded(band.at_least):
            yield f"grade {band.name}: begins at {band.at_least}; scores have two decimals: {rounded(band.at_least)}"
    for better, worse in pairwise(grades):
        yield from _steps(better, worse)


def _steps(better: GradeBand, worse: GradeBand) -> Iterator[str]:
    """Yield what is wrong between a grade and the next worse one."""
    if better.at_least <= worse.at_least:
        yield (
            f"grades {better.name} (from {better.at_least}) and {worse.name} (from {worse.at_least}) overlap; "
            "list them from best to worst, each from fewer points"
        )
    if better.factor < worse.factor:
        yield f"grade {worse.name}: pays {worse.factor}, more than the better {better.name} ({better.factor})"
    if better.failing and not worse.failing:
        yield f"grade {better.name}: is failing though the worse {worse.name} is not; mend `failing`"
