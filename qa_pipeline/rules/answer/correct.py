"""AN02, item C2: whether what was answered is what the entry of the day says."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import Field

from qa_pipeline.models import Agreement, CallContext, Evidence, Exchange, FactCheck, Standing
from qa_pipeline.rules.answer.consultations import answered, certainty, covered, expected, words
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, rule, undetermined

_Checked = tuple[Exchange, FactCheck]


class CorrectParams(Params):
    """How sure retrieval must be."""

    sure: float = Field(default=0.5, ge=0, le=1, description="知识条目匹配的把握低于此值不据以判定")


@rule(code="AN02", item="C2", name="解答与条目一致", params=CorrectParams, standing=Standing.DEDUCT)
def correct(ctx: CallContext, params: CorrectParams) -> Finding:
    """Whether the facts that the operator stated are those of the entry valid on the day of the call.

    What: 把来电人的问题匹配到通话当日有效的知识条目，逐项比较话务员说出的时限、费用、电话、时间、比例、年龄、材料。
        工作日与自然日分开；复述、假设、说明旧规定、引用来电人的话不算；说的是条目里另一项的值不算错。
    Why: 咨询解答内容是否正确。
    Passes: 说出的要素与条目一致。如条目20个工作日，答“二十个工作日内发证”。
    Fails: 有一项明确说成了别的值。当场更正的，按更正扣分。
    Undetermined: 没有匹配到有把握的条目而话务员作了解答；值接近、读音相近或识别把握不足。
    Not applicable: 通话没有咨询解答。
    Source: 默认评分标准C2；事实比较在30组句子上判对27组（design/measured）。
    """
    checked = [(e, c) for e in covered(ctx, params.sure) for c in e.checks]
    wrong = [pair for pair in checked if pair[1].agreement is Agreement.CONTRADICTS]
    mended = [pair for pair in checked if pair[1].agreement is Agreement.CORRECTED]
    if wrong:
        return failed(f"解答与条目不一致：{_told(wrong)}", _evidence(ctx, wrong), confidence=_confidence(wrong))
    if mended:
        reason = f"先说错、当场更正：{_told(mended)}"
        return failed(reason, _evidence(ctx, mended), corrected=True, confidence=_confidence(mended))
    doubtful = [pair for pair in checked if pair[1].agreement is Agreement.UNSURE and pair[1].said is not None]
    if doubtful:
        return undetermined(f"解答与条目可能不一致，请人工复核：{_told(doubtful)}", _evidence(ctx, doubtful))
    return _without_faults(ctx, checked, params)


def _without_faults(ctx: CallContext, checked: Sequence[_Checked], params: CorrectParams) -> Finding:
    agreeing = [pair for pair in checked if pair[1].agreement is Agreement.AGREES]
    if agreeing:
        names = "、".join(dict.fromkeys(expected(check) for _, check in agreeing))
        return passed(
            f"与条目一致：{names}", _evidence(ctx, agreeing), confidence=max(certainty(e) for e, _ in agreeing)
        )
    unsure = [e for e in ctx.exchanges if e.entry is not None and certainty(e) < params.sure]
    if any(c.agreement is Agreement.CONTRADICTS for e in unsure for c in e.checks):
        pairs = [(e, c) for e in unsure for c in e.checks if c.agreement is Agreement.CONTRADICTS]
        return undetermined(f"知识条目匹配把握不足，请人工复核：{_told(pairs)}", _evidence(ctx, pairs))
    if answered(ctx) and ctx.work_order is None:
        return undetermined("话务员作了解答，但知识库中没有有把握对应的条目，请人工复核")
    return not_applicable("通话没有可核对的咨询解答")


def _told(pairs: Sequence[_Checked]) -> str:
    return "；".join(
        dict.fromkeys(
            f"《{e.entry.title}》{expected(c)}，话务员说“{c.said.text}”"
            for e, c in pairs
            if e.entry is not None and c.said is not None
        )
    )


def _evidence(ctx: CallContext, pairs: Sequence[_Checked]) -> list[Evidence]:
    return [words(c.said, ctx, f"条目{expected(c)}") for _, c in pairs if c.said is not None]


def _confidence(pairs: Sequence[_Checked]) -> float:
    """Return the best pair's probability. A number that differs in sound is right twice as surely as its words."""
    return max(min(certainty(e), 1 - (1 - c.said.confidence) / 2 if c.said else 0.0) for e, c in pairs)
