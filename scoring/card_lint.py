"""What of a scorecard loads and is probably not meant: in words for who writes it (Chinese)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from scoring.adding_up import ACCURACIES
from scoring.card import Item, Scorecard
from scoring.effective import first_month

ACCURACY_NAMES = dict(zip(ACCURACIES, ("来电人关键", "业务关键", "合规关键"), strict=True))


def lint_card(card: Scorecard) -> tuple[str, ...]:
    """Return what is probably a mistake: where it is, what follows from it, what to do."""
    return (*_dates(card), *_names(card), *(said for item in card.items for said in _item(item)), *_whole(card))


def _dates(card: Scorecard) -> Iterator[str]:
    if card.effective_from.day != 1:
        yield (
            f"effective_from：{card.effective_from} 不是月初；一个月只按一份评分标准，"
            f"本标准从 {first_month(card)} 起适用，建议写成该月 1 日"
        )


def _names(card: Scorecard) -> Iterator[str]:
    for name, count in Counter(item.name for item in card.items).items():
        if count > 1:
            codes = "、".join(item.code for item in card.items if item.name == name)
            yield f"{codes}：名称都是“{name}”，报表上分不清；请改名"


def _item(item: Item) -> Iterator[str]:
    where = f"{item.code} {item.name}"
    if item.hint_only:
        if item.accuracy:
            yield f"{where}：只提示不扣分，却写了 accuracy，永远不会计入；请删去 accuracy"
        return
    # A cap above the points is written on purpose: the rest is taken from the group (A6).
    if item.cap is None and item.per_fault > item.points:
        yield f"{where}：每处扣 {item.per_fault} 分，超过本项 {item.points} 分，多出的永远扣不到；请改小或写 cap"
    if item.corrected_loss == item.per_fault:
        yield f"{where}：自行更正后仍扣 {item.corrected_loss} 分，与不更正相同；请改小或删去 corrected_loss"


def _whole(card: Scorecard) -> Iterator[str]:
    if all(band.failing for band in card.grades):
        yield "grades：所有等次都不合格，无人能够合格；请给合格的等次去掉 failing"
    if all(band.factor <= 1 for band in card.grades):
        yield "grades：没有系数大于 1 的等次，只罚不奖；“奖优罚劣”要求对优秀者给予奖励"
    kinds = {item.accuracy for item in card.items} | {fatal.accuracy for fatal in card.fatal_errors}
    for kind, name in ACCURACY_NAMES.items():
        if kind not in kinds:
            yield f"{name}准确率：没有任何评分项或一票否决计入（accuracy: {kind}），报表上将永远是 100%"
    if all(item.hint_only or item.decided_by == "person" for item in card.items):
        yield "items：没有一项由规则判定，所有通话都要由人逐项评分"
