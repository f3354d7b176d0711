"""``hotline-qa rules diff``: what another ruleset would change in a month, as lines of text and as plain values."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.cells import cell_len

from qa_pipeline.cli.batch import AsJson, check_month
from qa_pipeline.cli.console import ViewerOption, out, out_json, progress_bar
from qa_pipeline.cli.told import label
from qa_pipeline.cli.trying import Named
from qa_pipeline.language.columns import pad
from qa_pipeline.language.personal.viewers import Viewer, may_see
from qa_pipeline.rules.differences import Kind
from qa_pipeline.trial.what_if_values import rule_change_values

if TYPE_CHECKING:
    from qa_pipeline.assessment import CallPoints, OperatorMonth
    from qa_pipeline.models import RuleResult
    from qa_pipeline.rules.differences import RuleChange
    from qa_pipeline.trial.comparing import CallChange, Comparison, FindingChange
    from qa_pipeline.trial.judging import Load


def diff(
    context: typer.Context,
    old: Named,
    new: Named,
    month: Annotated[str, typer.Option("--month", "-m", help="The month as YYYY-MM")],
    as_json: AsJson = False,
    viewer: ViewerOption = Viewer.OUTSIDER,
) -> None:
    """Show what would change in a month if NEW judged in OLD's place: rules, calls, scores, grades, work for people.

    Names, numbers and addresses are hidden unless it is for somebody who judges: --for reviewer.
    """
    from qa_pipeline.language.personal.public import public_words
    from qa_pipeline.store.queries import entries, month_data
    from qa_pipeline.trial import compare_month, ruleset_named, veiled_comparison

    settings, sessions = context.obj.open()
    with sessions() as session, progress_bar("比较") as bar:
        before, after = (ruleset_named(name, settings, session) for name in (old, new))
        found = compare_month(session, settings, check_month(month), before, after, bar)
        if not may_see(viewer, settings.sees_personal_data):
            files = {file.call.call_id: file for file in month_data(session, month).files}
            found = veiled_comparison(found, files, viewer, public_words(entries(session)))
    if as_json:
        out_json(comparison_values(found))
        return
    for line in comparison_lines(found):
        out(line)


def comparison_lines(found: Comparison) -> list[str]:
    """Return a comparison for people to read."""
    head = [
        f"规则集 {found.old.version}（{found.old.sha256[:12]}）→ {found.new.version}（{found.new.sha256[:12]}）",
        f"{found.month} 月：比较 {found.n_judged} 通已转写的通话，评分标准 {found.scorecard_version}"
        + (f"；{found.n_unheard} 通尚未转写，未比较" if found.n_unheard else ""),
        *_cautions(found),
    ]
    return [*head, "", *_rules(found), "", *_calls(found.calls), "", *_operators(found), "", *_loads(found)]


def _cautions(found: Comparison) -> list[str]:
    lines = []
    if found.closed_at is not None:
        lines.append(f"注意：该月已于 {found.closed_at:%Y-%m-%d} 结账，以下只是假设，结账结果不会变")
    if found.otherwise:
        lines.append(
            f"注意：{len(found.otherwise)} 通的存档结果与今天重算的不同（质检之后程序、知识库、通话记录或工单有改动）；"
            f"下面两边都是重算的：{'、'.join(found.otherwise[:5])}{'等' if len(found.otherwise) > 5 else ''}"
        )
    return lines


def _rules(found: Comparison) -> list[str]:
    if not found.rules:
        return ["一、规则：没有不同"]
    return [f"一、规则：{len(found.rules)} 条不同", *rule_lines(found.rules)]


def rule_lines(changes: Sequence[RuleChange]) -> list[str]:
    """Return what differs of each rule, for people to read."""
    lines = []
    for change in changes:
        lines.append(f"  {change.code} {change.name}（{change.item}）{_whole(change)}")
        lines += [f"      {line}" for line in change.lines()]
    return lines


def _whole(change: RuleChange) -> str:
    return "" if change.kind is Kind.CHANGED else f"：{change.short}"


def _calls(calls: Sequence[CallChange]) -> list[str]:
    if not calls:
        return ["二、通话：没有一通的判定或得分有变化"]
    lines = [f"二、通话：{len(calls)} 通有变化"]
    for call in calls:
        lines.append(f"  {call.call_id}  话务员 {call.operator_id}  得分 {_points(call.old)} → {_points(call.new)}")
        lines += [f"      {_finding(finding)}" for finding in call.findings]
        if not call.findings:
            lines.append("      没有判定变化，只因评分项多了或少了规则，待人工的范围变了")
    return lines


def _points(points: CallPoints) -> str:
    e = points.evaluation
    if e is None:
        return "（未判）"
    bounds = "" if e.points_low == e.points_high else f"（{e.points_low}–{e.points_high}）"
    return f"{e.points}{bounds}{'' if points.counted else '，不计入均分'}"


def _finding(change: FindingChange) -> str:
    old, new = change.old, change.new
    times = f"（{old.faults} 处 → {new.faults} 处）" if old and new and old.faults != new.faults else ""
    said = new if new is not None and (old is None or new.outcome is not old.outcome or times) else old or new
    reason = said.reason if said is not None else ""
    return f"{change.item} {change.code}：{label(old)} → {label(new)}{times}  {reason}"


def _operators(found: Comparison) -> list[str]:
    was, now = found.centre
    centre = f"全中心均分 {_shown(was)} → {_shown(now)}"
    if not found.operators:
        return [f"三、话务员：没有人的均分或等次有变化；{centre}"]
    rows: list[tuple[str, ...]] = [("工号", "姓名", "均分", "可能的范围", "等次")]
    rows += [_operator(old, new) for old, new in found.operators]
    return [f"三、话务员：{len(found.operators)} 人有变化；{centre}", *table(rows)]


def _operator(old: OperatorMonth, new: OperatorMonth) -> tuple[str, ...]:
    grade = f"{old.grade or '—'} → {new.grade or '—'}" if old.grade != new.grade else f"{new.grade or '—'}（不变）"
    return (
        new.operator.operator_id,
        new.operator.name,
        f"{_shown(old.mean)} → {_shown(new.mean)}",
        f"{_shown(old.mean_low)}–{_shown(old.mean_high)} → {_shown(new.mean_low)}–{_shown(new.mean_high)}",
        grade,
    )


def _shown(value: Decimal | None) -> str:
    return "—" if value is None else f"{value:.2f}"


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of texts as lines, each column as wide as its widest text."""
    widths = [max(cell_len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [f"  {''.join(pad(c, w + 2) for c, w in zip(row, widths, strict=True))}".rstrip() for row in rows]


def _loads(found: Comparison) -> list[str]:
    old, new = found.load
    waiting = f"待人工判定 {old.waiting} → {new.waiting} 条（{new.waiting - old.waiting:+d}）"
    taken = f"规则已扣而无人复核 {old.unreviewed} → {new.unreviewed} 条（{new.unreviewed - old.unreviewed:+d}）"
    return [
        f"四、复核量：{waiting}，{taken}",
        "以上没有写入任何结果；已有的复核决定都照样计入。",
    ]


def comparison_values(found: Comparison) -> dict[str, Any]:
    """Return a comparison as plain values; points are text, so that no digit is lost."""
    return {
        "month": found.month,
        "old": {"version": found.old.version, "sha256": found.old.sha256},
        "new": {"version": found.new.version, "sha256": found.new.sha256},
        "scorecard_version": found.scorecard_version,
        "calls_judged": found.n_judged,
        "calls_not_transcribed": found.n_unheard,
        "calls_stored_otherwise": list(found.otherwise),
        "closed_at": found.closed_at,
        "rules": [rule_change_values(change) for change in found.rules],
        "calls": [_call_values(call) for call in found.calls],
        "operators": [
            {
                "operator_id": new.operator.operator_id,
                "name": new.operator.name,
                "old": _operator_values(old),
                "new": _operator_values(new),
            }
            for old, new in found.operators
        ],
        "centre_mean": [_text(value) for value in found.centre],
        "load": {"old": _load_values(found.load[0]), "new": _load_values(found.load[1])},
    }


def _call_values(call: CallChange) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "operator_id": call.operator_id,
        "old": _points_values(call.old),
        "new": _points_values(call.new),
        "findings": [
            {"code": f.code, "item": f.item, "old": _result_values(f.old), "new": _result_values(f.new)}
            for f in call.findings
        ],
    }


def _points_values(points: CallPoints) -> dict[str, Any] | None:
    e = points.evaluation
    if e is None:
        return None
    bounds = {"points": str(e.points), "points_low": str(e.points_low), "points_high": str(e.points_high)}
    return {**bounds, "counted": points.counted, "suspected": list(e.suspected), "fatal": list(e.fatal)}


def _result_values(result: RuleResult | None) -> dict[str, Any] | None:
    if result is None:
        return None
    return {
        "outcome": result.outcome.value,
        "standing": result.standing.value,
        "faults": result.faults,
        "confidence": result.confidence,
        "reason": result.reason,
    }


def _operator_values(line: OperatorMonth) -> dict[str, Any]:
    return {
        "mean": _text(line.mean),
        "mean_low": _text(line.mean_low),
        "mean_high": _text(line.mean_high),
        "grade": line.grade,
        "factor": _text(line.factor),
        "calls": line.n_heard,
    }


def _text(value: Decimal | None) -> str | None:
    return None if value is None else str(value)


def _load_values(load: Load) -> dict[str, int]:
    return {"waiting": load.waiting, "unreviewed": load.unreviewed}
