"""TN01, item B1: speech rate."""

from __future__ import annotations

from pydantic import Field, model_validator

from qa_pipeline.models import CallContext, Evidence, Role, Standing
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.windows import by_index, murky


class RateParams(Params):
    """The rates that are neither too slow nor too fast."""

    min_cpm: int = Field(default=160, ge=60, le=400, description="最慢，字/分")
    max_cpm: int = Field(default=300, ge=100, le=600, description="最快，字/分")
    margin: float = Field(default=0.05, ge=0, le=0.5, description="超出界限不到这个比例的，只请人工复核")

    @model_validator(mode="after")
    def _in_order(self) -> RateParams:
        if self.min_cpm >= self.max_cpm:
            raise ValueError("min_cpm must be below max_cpm")
        return self


@rule(code="TN01", item="B1", name="语速适当", params=RateParams, standing=Standing.DEDUCT)
def rate(ctx: CallContext, params: RateParams) -> Finding:
    """Whether the operator spoke neither too slowly nor too fast.

    What: 话务员全程的语速（字/分，除去超过半秒的停顿），与本中心的上下限比较。
    Why: 语气适当。太快听不清，太慢让人着急。
    Passes: 语速在上下限之间。
    Fails: 语速低于下限或高于上限。
    Undetermined: 话务员说得太少，或者刚刚超出界限；显得慢，但有不少话没有听清（漏掉的字使语速偏低）。
    Source: 默认评分标准B1，起始值160–300字/分，应换成本中心自己的第5和第95百分位数（`hotline-qa rates`算出）；
        语气适当见安行审发〔2022〕7号第四条第一项。
    """
    measured = ctx.acoustics.operator_rate_cpm
    if measured is None:
        return undetermined("话务员说得太少，无法判断语速")
    usual = ctx.baseline.rate_cpm if ctx.baseline is not None else None
    details = {"rate_cpm": f"{measured:.0f}"} | ({"usual_cpm": f"{usual.median:.0f}"} if usual is not None else {})
    if params.min_cpm <= measured <= params.max_cpm:
        return passed(f"语速{measured:.0f}字/分", details=details)
    fast = measured > params.max_cpm
    own = f"（本人以往{usual.calls}次通话中位{usual.median:.0f}）" if usual is not None else ""
    reason = f"语速{measured:.0f}字/分{own}，{f'快于{params.max_cpm}' if fast else f'慢于{params.min_cpm}'}"
    beyond = measured / params.max_cpm - 1 if fast else 1 - measured / params.min_cpm
    evidence = _extremes(ctx, fast)
    if beyond <= params.margin:
        return undetermined(f"{reason}，超出不多，请人工复核", evidence, details=details)
    if not fast and murky(ctx, Role.OPERATOR):
        return undetermined(f"{reason}，但话务员有不少话没有听清，请人工复核", evidence, details=details)
    return failed(reason, evidence, confidence=0.9, details=details)


def _extremes(ctx: CallContext, fast: bool, count: int = 3) -> list[Evidence]:
    """Return the operator's fastest (or slowest) utterances; the first one where none could be measured."""
    rates = {m.index: m.rate_cpm for m in ctx.acoustics.utterances if m.rate_cpm is not None}
    spoken = [u for u in ctx.transcript.of(Role.OPERATOR) if u.index in rates]
    spoken.sort(key=lambda u: rates[u.index], reverse=fast)
    chosen = [by_index(ctx, u.index) for u in spoken[:count]] or list(ctx.transcript.of(Role.OPERATOR)[:1])
    return [said(u, f"{rates[u.index]:.0f}字/分" if u.index in rates else "全程语速") for u in chosen if u is not None]
