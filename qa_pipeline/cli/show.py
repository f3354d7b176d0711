"""``hotline-qa show CALL``: one call in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from qa_pipeline.cli.batch import AsJson
from qa_pipeline.cli.console import out
from qa_pipeline.models import CallFile, Evidence, Outcome, Role, RuleResult, Standing
from scoring.score import Evaluation
from scoring.scorecard import Scorecard

ROLES = {Role.OPERATOR: "话务员", Role.CALLER: "来电人", Role.UNKNOWN: "说话人不明"}
OUTCOMES = {
    Outcome.PASS: "通过",
    Outcome.FAIL: "扣分",
    Outcome.NOT_APPLICABLE: "不适用",
    Outcome.UNDETERMINED: "存疑，待人工",
}


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(show)


def clock(ms: int) -> str:
    """Return a time in the call as minutes, seconds and tenths."""
    return f"{ms // 60000:02d}:{ms % 60000 // 1000:02d}.{ms % 1000 // 100}"


def show(
    context: typer.Context,
    call_id: Annotated[str, typer.Argument(metavar="CALL")],
    full: Annotated[bool, typer.Option("--all", help="Also the rules that passed")] = False,
    as_json: AsJson = False,
) -> None:
    """Print one call: transcript with speakers and times, and each lost point with its words."""
    from qa_pipeline.standards import scorecard_of
    from qa_pipeline.store.codec import encode
    from qa_pipeline.store.queries import call_file

    settings, sessions = context.obj.open()
    with sessions() as session:
        file = call_file(session, call_id)
    if as_json:
        out(encode(file))
        return
    card = scorecard_of(settings)
    for line in (*_head(file), *_transcript(file), *_judgement(file, card, full)):
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


def _transcript(file: CallFile) -> list[str]:
    if file.transcript is None:
        return ["", "（尚无转写）"]
    lines = ["", f"转写（{file.transcript.stamp.engine}，{file.transcript.stamp.model}）"]
    for u in file.transcript.utterances:
        unsure = "  ？听不清" if u.confidence < 0.5 else ""
        lines.append(f"  {clock(u.start_ms)}–{clock(u.end_ms)} {ROLES[u.role]}：{u.text}{unsure}")
    return lines


def _judgement(file: CallFile, card: Scorecard, full: bool) -> list[str]:
    if file.audit is None:
        return ["", "（尚未评分）"]
    from qa_pipeline.assessment import final_evaluation

    evaluation = final_evaluation(card, file.audit, file.decisions)
    lines = ["", *_points(evaluation), ""]
    lost = {item.code: item.lost for item in evaluation.items}
    for result in file.audit.results:
        if full or result.outcome in {Outcome.FAIL, Outcome.UNDETERMINED}:
            lines += _finding(result, str(lost.get(result.item, "")))
    for d in file.decisions:
        lines.append(f"  复核 {d.created_at:%m-%d %H:%M} {d.reviewer}：{d.code} {d.verdict.value} {d.reason}")
    return lines


def _points(evaluation: Evaluation) -> list[str]:
    bounds = f"{evaluation.points_low}–{evaluation.points_high}"
    lines = [f"得分 {evaluation.points}（全部复核后可能在 {bounds} 之间）  评分标准 {evaluation.scorecard_version}"]
    sections = [f"{s.code} {s.points}/{s.possible}" for s in evaluation.sections if s.points is not None]
    lines.append("分项 " + "  ".join(sections))
    if evaluation.suspected:
        lines.append(f"疑似一票否决，须两人分别复核：{'、'.join(evaluation.suspected)}")
    if evaluation.fatal:
        lines.append(f"一票否决（已确认）：{'、'.join(evaluation.fatal)}")
    if evaluation.open_items:
        lines.append(f"待人工判定：{'、'.join(evaluation.open_items)}")
    return lines


def _finding(result: RuleResult, lost: str) -> list[str]:
    label = OUTCOMES[result.outcome]
    if result.outcome is Outcome.FAIL:
        label = "提请人工复核" if result.standing is Standing.ADVISE else f"该项共扣 {lost} 分"
    return [f"  {result.item} {result.code} {label}：{result.reason}", *(_evidence(e) for e in result.evidence)]


def _evidence(evidence: Evidence) -> str:
    said = f"“{evidence.text}”" if evidence.text else ""
    span = f"{clock(evidence.start_ms)}–{clock(evidence.end_ms)}"
    return f"      {span} {ROLES[evidence.role]}{said} {evidence.note}".rstrip()
