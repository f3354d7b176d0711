"""AN02, item C2: whether what was answered is what the entry of the day says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from pydantic import Field

from qa_pipeline.language.hedges import hedged
from qa_pipeline.language.script import simplify
from qa_pipeline.models import (
    UNKNOWN_CONFIDENCE,
    Agreement,
    CallContext,
    Evidence,
    Exchange,
    FactCheck,
    Role,
    SpokenFact,
    Standing,
)
from qa_pipeline.rules.answer.consultations import (
    about,
    answered,
    beyond,
    certainty,
    compared,
    covered,
    expected,
    replies,
    righted,
    words,
)
from qa_pipeline.rules.answer.second_opinion import weighed
from qa_pipeline.rules.answer.taken_back import taken_back
from qa_pipeline.rules.base import Finding, Params, failed, not_applicable, passed, rule, undetermined
from qa_pipeline.rules.windows import heard_well

_Checked = tuple[Exchange, FactCheck]
_FIGURES = frozenset(
    {"time_limit", "fee", "percent", "validity", "amount_cap", "amount", "age", "phone", "hours", "materials"}
)

_SAID = {Agreement.CORRECTED: "先说"}


class CorrectParams(Params):
    """How sure retrieval must be, and how sure a difference that costs the item."""

    # Twelve points want both the entry and the value surer than other items do; what is less sure goes to a person.
    # For the value it means words of 0.5 and more: of those nine in ten were right (bench/RESULTS.md, Confidence).
    min_confidence: float = Field(default=0.75, ge=0, le=1, description="把握低于此值的不一致不计，交人工复核")
    sure: float = Field(default=0.5, ge=0, le=1, description="知识条目匹配的把握低于此值不据以判定")


@rule(code="AN02", item="C2", name="解答与条目一致", params=CorrectParams, standing=Standing.DEDUCT)
def correct(ctx: CallContext, params: CorrectParams) -> Finding:
    """Whether the facts that the operator stated are those of the entry valid on the day of the call.

    What: 把来电人的问题匹配到通话当日有效的知识条目，逐项比较话务员说出的时限、费用、电话、时间、比例、年龄、材料。
        工作日与自然日分开；条目分情形的按来电人的情形比较；条目原文里“无需”“禁止”一类的话也比较；
        复述、假设、说明旧规定、引用别人的话不算；说的是条目里另一项的值不算错；条目没有写到的只列出，不算错。
    Why: 咨询解答内容是否正确。
    Passes: 说出的要素与条目一致。如条目20个工作日，答“二十个工作日内发证”。
    Fails: 有一项明确说成了别的值。当场更正的，按更正扣分；一口气里就改口的（三天，哎不对，三十天）不算。
    Undetermined: 没有匹配到有把握的条目而话务员作了解答；语言模型（如设置）与事实比较意见不一；
        值接近、读音相近或把握不足；话务员说过“说错了”而前后的值不同；
        条目分情形（本地、外地）而不清楚来电人属于哪一种；数字是按读音推断的；只是估计的话；
        话务员自己说不确定又没有查；先说对、后来又说成别的值，或肯定了来电人说错的值；
        识别引擎不给出把握、按设置的统一数值计的。
    Not applicable: 通话没有咨询解答。
    Source: 默认评分标准C2；事实比较在30组句子上判对27组（design/measured）。
    """
    finding = weighed(_by_facts(ctx, params), ctx, params.sure)
    return replace(finding, details={**finding.details, **compared(ctx, params.sure)})


def _by_facts(ctx: CallContext, params: CorrectParams) -> Finding:
    checked = [(e, c) for e in covered(ctx, params.sure) for c in e.checks]
    wrong = [pair for pair in checked if pair[1].agreement is Agreement.CONTRADICTS]
    mended = [pair for pair in checked if pair[1].agreement is Agreement.CORRECTED]
    doubtful = [pair for pair in checked if pair[1].agreement is Agreement.UNSURE and pair[1].said is not None]
    for faults, what in ((wrong, "解答与条目不一致"), (mended, "先说错、当场更正")):
        sure = [pair for pair in faults if _is_figure(pair[1]) and _confidence(pair) >= params.min_confidence]
        # One confidence for all words says nothing of this value: such a call costs nobody twelve points.
        if sure and not ctx.transcript.confidence_assumed:
            rest = [pair for pair in [*wrong, *mended, *doubtful] if pair not in sure]
            return _failed(ctx, what, sure, rest, faults is mended)
    if faults := [*wrong, *mended]:
        reason = f"疑似解答与条目不一致，把握不足，请人工复核：{_told(faults)}"
        return undetermined(reason, _evidence(ctx, faults), details=about(faults))
    if doubtful:
        reason = f"解答与条目可能不一致{_why(ctx, doubtful)}，请人工复核：{_told(doubtful)}"
        return undetermined(reason, _evidence(ctx, doubtful), details=about(doubtful))
    return _without_faults(ctx, checked, params)


def _failed(
    ctx: CallContext, what: str, sure: Sequence[_Checked], rest: Sequence[_Checked], corrected: bool
) -> Finding:
    """Return the FAIL of the pairs that are sure; what else differs is shown to a person and not counted."""
    evidence = [*_evidence(ctx, sure), *_evidence(ctx, rest, "，未计，请人工复核")]
    confidence = max(_confidence(pair) for pair in sure)
    return failed(f"{what}：{_told(sure)}", evidence, corrected=corrected, confidence=confidence, details=about(sure))


def _without_faults(ctx: CallContext, checked: Sequence[_Checked], params: CorrectParams) -> Finding:
    agreeing = [pair for pair in checked if pair[1].agreement is Agreement.AGREES]
    if ctx.work_order is not None and all(check.expected_slot == "time_limit" for _, check in agreeing):
        # "五个工作日内答复您" is the promise of every order (C4), and agrees with any entry that has the same limit.
        agreeing = []
    if agreeing and (values := taken_back(ctx, agreeing)):
        told = "、".join(value.text for value in values)
        reason = f"话务员说过“说错了”一类的话，前后的值不同，请人工核对更正的是不是这一项：{told}"
        return undetermined(reason, [words(f, ctx, "更正前后") for f in values], details=about(agreeing))
    if agreeing:
        names = "、".join(dict.fromkeys(expected(check) for _, check in agreeing))
        sureness = max(certainty(e) for e, _ in agreeing)
        return passed(
            f"与条目一致：{names}{_not_compared(checked)}{_more(checked)}",
            _evidence(ctx, agreeing),
            confidence=sureness,
            details=about(agreeing),
        )
    unsure = [e for e in ctx.exchanges if e.entry is not None and certainty(e) < params.sure]
    if any(c.agreement is Agreement.CONTRADICTS for e in unsure for c in e.checks):
        pairs = [(e, c) for e in unsure for c in e.checks if c.agreement is Agreement.CONTRADICTS]
        reason = f"知识条目匹配把握不足，请人工复核：{_told(pairs)}"
        return undetermined(reason, _evidence(ctx, pairs), details=about(pairs))
    if answered(ctx) and ctx.work_order is None:
        return undetermined("话务员作了解答，但知识库中没有有把握对应的条目，请人工复核", replies(ctx))
    return not_applicable("通话没有可核对的咨询解答", confidence=heard_well(ctx.transcript.utterances))


def _not_compared(checked: Sequence[_Checked]) -> str:
    """Return which elements of the entries were not compared with anything, "" where all were."""
    rest = [c for _, c in checked if c.agreement in {Agreement.MISSING, Agreement.UNSURE}]
    names = "、".join(dict.fromkeys(expected(check) for check in rest))
    return f"；没有比较：{names}（没有听到或没有听清）" if names else ""


def _more(checked: Sequence[_Checked]) -> str:
    """Return what was said beyond the entries: it is nobody's fault, and their owners may want to know."""
    said = beyond(checked)
    return f"；条目没有写到：{said}" if said else ""


