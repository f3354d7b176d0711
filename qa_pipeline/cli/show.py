"""``hotline-qa show CALL``: one call in the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import ViewerOption, out
from qa_pipeline.language.personal.viewers import Viewer
from qa_pipeline.models import (
    CallFile,
    DrawReason,
    Evidence,
    EvidenceKind,
    Outcome,
    Role,
    RuleResult,
    SamplePlan,
    Standing,
    Transcript,
)
from qa_pipeline.reports.words import clock
from scoring.effects import effects, formula
from scoring.score import Evaluation
from scoring.scorecard import Scorecard

ROLES = {Role.OPERATOR: "话务员", Role.CALLER: "来电人", Role.UNKNOWN: "说话人不明"}
DRAWN = {DrawReason.RANDOM: "随机", DrawReason.REPLACEMENT: "替补", DrawReason.REPLACED: "已替换，不计入"}
OUTCOMES = {
    Outcome.PASS: "通过",
    Outcome.FAIL: "扣分",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.UNDETERMINED: "存疑，待人工",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(show)


def show(
    context: typer.Context,
    call_id: Annotated[str, typer.Argument(metavar="CALL")],
    full: Annotated[bool, typer.Option("--all", help="Also the rules that passed")] = False,
    as_json: AsJson = False,
    viewer: ViewerOption = Viewer.OPERATOR,
) -> None:
    """Print one call: transcript with speakers and times, and each lost point with its words.

    Names, numbers and addresses are hidden unless it is for somebody who judges: --for reviewer.
    """
    from qa_pipeline.assessment.veil import veiled
    from qa_pipeline.language.personal.public import public_words
    from qa_pipeline.review import card_for
    from qa_pipeline.store.codec import encode
    from qa_pipeline.store.queries import call_file, plan_of
    from qa_pipeline.store.queries.knowledge import entries

    settings, sessions = context.obj.open()
    with sessions() as session:
        file = call_file(session, call_id)
        public = public_words(entries(session))
        plan = plan_of(session, f"{file.call.started_at:%Y-%m}")
        card = card_for(session, settings, None if file.audit is None else file.audit.scorecard_version)
    file = veiled(file, viewer, settings.sees_personal_data, public)
    if as_json:
        out(encode(file))
        return
    for line in (*_head(file), *_drawn(file, plan), *_transcript(file), *_sound(file), *judgement(file, card, full)):
        out(line)


def _head(file: CallFile) -> list[str]:
    call = file.call
    name = file.operator.name if file.operator else "不在名册"
    lines = [
        f"通话 {call.call_id}  {call.started_at:%Y-%m-%d %H:%M:%S}  {call.shift}  {call.duration_s} 秒",
        f"话务员 {call.operator_id} {name}  录音 {call.recording_file}  挂机方 {ROLES[call.hang_up_by]}",
    ]
    if file.failure:
        lines.append(f"未能质检：{file.failure}")
    return lines


def _drawn(file: CallFile, plan: SamplePlan | None) -> list[str]:
    drawn = file.sampled
    if drawn is None or plan is None:
        return ["抽样：不在抽样方案中"] if plan is not None else []
    if drawn.reason is DrawReason.RISK:
        chosen = plan.supplement.calls if plan.supplement is not None else ()
        why = next((one.reasons for one in chosen if one.call_id == drawn.call_id), ())
        return [f"抽样：风险补充，不计入均分{'：' if why else ''}{'；'.join(why)}"]
    fixed = plan.commitment
    committed = (
        "种子未事先承诺" if fixed is None else f"种子由 {fixed.committed_by} 于 {fixed.committed_at:%Y-%m-%d} 事先承诺"
    )
    return [f"抽样：{DRAWN[drawn.reason]}，{drawn.stratum} 层，抽中概率 {drawn.probability:.4f}；{committed}"]


def _transcript(file: CallFile) -> list[str]:
    from qa_pipeline.assessment.heard import as_read, without_words
    from qa_pipeline.assessment.sounded import told_apart

    read = as_read(file)
    if file.transcript is None or read is None:
        return ["", "（尚无转写）"]
    corrections = file.audit.corrections if file.audit is not None else ()
    lines = ["", f"转写（{file.transcript.stamp.engine}，{file.transcript.stamp.model}）"]
    if voices := told_apart(file, "zh"):
        lines.append(f"  {voices}")
    told: list[tuple[int, str]] = []
    for u in read.utterances:
        unsure = "  ？听不清" if u.confidence < 0.5 else ""
        mended = "、".join(f"“{c.written}”识别原文“{c.heard}”" for c in corrections if c.utterance == u.index)
        said = f"{u.text}  〔按读音更正：{mended}〕" if mended else u.text
        told.append((u.start_ms, f"  {clock(u.start_ms)}–{clock(u.end_ms)} {ROLES[u.role]}：{said}{unsure}"))
    for s in without_words(read):
        line = f"〔{s.length_ms / 1000:.1f} 秒有人说话，没有转出文字〕"
        told.append((s.start_ms, f"  {clock(s.start_ms)}–{clock(s.end_ms)} {ROLES[s.role]}：{line}"))
    return [*lines, *(line for _, line in sorted(told, key=lambda one: one[0]))]


def _sound(file: CallFile) -> list[str]:
    from qa_pipeline.assessment.sounded import sounded

    lines = [f"  {line.about}：{line.text}" for line in sounded(file.acoustics, "zh", file)]
    return ["", "声音", *lines] if lines else []


def judgement(file: CallFile, card: Scorecard, full: bool) -> list[str]:
    """Return the points and the findings; with ``full`` also of rules that passed."""
    if file.audit is None:
        return ["", "（尚未评分）"]
    from qa_pipeline.assessment import final_evaluation
    from qa_pipeline.assessment.together import asked_together

    evaluation = final_evaluation(card, file.audit, file.decisions)
    lines = ["", *_points(evaluation, card), ""]
    costs = _costs(evaluation, card)
    groups = asked_together(file.audit.results, file.decisions)
    for group in groups:
        lines += _question(group, file.transcript)
    shown = {result.code for group in groups for result in group}
    for result in file.audit.results:
        if result.code not in shown and (full or result.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}):
            lines += _finding(result, costs.get(result.item, "未扣分"), file.transcript)
    for d in file.decisions:
        lines.append(f"  复核 {d.created_at:%m-%d %H:%M} {d.reviewer}：{d.code} {d.verdict.value} {d.reason}")
    return lines


def _costs(evaluation: Evaluation, card: Scorecard) -> dict[str, str]:
    """Return by item what it lost, that it was capped, and how many of the call's 100 points that costs."""
    gone = effects(evaluation, card)
    return {
        item.code: f"该项共扣 {item.lost} 分（{''.join(f'{r}，' for r in item.reasons if '封顶' in r)}"
        f"折合总分 −{gone[item.code]}）"
        for item in evaluation.items
        if item.code in gone
    }


