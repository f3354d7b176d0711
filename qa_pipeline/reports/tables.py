"""The tables of the workbook."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from qa_pipeline.assessment import MonthView, OperatorMonth
from qa_pipeline.models import Commitment, DrawReason, MonthData
from qa_pipeline.reports.case_mix import HostileShare, hostile_shares
from qa_pipeline.reports.month_page import CallRow, call_rows, provenance
from qa_pipeline.reports.words import percent, points
from scoring.effects import effects, formula
from scoring.grades import passing_line
from scoring.scorecard import Scorecard
from scoring.strikes import RETRAINING_WORDS, WORDS, StrikeStatus

REASONS = {
    DrawReason.RANDOM: "随机",
    DrawReason.REPLACEMENT: "替补",
    DrawReason.REPLACED: "已替换",
    DrawReason.RISK: "风险补充",
}
STATUSES = {
    StrikeStatus.NONE: "无",
    StrikeStatus.COUNTING: "计数中",
    StrikeStatus.HELD: "申诉未决，暂缓",
    StrikeStatus.RETRAINING_FIRST: RETRAINING_WORDS,
    StrikeStatus.FOR_REVIEW: WORDS,
}


def calls(view: MonthView, data: MonthData, card: Scorecard) -> pd.DataFrame:
    """One row a sampled call."""
    heads = ["通话编号", "开始时间", "班次", "工号", "姓名", "抽样", "抽中概率", "计入均分", "得分", "最低", "最高"]
    heads += [f"{group.code} {group.name}" for group in card.groups]
    heads += ["扣分项", "待人工", "待确认", "疑似否决", "确认否决", "未能质检原因"]
    return pd.DataFrame([_call(row, len(card.groups)) for row in call_rows(view, data)], columns=heads)


def items(view: MonthView, card: Scorecard) -> pd.DataFrame:
    """One row an item over the calls that count."""
    groups = {group.code: group.name for group in card.groups}
    rows = [
        [i.code, i.name, groups[i.group], float(i.points), m.n_applicable, m.n_lost, m.n_open, float(m.lost), i.how]
        for i, m in zip(card.items, view.centre.items, strict=True)
    ]
    return pd.DataFrame(
        rows, columns=["编号", "评分项", "大类", "分值", "适用通数", "扣分通数", "待人工通数", "共扣分", "扣分办法"]
    )


def losses(view: MonthView, data: MonthData, card: Scorecard) -> pd.DataFrame:
    """One row an item, or confirmed fatal error, that cost a call points: its loss, and what the call loses by it."""
    heads = ["通话编号", "工号", "姓名", "得分", "编号", "评分项", "分值", "扣分", "折合总分", "扣分依据", "得分计算"]
    rows = [line for row in call_rows(view, data) for line in _losses(row, card)]
    return pd.DataFrame(rows, columns=heads)


def _losses(row: CallRow, card: Scorecard) -> Iterable[list[object]]:
    found, call = row.points.evaluation, row.file.call
    if found is None:
        return
    names = {i.code: i.name for i in card.items} | {e.code: e.name for e in card.fatal_errors}
    scores = {item.code: item for item in found.items}
    who = [call.call_id, call.operator_id, row.file.operator and row.file.operator.name, number(found.points)]
    for code, effect in effects(found, card).items():
        item = scores.get(code)
        worth = (
            ["", "", "一票否决"] if item is None else [float(item.points), float(item.lost), "；".join(item.reasons)]
        )
        yield [*who, code, names[code], *worth[:2], number(effect), worth[2], formula(found, card)]


def operators(view: MonthView, data: MonthData) -> pd.DataFrame:
    """One row an operator with figures, how sure they are, and how many of the callers were hostile."""
    heads = ["工号", "姓名", "班组", "计分通数", "总通数", "通话均分", "监督扣分", "均分"]
    heads += ["区间下限", "区间上限", "可能最低", "可能最高"]
    heads += [
        "等次",
        "可能最低等次",
        "可能最高等次",
        "暂定",
        "疑似否决通数",
        "确认否决通数",
        "激动来电通数",
        "随机已质检通数",
        "说明",
    ]
    shares = hostile_shares(data)
    return pd.DataFrame([_operator(line, shares[line.operator.operator_id]) for line in view.operators], columns=heads)


def strikes(view: MonthView) -> pd.DataFrame:
    """One row an operator with everything that a strike rests on."""
    heads = ["工号", "姓名", "均分低于合格线", "计分通数足够", "两人确认的差错足以不合格", "整个区间低于合格线"]
    heads += ["本月计入", "连续次数", "申诉若不成立", "涉及月份", "状态"]
    rows = [
        [
            *(line.operator.operator_id, line.operator.name),
            *(yes(x) for x in _conditions(line)),
            yes(line.assessment.proven),
            *(line.strike.run, line.strike.run_if_lost, "、".join(line.strike.months), STATUSES[line.strike.status]),
        ]
        for line in view.operators
    ]
    return pd.DataFrame(rows, columns=heads)


def workings(view: MonthView) -> pd.DataFrame:
    """One row a call that counts: what the means are made of."""
    counted = sorted((c for c in view.calls if c.counted), key=lambda call: (call.operator_id, call.call_id))
    rows = [
        [c.operator_id, c.call_id, float(c.evaluation.points), float(c.probability)] for c in counted if c.evaluation
    ]
    return pd.DataFrame(rows, columns=["工号", "通话编号", "得分", "抽中概率"])


def remarks(view: MonthView, data: MonthData, card: Scorecard) -> pd.DataFrame:
    """What the workbook holds, how to read it, and what it was made with."""
    rows: list[tuple[str, str]] = [
        ("月份", view.month),
        ("状态", _status(data)),
        ("通话均分", "按已确定的扣分计算的抽样加权平均；待人工、存疑的不扣分"),
        ("均分", "通话均分减去已批准的监督扣分（不低于 0）：等次和系数按它定。中心均分只算通话，不含监督扣分"),
        ("激动来电", "随机抽中并已质检的通话中，来电人愤怒、辱骂或威胁的通数，只说明案情构成，不影响得分"),
        ("可能最低、可能最高", "未决项全部从重、全部从轻时的均分"),
        (
            "扣分明细",
            "“折合总分”是该项让这通电话的 100 分少了多少：不适用的项目退出后，其余项目按比例放大，故可能多于“扣分”",
        ),
        ("区间", "95% 置信区间（t 分布，经有限总体校正），说明抽样的偶然性"),
        ("等次与系数", "“复算”列是公式，可与“程序”列逐行核对；绩效工资另见绩效表"),
        (
            "计算过程",
            "权重 = 1 ÷ 抽中概率；均分 = Σ(得分 × 权重) ÷ Σ权重，四舍五入到两位小数，再减监督扣分（不低于 0）",
        ),
        ("连续不合格", f"四项条件同时满足的月份才计入；满三次的{WORDS}，由人决定，并先安排培训"),
        ("合格线", f"{points(passing_line(card))} 分；计分通话至少 {view.min_calls} 通"),
        *_false_flags(view),
    ]
    source = provenance(data, card)
    rows += [("评分标准", text) for text in source.scorecard]
    rows += [("规则集", text) for text in source.ruleset]
    rows += [("识别模型", text) for text in source.model]
    rows += [("知识库", text) for text in source.knowledge]
    if data.plan is not None:
        rows += [
            ("抽样种子", source.seed or "结账后公布"),
            ("种子哈希", data.plan.seed_sha256),
            ("抽样承诺", _committed(data.plan.commitment)),
            ("抽样框哈希", data.plan.frame_sha256),
        ]
    return pd.DataFrame(rows, columns=["项目", "内容"])


def _status(data: MonthData) -> str:
    if data.closed_at is None:
        return "未结账，结果为暂定"
    return f"已结账：{data.closed_by}，{data.closed_at:%Y-%m-%d %H:%M}"


def _committed(fixed: Commitment | None) -> str:
    if fixed is None:
        return "种子未事先承诺"
    return f"{fixed.committed_by}，{fixed.committed_at:%Y-%m-%d %H:%M}，{fixed.sha256}"


def yes(value: bool) -> str:
    """Return 是 or 否."""
    return "是" if value else "否"


def number(value: Decimal | None) -> float | None:
    """Return a figure of two decimals as a sheet keeps it."""
    return None if value is None else float(value)


def _false_flags(view: MonthView) -> list[tuple[str, str]]:
    flags = view.centre.false_flags
    if flags is None:
        return []
    words = (
        f"每月听 {flags.n} 通时，真实合格率 95% 的话务员一年内被误判连续三次的概率："
        f"只看合格率 {percent(flags.naive, 2)}"
        f"（{flags.operators} 人中至少一人 {percent(flags.naive_anybody, 2)}），按区间判定 {percent(flags.gated, 2)}"
        f"（至少一人 {percent(flags.gated_anybody, 2)}）"
    )
    return [("误伤概率", words)]


def _call(row: CallRow, n_groups: int) -> list[object]:
    point, call = row.points, row.file.call
    found = point.evaluation
    head = [point.call_id, call.started_at, call.shift, call.operator_id, row.file.operator and row.file.operator.name]
    drawn = ["不在方案中" if point.reason is None else REASONS[point.reason], float(point.probability)]
    if found is None:
        blanks: list[object] = [None] * (3 + n_groups + 5)
        return [*head, *drawn, "否", *blanks, point.failure or "尚未质检"]
    return [
        *(*head, *drawn, yes(point.counted)),
        *(number(value) for value in (found.points, found.points_low, found.points_high)),
        *(number(section.points) for section in found.sections),
        "，".join(f"{item.code} −{points(item.lost)}" for item in row.lost),
        *(_codes(codes) for codes in (found.open_items, point.unconfirmed, found.suspected, found.fatal)),
        None,
    ]


def _codes(codes: Iterable[str]) -> str:
    return "、".join(codes)


def _operator(line: OperatorMonth, share: HostileShare) -> list[object]:
    who = line.operator
    # A month that was settled before notices were told apart has only the mean.
    calls = line.call_mean if line.call_mean is not None or line.notice_points else line.mean
    bounds = (line.interval_low, line.interval_high, line.mean_low, line.mean_high)
    figures = (calls, line.notice_points, line.mean, *bounds)
    return [
        *(who.operator_id, who.name, who.team, line.n_heard, line.n_frame),
        *(number(value) for value in figures),
        *(line.grade, line.grade_low, line.grade_high, yes(line.provisional)),
        *(line.suspected_fatal, line.confirmed_fatal, share.hostile, share.judged),
        "；".join(str(note) for note in line.notes),
    ]


def _conditions(line: OperatorMonth) -> tuple[bool, ...]:
    found = line.assessment
    return found.failed, found.enough, found.confirmed, found.below
