"""FE02, fatal error V2: a quarrel with the caller."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.base import Finding, failed, passed, rule, undetermined
from qa_pipeline.rules.hostility import HostilityParams, Moment, moments
from qa_pipeline.rules.matching import Hit, Phrase
from qa_pipeline.rules.saying import listed, wrong_words
from qa_pipeline.rules.shipped import shipped


class QuarrelParams(HostilityParams):
    """Words of a quarrel and how close both sides must be."""

    quarrelling: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE02", "quarrelling"), description="争吵、顶撞的话及其例外"
    )
    within_ms: int = Field(default=30_000, ge=5_000, le=120_000, description="与来电人激动的话相隔多少毫秒内")
    times: int = Field(default=2, ge=1, le=10, description="话务员顶撞几轮算争吵")


@rule(code="FE02", item="V2", name="疑似与来电人争吵", params=QuarrelParams, standing=Standing.ADVISE)
def quarrel(ctx: CallContext, params: QuarrelParams) -> Finding:
    """Whether operator and caller seem to have quarrelled.

    What: 话务员说顶撞、争吵的话，而且前后不久来电人也说了愤怒、辱骂或者威胁的话；双方都有才算争吵。只凭声音不算。
    Why: 一票否决项。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有双方争吵。
    Fails: 话务员至少两轮顶撞激动的来电人，标为疑似；只提示，不扣分。
    Undetermined: 只有一轮，或者识别把握不足。
    Source: 默认评分标准V2。
    """
    angry = [m for m in moments(ctx, params) if m.level >= 2 and m.spoken_emotion]
    hits = [hit for hit in wrong_words(ctx, params.quarrelling) if _near(hit, angry, params.within_ms)]
    if not hits:
        return passed("没有与来电人争吵")
    near = [m for m in angry if any(_near(hit, [m], params.within_ms) for hit in hits)]
    evidence = [hit.evidence("顶撞") for hit in hits] + [e for m in near[:2] for e in m.shown(ctx, "来电人激动", 1)]
    rounds = len({hit.passage for hit in hits if hit.confidence >= params.min_confidence})
    reason = f"疑似与来电人争吵：{listed(hits)}"
    if rounds < params.times:
        return undetermined(f"{reason}，请人工复核", evidence)
    return failed(reason, evidence, confidence=max(hit.confidence for hit in hits))


def _near(hit: Hit, angry: list[Moment], within_ms: int) -> bool:
    return any(m.start_ms - within_ms <= hit.start_ms <= m.end_ms + within_ms for m in angry)
