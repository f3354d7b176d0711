"""From the verdicts on one item to what it lost, at least, as things stand, and at most."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from scoring.card import Item
from scoring.evaluation import ItemScore, ItemState, ItemVerdict
from scoring.outcome import Outcome, Standing

NOTHING = Decimal(0)


def item_score(item: Item, verdicts: Sequence[ItemVerdict]) -> ItemScore:
    """Return one item's points from all that was said of it, in any order."""
    if len(verdicts) == 1 and verdicts[0].outcome is Outcome.PASS:
        # What most verdicts of a month are, taken out before the general case: it comes to the same.
        state = ItemState.DECIDED if verdicts[0].person else ItemState.MACHINE
        return ItemScore(item.code, item.group, item.points, NOTHING, NOTHING, NOTHING, state)
    applicable = [v for v in verdicts if v.outcome is not Outcome.NOT_APPLICABLE]
    fails = [v for v in applicable if v.outcome is Outcome.FAIL]
    # Without a verdict, or with one that could not tell, anything up to the cap may still be found.
    unknown = not verdicts or any(v.outcome is Outcome.UNDETERMINED for v in applicable)
    outside = _is_outside(item, verdicts) and bool(applicable)
    return ItemScore(
        code=item.code,
        group=item.group,
        points=item.points,
        lost=_capped(item, (v for v in fails if not waits(item, v))),
        lost_min=_capped(item, (v for v in fails if v.person)),
        lost_max=item.most if unknown else _capped(item, fails),
        state=_state(item, verdicts, applicable),
        reasons=_reasons(item, fails),
        outside=outside and not item.hint_only,
    )


def _is_outside(item: Item, verdicts: Iterable[ItemVerdict]) -> bool:
    """Whether all that was settled says that the item does not apply, whatever else waits for a person."""
    settled = [v.outcome for v in verdicts if not waits(item, v)]
    return bool(settled) and all(outcome is Outcome.NOT_APPLICABLE for outcome in settled)


def may_leave(item: Item, verdicts: Iterable[ItemVerdict]) -> bool:
    """Whether a word that is still asked for may say that the item does not apply: nothing says for sure that it does.

    Of a hint nobody is asked.
    """
    sure = (v.outcome is Outcome.PASS or (v.outcome is Outcome.FAIL and v.person) for v in verdicts)
    return not item.hint_only and not any(sure)


def _state(item: Item, verdicts: Sequence[ItemVerdict], applicable: Sequence[ItemVerdict]) -> ItemState:
    if verdicts and not applicable:
        return ItemState.NOT_APPLICABLE
    if item.hint_only and _is_outside(item, verdicts):
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
