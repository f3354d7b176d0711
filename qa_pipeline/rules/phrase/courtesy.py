"""PH02, item A2: polite words, a hint and never a deduction."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import absent
from qa_pipeline.rules.matching import Phrase, heard, like, passage_text
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, mumbled, murky


class CourtesyParams(Params):
    """Ways to say the polite words."""

    please: tuple[Phrase, ...] = Field(default_factory=shipped("PH02", "please"), description="“请”的说法")
    thanks: tuple[Phrase, ...] = Field(default_factory=shipped("PH02", "thanks"), description="“谢谢”的说法")
    sorry: tuple[Phrase, ...] = Field(default_factory=shipped("PH02", "sorry"), description="“对不起”的说法")
    min_utterances: int = Field(default=4, ge=1, le=50, description="话务员语句少于此数时不评")


@rule(code="PH02", item="A2", name="使用敬语", params=CourtesyParams, standing=Standing.ADVISE, person_only=True)
def courtesy(ctx: CallContext, params: CourtesyParams) -> Finding:
    """Whether each kind of polite word was used at least once.

    What: 数话务员说“您、请、谢谢、对不起”（含抱歉、不好意思）的次数。
    Why: 服务用语标准。
    Passes: 四类敬语都用过。只听到“你”没有听到“您”时不算缺，因为两个字读音相近，识别分不清。
    Fails: 有一类从未使用，每类计一次。只作提示，从不直接扣分。
    Undetermined: 话务员说得太少，有不少话没有听清，或者有读音相近的话（“非常抱歉”听成“非常报信”）。
    Source: 默认评分标准A2；用语标准见安行审发〔2022〕7号第四条第一项。
    """
    spoken = ctx.transcript.of(Role.OPERATOR)
    text = passage_text(spoken)
    counts = {
        "您": text.count("您") + text.count("你"),
        "请": len(heard(params.please, spoken)),
        "谢谢": len(heard(params.thanks, spoken)),
        "对不起": len(heard(params.sorry, spoken)),
    }
    details = {name: str(count) for name, count in counts.items() if name != "您"} | {
        "您": str(text.count("您")),
        "你": str(text.count("你")),
    }
    missing = [name for name, count in counts.items() if not count]
    if not missing:
        return passed("四类敬语都使用过", parts=4, details=details)
    if len(spoken) < params.min_utterances or murky(ctx, Role.OPERATOR) or mumbled(spoken):
        return undetermined(f"未听到{'、'.join(missing)}，但话务员说得太少或没有听清", parts=4, details=details)
    ways = {"请": params.please, "谢谢": params.thanks, "对不起": params.sorry}
    if perhaps := [name for name in missing if like(ways.get(name, ()), spoken)]:
        return undetermined(
            f"未听到{'、'.join(missing)}，但有读音相近的话，可能是{'、'.join(perhaps)}没有听清",
            parts=4,
            details=details,
        )
    return failed(
        f"全程未使用{'、'.join(missing)}",
        [absent(spoken, f"未使用{'、'.join(missing)}")],
        faults=len(missing),
        parts=4,
        confidence=heard_well(spoken),
        details=details,
    )
