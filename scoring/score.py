"""From verdicts on items to the points of one call.

Each verdict speaks of one finding (one rule, or one item where a person judged the item as a whole). A person's verdict
takes the place of the machine's before it comes here (`qa_pipeline.assessment.item_verdicts`). Nothing depends on the
order of the verdicts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from scoring.card import Item, Scorecard
from scoring.exact import rounded_ratio
from scoring.outcome import Outcome, Standing

NOTHING = Decimal(0)
REVIEWERS_FOR_FATAL = 2


@dataclass(frozen=True, slots=True)
class ItemVerdict:
    """What one rule, or a person in its place, said of one item (or fatal error) of one call.

    ``person`` is True where a person decided; a person's verdict counts whatever the ``standing``.
    ``reviewers`` are the people who decided the same (fatal errors need two, each without seeing the other's verdict).
    """

    item: str
    outcome: Outcome
    faults: int = 0
    parts: int | None = None
    corrected: bool = False
    standing: Standing = Standing.DEDUCT
    person: bool = False
    reviewers: tuple[str, ...] = ()


class ItemState(StrEnum):
    """Where an item of one call stands.

    DECIDED by a person; MACHINE: by rules alone, nobody has looked; OPEN: waits for a person (undetermined, advice
    only, or no rule); NOT_APPLICABLE leaves the denominator.
    """

    DECIDED = "decided"
    MACHINE = "machine"
    OPEN = "open"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ItemScore:
    """One item's points.

    ``lost`` is the loss as it stands (what is open costs nothing); ``lost_max`` and ``lost_min`` if all that is open
    or unreviewed went against, or for, the operator.
    """

    code: str
    group: str
    points: Decimal
    lost: Decimal
    lost_min: Decimal
    lost_max: Decimal
    state: ItemState
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SectionScore:
    """One group: ``points`` of ``possible`` after not-applicable items left; all None where the group emptied."""

    code: str
    possible: Decimal
    points: Decimal | None
    points_low: Decimal | None
    points_high: Decimal | None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The points of one call, 0–100 with two decimals.

    ``points`` is the score as it stands: what is open costs nothing, what rules with standing took is taken.
    ``points_low`` and ``points_high`` bound it by what is open or not yet reviewed (a suspected fatal error makes
    ``points_low`` 0). ``suspected`` are fatal errors raised and not decided; ``fatal`` those that two people confirmed
    (then all three are 0). ``open_items`` wait for a person.
    """

    scorecard_version: str
    items: tuple[ItemScore, ...]
    sections: tuple[SectionScore, ...]
    points: Decimal
    points_low: Decimal
    points_high: Decimal
    suspected: tuple[str, ...]
    fatal: tuple[str, ...]
    open_items: tuple[str, ...]


def score_call(card: Scorecard, verdicts: Sequence[ItemVerdict]) -> Evaluation:
    """Score one call.

    An item whose verdicts are all NOT_APPLICABLE leaves the denominator of its group: the group's points are those
    earned over those possible times the group's. A group that empties leaves the total, and the rest is scaled to 100.
    Where nothing at all applies nothing was lost: 100.00, with every section None.

    A fatal error needs two different people in one verdict; raised by less it is only suspected. An undetermined check
    for a fatal error is open and not suspected.

    Args:
        card: The scorecard of the call's month.
        verdicts: In any order; an item without any waits for a person.

    Raises:
        ValueError: A verdict names an item that the scorecard does not have, or less than 0 faults.
    """
    said = _by_item(card, verdicts)
    items = tuple(_item(item, said[item.code]) for item in card.items)
    fatals = {error.code: said[error.code] for error in card.fatal_errors}
    fatal = tuple(code for code, words in fatals.items() if any(_is_fatal(v) for v in words))
    suspected = tuple(code for code in fatals if code not in fatal and _any(Outcome.FAIL, fatals[code]))
    unsure = tuple(code for code in fatals if _any(Outcome.UNDETERMINED, fatals[code]))
    sections = _sections(card, items)
    return Evaluation(
        scorecard_version=card.version,
        items=items,
        sections=sections,
        points=NOTHING if fatal else _total(card, sections, [section.points for section in sections]),
        points_low=(
            NOTHING if fatal or suspected else _total(card, sections, [section.points_low for section in sections])
        ),
        points_high=NOTHING if fatal else _total(card, sections, [section.points_high for section in sections]),
        suspected=suspected,
        fatal=fatal,
        open_items=(*(item.code for item in items if item.state is ItemState.OPEN), *unsure),
    )


def _by_item(card: Scorecard, verdicts: Iterable[ItemVerdict]) -> Mapping[str, list[ItemVerdict]]:
    said: dict[str, list[ItemVerdict]] = {item.code: [] for item in card.items}
    said.update((error.code, []) for error in card.fatal_errors)
    for verdict in verdicts:
        if verdict.item not in said:
            raise ValueError(f"scorecard {card.version}: no item {verdict.item!r}; it has {', '.join(sorted(said))}")
        if verdict.faults < 0:
            raise ValueError(f"item {verdict.item}: {verdict.faults} faults; a count begins at 0")
        said[verdict.item].append(verdict)
    return said


def _is_fatal(verdict: ItemVerdict) -> bool:
    return verdict.person and verdict.outcome is Outcome.FAIL and len(set(verdict.reviewers)) >= REVIEWERS_FOR_FATAL


def _any(outcome: Outcome, verdicts: Iterable[ItemVerdict]) -> bool:
    return any(verdict.outcome is outcome for verdict in verdicts)


def _item(item: Item, verdicts: Sequence[ItemVerdict]) -> ItemScore:
    if len(verdicts) == 1 and verdicts[0].outcome is Outcome.PASS:
        # What most verdicts of a month are, taken out before the general case: it comes to the same.
        state = ItemState.DECIDED if verdicts[0].person else ItemState.MACHINE
        return ItemScore(item.code, item.group, item.points, NOTHING, NOTHING, NOTHING, state)
    applicable = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    fails = [v for v in applicable if v.outcome is Outcome.FAIL]
    # Without a verdict, or with one that could not tell, anything up to the cap may still be found.
    unknown = not verdicts or _any(Outcome.UNDETERMINED, applicable)
    most = item.most if unknown else NOTHING
    state = _state(item, verdicts, applicable)
    if not fails:
        return ItemScore(item.code, item.group, item.points, NOTHING, NOTHING, most, state)
    return ItemScore(
        code=item.code,
        group=item.group,
        points=item.points,
        lost=_capped(item, (v for v in fails if not waits(item, v))),
        lost_min=_capped(item, (v for v in fails if v.person)),
        lost_max=most if unknown else _capped(item, fails),
        state=state,
        reasons=_reasons(item, fails),
    )


def _state(item: Item, verdicts: Sequence[ItemVerdict], applicable: Sequence[ItemVerdict]) -> ItemState:
    if verdicts and not applicable:
        return ItemState.NOT_APPLICABLE
    if item.hint_only:
        # A hint costs nothing either way, so nobody needs to be asked about it.
        return ItemState.DECIDED if any(v.person for v in applicable) else ItemState.MACHINE
    if not verdicts or any(waits(item, v) for v in applicable):
        return ItemState.OPEN
    return ItemState.DECIDED if all(v.person for v in applicable) else ItemState.MACHINE


def waits(item: Item, verdict: ItemVerdict) -> bool:
    """Whether a verdict costs nothing until a person has looked."""
    if verdict.outcome is Outcome.UNDETERMINED:
        return True
    advice = verdict.standing is Standing.ADVISE or item.decided_by == "person"
    return verdict.outcome is Outcome.FAIL and advice and not verdict.person


def _capped(item: Item, fails: Iterable[ItemVerdict]) -> Decimal:
    return min(item.most, sum((_loss(item, verdict) for verdict in fails), NOTHING))


def _loss(item: Item, verdict: ItemVerdict) -> Decimal:
    faults = max(1, verdict.faults)
    if verdict.corrected and item.corrected_loss is not None:
        return item.corrected_loss * faults
    if item.all_missing is not None and verdict.parts is not None and faults >= verdict.parts:
        return item.all_missing
    return item.per_fault * faults


def _reasons(item: Item, fails: Sequence[ItemVerdict]) -> tuple[str, ...]:
    """Return how the item's loss came about, and that it was capped where the faults would have cost more."""
    said = tuple(sorted(_words(item, verdict) for verdict in fails))
    over = not item.hint_only and sum((_loss(item, verdict) for verdict in fails), NOTHING) > item.most
    return (*said, f"本项封顶 {item.most} 分") if over else said


def _words(item: Item, verdict: ItemVerdict) -> str:
    """Return how one verdict's loss came about, in the words that the operator reads."""
    if item.hint_only:
        return "仅提示，不扣分"
    faults, loss = max(1, verdict.faults), _loss(item, verdict)
    each = f"{faults} 处，扣 {loss} 分"
    if verdict.corrected and item.corrected_loss is not None:
        each = f"{faults} 处，已自行更正，扣 {loss} 分"
    by = "人工判定" if verdict.person else "待人工判定" if waits(item, verdict) else "规则判定"
    return f"{by}：{each}"


def _sections(card: Scorecard, items: Iterable[ItemScore]) -> tuple[SectionScore, ...]:
    by_group: dict[str, list[ItemScore]] = {group.code: [] for group in card.groups}
    for item in items:
        if item.state is not ItemState.NOT_APPLICABLE:
            by_group[item.group].append(item)
    return tuple(_section(code, mine) for code, mine in by_group.items())


def _section(code: str, applicable: Sequence[ItemScore]) -> SectionScore:
    """Return points earned and possible over the items that apply; earned is never below 0."""
    possible = sum((item.points for item in applicable), NOTHING)
    if not possible:
        return SectionScore(code, possible, None, None, None)
    lost = sum((item.lost for item in applicable), NOTHING)
    most = sum((item.lost_max for item in applicable), NOTHING)
    least = sum((item.lost_min for item in applicable), NOTHING)
    return SectionScore(
        code, possible, max(NOTHING, possible - lost), max(NOTHING, possible - most), max(NOTHING, possible - least)
    )


def _total(card: Scorecard, sections: Sequence[SectionScore], earned: Sequence[Decimal | None]) -> Decimal:
    """Return ``sum(earned/possible * weight) / sum(weight) * 100``, exact before its one rounding."""
    # Whole numbers over one denominator: the same fraction as with Fraction, which would seek a common divisor at each
    # step and take nine tenths of the time of a month.
    top, bottom, weights = 0, 1, NOTHING
    for group, section, points in zip(card.groups, sections, earned, strict=True):
        if points is None:
            continue
        (got, got_of), (could, could_of) = points.as_integer_ratio(), section.possible.as_integer_ratio()
        weight, weight_of = group.points.as_integer_ratio()
        part_top, part_bottom = got * could_of * weight, got_of * could * weight_of
        top, bottom = top * part_bottom + part_top * bottom, bottom * part_bottom
        weights += group.points
    if not weights:
        return rounded_ratio(100, 1)
    whole, whole_of = weights.as_integer_ratio()
    return rounded_ratio(top * 100 * whole_of, bottom * whole)
