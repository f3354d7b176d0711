"""AN03, item C3: whether everything that must be said was said."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import Agreement, CallContext, Evidence, Exchange, FactCheck, Role, Standing
from qa_pipeline.rules.answer.consultations import (
    about,
    answered,
    certainty,
    covered,
    expected,
    replies,
    righted,
    utterances,
    words,
)
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.evidence import absent
from qa_pipeline.rules.windows import heard_well, unclear


class CompleteParams(Params):
    """How sure retrieval must be, and which orders are no consultation."""

    sure: float = Field(default=0.55, ge=0, le=1, description="知识条目匹配的把握低于此值不据以判定")
    consultation: tuple[str, ...] = Field(default=("咨询",), description="按咨询看待的诉求类型；没有工单的也是")


@rule(code="AN03", item="C3", name="解答完整", params=CompleteParams, standing=Standing.DEDUCT)
def complete(ctx: CallContext, params: CompleteParams) -> Finding:
    """Whether the answer holds every fact that the entry marks as must-say.

    What: 来电人的问题匹配到有把握的条目后，检查条目中标为“必须告知”的材料、时限、费用、地点、电话是否说到；
        说错的不算漏说。
    Why: 咨询解答是否完整。漏说一项材料，来电人就要多跑一趟。
    Passes: 必须告知的都说到了（说法、读音相近即可，如“户口本”即“户口簿”）。
    Fails: 每漏一项计一次。
    Undetermined: 条目匹配把握不足；解答中有听不清的话；有一项只说到一部分，或说的与条目不完全一样；
        转办的诉求（不是咨询）。
    Not applicable: 没有咨询，或条目没有必须告知的要素。
    Source: 默认评分标准C3。
    """
    found = covered(ctx, params.sure)
    required = [(e, c) for e in found for c in e.checks if c.must_say]
    if not required:
        if not found and answered(ctx) and ctx.work_order is None:
            return undetermined("话务员作了解答，但没有有把握对应的条目，无法核对是否完整，请人工复核", replies(ctx))
        return not_applicable("没有需要核对必告要素的咨询", confidence=heard_well(ctx.transcript.utterances))
    missing = [pair for pair in required if pair[1].agreement is Agreement.MISSING]
    half = [pair for pair in required if pair[1].agreement is Agreement.UNSURE]
    if not missing and not half:
        return passed(f"必须告知的{len(required)}项都说到了", _told(ctx, required), details=about(required))
    if not missing:
        reason = f"说的与条目不完全一样，或没有听清：{_listed([c for _, c in half])}，请人工复核"
        return undetermined(reason, _told(ctx, half), details=about(half))
    return _missing(ctx, missing, params)


def _missing(ctx: CallContext, missing: list[tuple[Exchange, FactCheck]], params: CompleteParams) -> Finding:
    answer = utterances(ctx, [place for e, _ in missing for place in e.answer])
    titles = "》《".join(dict.fromkeys(e.entry.title for e, _ in missing if e.entry is not None))
    reason = f"《{titles}》必须告知而没有说到：{_listed([c for _, c in missing])}"
    evidence = [absent(answer, reason)]
    if ctx.work_order is not None and ctx.work_order.get("诉求类型") not in params.consultation:
        return undetermined(f"{reason}；这是转办的诉求，是否需要告知请人工判断", evidence, details=about(missing))
    if unclear(ctx, Role.OPERATOR, answer[0].start_ms, answer[-1].end_ms):
        return undetermined(f"{reason}；解答中有听不清的话，请人工复核", evidence, details=about(missing))
    confidence = min(heard_well(answer), *(certainty(e) for e, _ in missing))
    return failed(reason, evidence, faults=len(missing), confidence=confidence, details=about(missing))


def _told(ctx: CallContext, pairs: list[tuple[Exchange, FactCheck]]) -> list[Evidence]:
    """Return what was said of each fact; where it was put right afterwards, the right words."""
    told = [(righted(ctx, e, c) or c.said, f"条目{expected(c)}") for e, c in pairs]
    return [words(fact, ctx, note) for fact, note in told if fact is not None]


def _listed(checks: list[FactCheck]) -> str:
    return "、".join(expected(check) for check in checks)
