"""A month by other standards, as lines of text (Chinese)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal

from qa_pipeline.assessment import FalseFlags, MonthView, OperatorMonth
from qa_pipeline.cli.changes import rule_lines, table
from qa_pipeline.trial.other_sizes import Basis, MonthAtSize, OperatorAtSize, grades_between
from qa_pipeline.trial.outlook import OperatorChange, Side, Sureness, WhatIf
from scoring.card_changes import told as card_told
from scoring.pay import scheme_changes
from scoring.scorecard import Scorecard
from scoring.strikes import RETRAINING_WORDS, StrikeState, StrikeStatus
from scoring.strikes import WORDS as FOR_REVIEW

SURENESS = {Sureness.SAME: "等次不变", Sureness.SURE: "等次会变", Sureness.OPEN: "可能会变（待复核）"}
BASIS = {
    Basis.FIRST: "实际：种子排在最前的几通",
    Basis.ALL: "实际：已听的就是这些，或再无可听的",
    Basis.ESTIMATE: "估计",
    Basis.UNKNOWN: "计分通话太少，无从估计",
}
NONE = "—"


def what_if_lines(found: WhatIf) -> Iterator[str]:
    """Yield a what-if for people to read."""
    yield f"{found.month} 月如果改用以下标准（只是假设，没有写入任何结果）"
    yield from (f"  {line}" for line in _differences(found))
    yield from _cautions(found)
    number = iter("一二三四五六七八九十")
    if found.otherwise:
        yield from ("", f"{next(number)}、{_operators_title(found)}", *_operators(found.operators))
        yield from ("", f"{next(number)}、全中心", *_centre(found.old, found.new))
        yield from ("", f"{next(number)}、复核量", *_work(found))
    by = "（按以上新标准）" if found.otherwise else ""
    for size in found.sizes:
        yield from (
            "",
            f"{next(number, '又')}、每人 {size.calls} 通{by}",
            *_size(found, size),
        )


def _differences(found: WhatIf) -> Iterator[str]:
    old, new = found.old, found.new
    if found.asked.card is not None:
        yield from card_told(old.card, new.card)
    if old.ruleset is not None and new.ruleset is not None:
        yield f"规则集 {old.ruleset.version} → {new.ruleset.version}：" + (
            f"{len(found.rules)} 条规则不同" if found.rules else "规则没有不同"
        )
        yield from rule_lines(found.rules)
    if found.asked.scheme is not None:
        changes = scheme_changes(old.scheme, new.scheme)
        yield f"绩效方案 {old.scheme.version} → {new.scheme.version}" + ("" if changes else "：内容没有变化")
        yield from (f"  {line}" for line in changes)
    if found.sizes:
        yield f"每人听 {'、'.join(str(size.calls) for size in found.sizes)} 通"


def _cautions(found: WhatIf) -> Iterator[str]:
    if found.closed_at is not None:
        yield f"注意：该月已于 {found.closed_at:%Y-%m-%d} 结账，以下只是假设，结账结果不会变"
    if found.n_unheard:
        yield f"注意：{found.n_unheard} 通抽中的通话还没有质检结果，不在两边的计算之内"
    if found.unjudged_items:
        yield f"注意：新增评分项 {'、'.join(found.unjudged_items)} 没有规则判过，每通都待人工判定"
    if found.moved:
        yield (
            f"注意：{len(found.moved)} 人的“原来”与该月记录不同（结账后有申诉裁定，或质检后程序、知识库、规则有改动），"
            f"以下两边都是现在重算的：{'、'.join(found.moved[:5])}{'等' if len(found.moved) > 5 else ''}"
        )


def _operators_title(found: WhatIf) -> str:
    if not found.operators:
        return "话务员：没有人的分数、等次、绩效或连续不合格有变化"
    counts = Counter(change.sureness for change in found.operators)
    said = "，".join(f"{SURENESS[one]} {counts[one]} 人" for one in Sureness if counts[one])
    return f"话务员：{len(found.operators)} 人有变化（{said}）"


def _operators(changes: Sequence[OperatorChange]) -> Iterator[str]:
    for change in changes:
        old, new = change.old, change.new
        grades = _both(old.grade or NONE, new.grade or NONE)
        said = "" if change.sureness is Sureness.SAME else f"，{SURENESS[change.sureness]}"
        yield f"  {new.operator.operator_id} {new.operator.name}  等次 {grades}{said}"
        yield from (f"      {line}" for line in _figures(old, new))


def _figures(old: OperatorMonth, new: OperatorMonth) -> Iterator[str]:
    open_to = _both(_span(old.mean_low, old.mean_high), _span(new.mean_low, new.mean_high))
    by_chance = _both(_span(old.interval_low, old.interval_high), _span(new.interval_low, new.interval_high))
    yield f"均分 {_both(_points(old.mean), _points(new.mean))}；复核可能移动的范围 {open_to}；95% 区间 {by_chance}"
    if old.n_heard != new.n_heard:
        yield f"计分通话 {_both(old.n_heard, new.n_heard, ' 通')}"
    if old.pay != new.pay:
        yield f"绩效 {_both(_points(old.pay), _points(new.pay), ' 元')}"
    if old.failing != new.failing or old.strike != new.strike:
        failing = _both(*("不合格" if line.failing else "合格" for line in (old, new)))
        yield f"本月 {failing}；连续不合格 {_both(_strike(old.strike), _strike(new.strike))}"


def _strike(state: StrikeState) -> str:
    said = {StrikeStatus.FOR_REVIEW: FOR_REVIEW, StrikeStatus.RETRAINING_FIRST: RETRAINING_WORDS}
    return said.get(state.status, f"{state.run_if_lost} 月" if state.run_if_lost else "无")


def _centre(old: Side, new: Side) -> Iterator[str]:
    was, now = old.view.centre, new.view.centre
    intervals = _both(_span(was.interval_low, was.interval_high), _span(now.interval_low, now.interval_high))
    yield f"  均分 {_both(_points(was.mean), _points(now.mean))}，95% 区间 {intervals}"
    yield f"  等次 {_both(_grades(old.card, old.view), _grades(new.card, new.view))}"
    yield f"  绩效合计 {_pay(old, new)}"
    if now.false_flags is not None:
        yield f"  {_flags(now.false_flags)}（与标准无关，只随通数变）"


def _pay(old: Side, new: Side) -> str:
    without = sum(line.pay is None for line in new.view.operators)
    left = f"；{without} 人未定（没有财务条件或没有等次），不在合计内" if without else ""
    if old.pay is None and new.pay is None:
        return f"未算{left}"
    more = f"（{new.pay - old.pay:+.2f}）" if old.pay is not None and new.pay is not None and old.pay != new.pay else ""
    return f"{_both(_points(old.pay), _points(new.pay), ' 元')}{more}{left}"


def _grades(card: Scorecard, view: MonthView) -> str:
    counts = Counter(line.grade for line in view.operators)
    graded = [f"{band.name} {counts[band.name]}" for band in card.grades if counts[band.name]]
    return "、".join([*graded, *([f"未评 {counts[None]}"] if counts[None] else [])])


def _flags(flags: FalseFlags) -> str:
    return (
        f"误伤：每月 {flags.n} 通时，真实合格率 95% 的人一年内被误判连续三次的机会，只看合格率 {flags.naive:.2%}"
        f"（{flags.operators} 人中至少一人 {flags.naive_anybody:.1%}），按区间判定 {flags.gated:.4%}"
        f"（至少一人 {flags.gated_anybody:.2%}）"
    )


def _work(found: WhatIf) -> Iterator[str]:
    old, new = found.old, found.new
    was, now = old.load, new.load
    yield f"  待人工判定 {_counts(was.waiting, now.waiting, ' 条')}"
    yield f"  规则已扣而无人复核 {_counts(was.unreviewed, now.unreviewed, ' 条')}"
    calls = _counts(old.view.centre.n_open, new.view.centre.n_open, " 通")
    hours = _both(f"{old.hours:.1f}", f"{new.hours:.1f}", " 小时")
    yield f"  有待判定内容的通话 {calls}，听音约 {hours}（时长 × {found.handling:g}）"


def _size(found: WhatIf, size: MonthAtSize) -> Iterator[str]:
    rows: list[tuple[str, ...]] = [
        ("工号", "姓名", "通数", "均分", "95% 区间", "等次", "区间内的等次", "与已听通数比", "依据")
    ]
    now = {line.operator.operator_id: line for line in found.new.view.operators}
    rows += [_at_size(one, now[one.line.operator.operator_id], found.new.card) for one in size.operators]
    yield from table(rows)
    chances = [one.otherwise for one in size.operators if one.otherwise is not None]
    if chances:
        yield (
            f"  估计约 {sum(chances):.1f} 人的等次会不同（{len(chances)} 人是估计的）。估计假定多听的通话与已听的"
            "一样分布，离散程度取本月全中心按人合并的标准差；真实结果要听了才知道"
        )
    if size.false_flags is not None:
        yield f"  {_flags(size.false_flags)}"
    hours = _both(f"{found.new.hours:.1f}", f"{size.hours:.1f}", " 小时")
    about = "（多出的通话按现有比例估计）" if chances else ""
    yield f"  有待判定内容的通话听音约 {hours}（时长 × {found.handling:g}）{about}"


def _at_size(one: OperatorAtSize, now: OperatorMonth, card: Scorecard) -> tuple[str, ...]:
    line = one.line
    grades = grades_between(card, one.low, one.high)
    return (
        line.operator.operator_id,
        line.operator.name,
        str(one.calls),
        _points(line.mean),
        _span(one.low, one.high),
        line.grade or NONE,
        "、".join(grades) or NONE,
        _otherwise(one, now),
        BASIS[one.basis],
    )


def _otherwise(one: OperatorAtSize, now: OperatorMonth) -> str:
    if one.otherwise is not None:
        return f"不同的机会约 {one.otherwise:.0%}"
    if one.basis is Basis.UNKNOWN:
        return NONE
    return "相同" if one.line.grade == now.grade else f"不同（{now.grade or NONE}）"


def _both(old: object, new: object, unit: str = "") -> str:
    return f"{old}{unit}（不变）" if old == new else f"{old} → {new}{unit}"


def _counts(old: int, new: int, unit: str) -> str:
    return _both(old, new, unit) + (f"（{new - old:+d}）" if old != new else "")


def _points(value: Decimal | None) -> str:
    return NONE if value is None else f"{value:.2f}"


def _span(low: Decimal | None, high: Decimal | None) -> str:
    return NONE if low is None or high is None else f"{low:.2f}–{high:.2f}"