def _points(evaluation: Evaluation, card: Scorecard) -> list[str]:
    low, high = evaluation.points_low, evaluation.points_high
    bounds = "已定" if low == high else f"全部复核后可能在 {low}–{high} 之间"
    lines = [f"得分 {evaluation.points}（{bounds}）  评分标准 {evaluation.scorecard_version}"]
    lines.append(f"分项 {formula(evaluation, card)}")
    if evaluation.suspected:
        lines.append(f"疑似一票否决，须两人分别复核：{'、'.join(evaluation.suspected)}")
    if evaluation.fatal:
        lines.append(f"一票否决（已确认）：{'、'.join(evaluation.fatal)}")
    if evaluation.open_items:
        lines.append(f"待人工判定：{'、'.join(evaluation.open_items)}")
    return lines


def _finding(result: RuleResult, cost: str, transcript: Transcript | None) -> list[str]:
    label = OUTCOMES[result.outcome]
    if result.outcome is Outcome.FAIL:
        label = "提请人工复核" if result.standing is Standing.ADVISE else cost
    head = f"  {result.item} {result.code} {label}：{result.reason}"
    demoted = [f"      {why}"] if result.outcome is Outcome.FAIL and (why := result.details.get("demoted")) else []
    return [head, *demoted, *_held_against(result), *(_evidence(e, transcript) for e in result.evidence)]


def _question(group: Sequence[RuleResult], transcript: Transcript | None) -> list[str]:
    """Return what is asked once of several items, with the evidence that they share."""
    from qa_pipeline.assessment.together import question_of

    items = "、".join(f"{result.item} {result.code}" for result in group)
    head = f"  {items} {OUTCOMES[Outcome.UNDETERMINED]}：{question_of(group[0])}"
    return [head, *(_evidence(e, transcript) for e in group[0].evidence)]


def _held_against(result: RuleResult) -> list[str]:
    """Return which version of which entry an answer was held against: who lost points can look it up."""
    if "entry_version" not in result.details:  # audits of earlier versions do not say it
        return []
    return [f"      依据知识条目 {result.details['entry_id']} 第 {result.details['entry_version']} 版"]


def _evidence(evidence: Evidence, transcript: Transcript | None) -> str:
    from qa_pipeline.assessment.heard import brief, heard_as

    evidence = brief(evidence)  # --json has all of it
    note = f" {evidence.note}" if evidence.note else ""
    if evidence.kind is EvidenceKind.FIELD:
        return f"      工单字段 {evidence.text}{note}".rstrip()
    said = f"“{evidence.text}”" if evidence.text and evidence.kind is not EvidenceKind.SOUND else f" {evidence.text}"
    raw = heard_as(evidence, transcript)
    who = "查找范围" if evidence.kind is EvidenceKind.ABSENCE else ROLES[evidence.role]
    span = f"{clock(evidence.start_ms)}–{clock(evidence.end_ms)}"
    return f"      {span} {who}{said}{f'（转写为“{raw}”）' if raw else ''}{note}".rstrip()
