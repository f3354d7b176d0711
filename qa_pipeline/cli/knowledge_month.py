"""``hotline-qa knowledge gaps`` and ``faults``: what a month's calls show of the base, for those who keep it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from qa_pipeline.cli.batch import AsJson, Month, check_month
from qa_pipeline.cli.console import out, out_json, progress_bar
from qa_pipeline.language.entry_fields import field_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_pipeline.upkeep.contradicted import Contradicted
    from qa_pipeline.upkeep.faults import BaseFault
    from qa_pipeline.upkeep.gaps import Gap, Question
    from qa_pipeline.upkeep.heard import Place

_MOST_PLACES = 5
_NOBODY = "（责任部门不明）"
_OUTCOMES = {"pass": "通过", "fail": "不通过", "undetermined": "不能判定，交人工", "not_applicable": "不适用"}


def register(base: typer.Typer) -> None:
    """Add the commands of this module."""
    base.command("gaps")(gaps)
    base.command("faults")(faults)


def gaps(
    context: typer.Context,
    month: Month,
    department: Annotated[str, typer.Option("--department", help="Only what this department has to mend")] = "",
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="Write a workbook, a sheet each, by department")] = None,
    as_json: AsJson = False,
) -> None:
    """List questions without an entry, and entries that calls contradict often, by the department that keeps them."""
    from qa_pipeline.upkeep.contradicted import contradicted
    from qa_pipeline.upkeep.gaps import gaps as found_gaps
    from qa_pipeline.upkeep.heard import heard_month

    settings, sessions = context.obj.open()
    with sessions() as session, progress_bar("核对知识库") as bar:
        heard = heard_month(session, settings, check_month(month), bar)
    lacking = [_hidden(gap) for gap in found_gaps(heard) if department in gap.department]
    doubted = [one for one in contradicted(heard) if department in one.entry.owner_department]
    if xlsx is not None:
        from qa_pipeline.reports.knowledge import write_knowledge_workbook

        write_knowledge_workbook(_gap_rows(lacking), _doubt_rows(doubted), xlsx)
    if as_json:
        values = {"unheard": heard.unheard, "gaps": _gap_values(lacking), "contradicted": _doubt_values(doubted)}
        out_json({"month": heard.month, "calls": len(heard.calls), **values})
        return
    out(f"{heard.month}：核对 {len(heard.calls)} 通" + (f"，另有 {heard.unheard} 通没有转写" if heard.unheard else ""))
    for line in (*_gap_lines(lacking), *_doubt_lines(doubted)):
        out(line)


def faults(context: typer.Context, month: Month, as_json: AsJson = False) -> None:
    """List deductions on C2 and C3 that rest on an entry recorded wrongly or late; a reviewer decides. Exit code 1."""
    from qa_pipeline.standards import ruleset_of
    from qa_pipeline.upkeep.faults import base_faults

    settings, sessions = context.obj.open()
    with sessions() as session:
        found = base_faults(session, settings, ruleset_of(settings), check_month(month))
    if as_json:
        out_json([_fault_values(one) for one in found])
    else:
        for line in _fault_lines(found):
            out(line)
    raise typer.Exit(1 if any(not one.decided for one in found) else 0)


def _hidden(gap: Gap) -> Gap:
    """Return a gap whose questions name nobody: its list goes to departments that did not hear the call."""
    from dataclasses import replace

    from qa_pipeline.language.personal.masking import masked

    def hide(question: Question) -> Question:
        return replace(question, place=replace(question.place, text=masked(question.place.text)))

    return replace(gap, questions=tuple(map(hide, gap.questions)), example=hide(gap.example))


def _place(place: Place) -> str:
    from qa_pipeline.cli.told import clock

    return f"{place.call_id} [{clock(place.start_ms)}] {place.text}"


def _gap_lines(lacking: Sequence[Gap]) -> list[str]:
    lines = [f"一、知识库没有的问题：{len(lacking)} 类"]
    for department, listed in groupby(sorted(lacking, key=lambda gap: gap.department), lambda gap: gap.department):
        lines.append(f"  {department or _NOBODY}")
        for gap in sorted(listed, key=lambda gap: -gap.calls):
            guessed = f"（按最接近的条目 {gap.nearest} 推测）" if gap.guessed and gap.nearest else ""
            lines.append(f"    {gap.calls} 通，{len(gap.questions)} 次：“{gap.example.place.text}”{guessed}")
            lines += [f"        {_place(question.place)}" for question in gap.questions[:_MOST_PLACES]]
            if len(gap.questions) > _MOST_PLACES:
                lines.append(f"        另有 {len(gap.questions) - _MOST_PLACES} 次（--json、--xlsx 全部列出）")
    return lines


def _doubt_lines(doubted: Sequence[Contradicted]) -> list[str]:
    from qa_pipeline.language.written_facts import in_words

    lines = [f"二、多次与来电解答不一致的条目：{len(doubted)} 处"]
    for one in sorted(doubted, key=lambda one: (not one.perhaps_base, one.entry.owner_department)):
        name = f"{one.entry.entry_id} 第 {one.entry.version} 版《{one.entry.title}》"
        lines.append(f"  {one.entry.owner_department or _NOBODY}  {name}{in_words(one.fact)}：{_share(one)}")
        who = f"{one.agreeing} 通说{one.other}，{one.operators} 名话务员"
        lines.append(f"      {who}{'；可能是知识库有误，请先核对条目' if one.perhaps_base else ''}")
        lines += [f"        {_place(said.place)}" for said in one.said[:_MOST_PLACES]]
    return lines


def _share(one: Contradicted) -> str:
    interval = one.share.interval
    told = f"，95% 区间 {interval.low * 100:.0f}%–{interval.high * 100:.0f}%" if interval is not None else ""
    return f"说到的 {one.share.n} 通中 {one.share.hits} 通不一致{told}"


def _gap_values(lacking: Sequence[Gap]) -> list[dict[str, object]]:
    from dataclasses import asdict

    return [
        {
            "example": gap.example.place.text,
            "calls": gap.calls,
            "department": gap.department,
            "department_guessed": gap.guessed,
            "nearest": gap.nearest,
            "questions": [asdict(question.place) for question in gap.questions],
        }
        for gap in lacking
    ]


def _doubt_values(doubted: Sequence[Contradicted]) -> list[dict[str, object]]:
    from dataclasses import asdict

    return [
        {
            "entry_id": one.entry.entry_id,
            "version": one.entry.version,
            "title": one.entry.title,
            "owner_department": one.entry.owner_department,
            "slot": one.fact.slot,
            "value": one.fact.value,
            "unit": one.fact.unit,
            "stated": one.share.n,
            "contradicted": one.share.hits,
            "interval": None if one.share.interval is None else [one.share.interval.low, one.share.interval.high],
            "other": one.other,
            "agreeing": one.agreeing,
            "operators": one.operators,
            "perhaps_base": one.perhaps_base,
            "places": [asdict(said.place) for said in one.said],
        }
        for one in doubted
    ]


def _gap_rows(lacking: Sequence[Gap]) -> list[dict[str, object]]:
    return [
        {
            "责任部门": gap.department or _NOBODY,
            "部门依据": "按最接近的条目推测" if gap.guessed else "工单承办单位",
            "问题": gap.example.place.text,
            "通数": gap.calls,
            "最接近的条目": gap.nearest,
            "出处": "\n".join(_place(question.place) for question in gap.questions),
        }
        for gap in lacking
    ]


def _doubt_rows(doubted: Sequence[Contradicted]) -> list[dict[str, object]]:
    from qa_pipeline.language.written_facts import in_words

    return [
        {
            "责任部门": one.entry.owner_department or _NOBODY,
            "条目": f"{one.entry.entry_id} 第 {one.entry.version} 版《{one.entry.title}》",
            "条目的值": in_words(one.fact),
            "多数说的值": f"{one.other}（{one.agreeing} 通，{one.operators} 人）",
            "不一致": _share(one),
            "判断": "可能是知识库有误" if one.perhaps_base else "",
            "出处": "\n".join(_place(said.place) for said in one.said),
        }
        for one in doubted
    ]


def _fault_lines(found: Sequence[BaseFault]) -> list[str]:
    if not found:
        return ["没有发现因知识库登记有误而扣分的通话"]
    lines = []
    for one in found:
        title = next((e.title for e in (one.judged, one.at_call, one.now) if e is not None), "")
        lines.append(
            f"{one.file.call.call_id} 话务员 {one.file.call.operator_id}  {one.result.item} {one.result.code}  "
            f"{one.result.reason}{'（已有人复核）' if one.decided else ''}"
        )
        lines.append(
            f"    条目 {one.entry_id}《{title}》{one.owner or _NOBODY}，{one.recorded_at:%Y-%m-%d %H:%M} 改登："
        )
        lines += [f"      {field_name(change.field)}：“{change.before}” → “{change.after}”" for change in one.changes]
        then, now = _OUTCOMES[one.outcome_at_call.value], _OUTCOMES[one.outcome_now.value]
        lines.append(f"    按通话时的知识库：{then}；按现在的知识库：{now}")
    return [*lines, "请质检员在复核页上逐条决定；知识库的差错由责任部门承担，话务员照当时的条目解答不扣分"]


def _fault_values(one: BaseFault) -> dict[str, object]:
    return {
        "call_id": one.file.call.call_id,
        "operator_id": one.file.call.operator_id,
        "item": one.result.item,
        "code": one.result.code,
        "reason": one.result.reason,
        "entry_id": one.entry_id,
        "owner_department": one.owner,
        "recorded_at": one.recorded_at,
        "changes": [{"field": c.field, "before": c.before, "after": c.after} for c in one.changes],
        "outcome_at_call": one.outcome_at_call.value,
        "outcome_now": one.outcome_now.value,
        "decided": one.decided,
    }
