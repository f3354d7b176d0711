"""AN05, item C5: promises beyond the operator's power."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, Params, rule, undetermined
from qa_pipeline.rules.matching import Hit, Phrase, stand
from qa_pipeline.rules.saying import judge_words, listed, split_by_confidence, wrong_words
from qa_pipeline.rules.shipped import shipped

_WHAT = "越权承诺的话"
_CLAUSE = re.compile(r"[，。！？；,.!?;]")
_REFUSED_WITHIN = 8  # characters between 不能 and the promise: 没办法给您打包票
_NEGATED_WITHIN = 6
_CONDITION_WITHIN = 16


class PromiseParams(Params):
    """The phrases, each with its exceptions, and what around any of them unsays it."""

    promising: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "promising"), description="越权承诺的话及其例外"
    )
    refusing: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "refusing"), description="同一句里前面有这些话，不算承诺；只是读音相近的存疑"
    )
    refused_after: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "refused_after"), description="紧接在后面有这些话，不算承诺"
    )
    negating: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "negating"), description="前面几个字里有这些字，是否承诺存疑"
    )
    conditions: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "conditions"), description="前面有这些话，承诺带着条件，存疑"
    )
    reassuring: tuple[Phrase, ...] = Field(
        default_factory=shipped("AN05", "reassuring"), description="带有否定字的安慰话，不算否定"
    )


@rule(code="AN05", item="C5", name="不越权承诺", params=PromiseParams, standing=Standing.DEDUCT)
def promise(ctx: CallContext, params: PromiseParams) -> Finding:
    """Whether the operator promised an outcome that only the handling unit can decide.

    What: 按文字和读音在话务员的话里找“我保证、一定给您办成”一类的话，再看前后有没有否定和条件。
        “不能保证”“没办法给您打包票”、保证金、低保证明一类不算。
    Why: 热线只受理转办，结果由承办单位决定；承诺落空会失信于民。
    Passes: 没有承诺结果；承诺记录、转办、尽快反馈不算越权。
    Fails: 承诺了办理结果，一口气里说的几句计一次。
    Undetermined: 只是读音相近，或者识别把握不足；前面几个字里有像否定、像条件的话；话务员有不少话没有听清。
    Source: 默认评分标准C5；办理和答复由承办单位负责，见安行审发〔2022〕7号第五条第一项。
    """
    hits = [hit for hit in wrong_words(ctx, params.promising) if not _refused(hit, params)]
    plain = [hit for hit in hits if not _perhaps_refused(hit, params)]
    if len(plain) == len(hits) or split_by_confidence(plain, params.min_confidence)[0]:
        return judge_words(ctx, plain, params.min_confidence, _WHAT)
    evidence = [hit.evidence(f"疑似{_WHAT}") for hit in hits]
    return undetermined(f"疑似{_WHAT}：{listed(hits)}，前面像有否定或条件，请人工复核", evidence)


def _refused(hit: Hit, params: PromiseParams) -> bool:
    """Whether the same clause says, in so many words, that this cannot be promised."""
    clause = _CLAUSE.split(_before(hit, params.reassuring))[-1]
    if any(written for _, written in _near(params.refusing, clause, _REFUSED_WITHIN)):
        return True
    return any(written and start <= 4 for _, start, _, written in stand(params.refused_after, hit.after[:12]))


def _perhaps_refused(hit: Hit, params: PromiseParams) -> bool:
    """Whether something like a negation or a condition stands before: the recogniser cuts clauses where it likes."""
    before = _before(hit, params.reassuring)
    clause = _CLAUSE.split(before)[-1]
    return bool(
        _near(params.refusing, before, _REFUSED_WITHIN)
        or _near(params.negating, clause, _NEGATED_WITHIN - 1)
        or _near(params.conditions, before, _CONDITION_WITHIN)
    )


def _before(hit: Hit, reassuring: Sequence[Phrase]) -> str:
    """Return what was said before, 没问题 and 别担心 made pauses."""
    text = hit.before
    for _, start, end, _ in stand(reassuring, text):
        text = text[:start] + "，" * (end - start) + text[end:]
    return text


def _near(wanted: Sequence[Phrase], text: str, within: int) -> list[tuple[str, bool]]:
    """Return the phrases that end at most ``within`` characters before the end, and whether each is written so."""
    return [(phrase.text, written) for phrase, _, end, written in stand(wanted, text) if len(text) - end <= within]