def _why(ctx: CallContext, pairs: Sequence[_Checked]) -> str:
    """Return what the doubt is where it is of one kind: misheard words, a guess, or a branch that nobody named."""
    said = [c.said for _, c in pairs if c.said is not None]
    if any(one.mended for one in said):
        return "（数字是按读音推断的）"
    if any(_was_guess(ctx, one) for one in said):
        return "（话务员自己说不确定，又没有查）"
    if any(one.role is Role.CALLER for one in said):
        return "（来电人这样说，话务员没有纠正）"
    return "（条目分情形，不清楚来电人属于哪一种）" if any(_same_value(c) for _, c in pairs) else ""


def _was_guess(ctx: CallContext, said: SpokenFact) -> bool:
    own = [u for u in ctx.transcript.utterances if u.role is Role.OPERATOR and u.index >= said.utterance]
    if not own or own[0].index != said.utterance:
        return False
    text, *later = (simplify(u.text) for u in own)
    place = max(0, text.find(said.text))
    return hedged(text, place, place + len(said.text), later)


def _same_value(check: FactCheck) -> bool:
    return check.said is not None and (check.said.value, check.said.unit) == (check.expected_value, check.expected_unit)


def _told(pairs: Sequence[_Checked]) -> str:
    return "；".join(
        dict.fromkeys(
            f"《{e.entry.title}》{expected(c)}，{_speaker(c)}“{c.said.text}”"
            for e, c in pairs
            if e.entry is not None and c.said is not None
        )
    )


def _speaker(check: FactCheck) -> str:
    if check.said is not None and check.said.role is Role.CALLER:
        return "话务员肯定了来电人说的"
    return f"话务员{_SAID.get(check.agreement, '说')}"


def _evidence(ctx: CallContext, pairs: Sequence[_Checked], remark: str = "") -> list[Evidence]:
    found = []
    for exchange, check in pairs:
        if check.said is not None:
            found.append(words(check.said, ctx, f"条目{expected(check)}{remark}"))
        if (after := righted(ctx, exchange, check)) is not None:
            found.append(words(after, ctx, "后来更正为"))
    return found


def _is_figure(check: FactCheck) -> bool:
    """Whether a difference is one of amounts, times, numbers or documents; what differs in words a person must read.

    Sentences against sentences (无需预约, 必须预约), channels and parts of a whole are too easily meant otherwise.
    """
    return check.expected_slot in _FIGURES and "/" not in check.expected_value


def _confidence(pair: _Checked) -> float:
    """Return a pair's probability: of the entry, and that the value was heard right.

    A value fits among others of its kind, so it is wrong half as often as its least sure word at most: of values whose
    words are all at 0.5 or more nine in ten are right, where the word alone says 0.5 to 1.
    """
    exchange, check = pair
    # Of words that the recogniser says nothing of, that half is not known either.
    if check.said is None or check.said.confidence == UNKNOWN_CONFIDENCE:
        return 0.0
    return min(certainty(exchange), 1 - (1 - check.said.confidence) / 2)
