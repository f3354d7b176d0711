"""FE04, fatal error V4: refusing or shirking without guidance."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing
from qa_pipeline.rules.base import Finding, Params, passed, rule
from qa_pipeline.rules.matching import Phrase, heard, search
from qa_pipeline.rules.saying import judge_words, listed, wrong_words
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import after

_NOT_GIVEN = ("不", "不能", "不会", "不想", "没", "没法", "没办法", "无法", "不用", "懒得")
"""Before 给您登记 these make a refusal of it."""

_DIGIT = "[0-9零〇一二三四五六七八九幺两]"
_NEXT = f"[、，, -]?{_DIGIT}"
_ONE, _TWO, _NINE, _ZERO = "[1一幺]", "[2二两]", "[9九]", "[0零〇]"
_SERVICE = f"{_NINE}[56五六](?:{_NEXT}){{3}}|{_ONE}{_TWO}(?:{_NEXT}){{3}}|{_ONE}{_ZERO}{{2}}(?:{_NEXT}){{2}}"
_EMERGENCY = f"{_ONE}{_ONE}(?:{_ZERO}|{_NINE})|{_ONE}{_TWO}(?:{_ZERO}|{_TWO})"
_NO_DIGIT = _DIGIT.replace("[", "[^")
_PHONE = f"{_DIGIT}(?:{_NEXT}){{6}}|(?:^|{_NO_DIGIT})(?:{_SERVICE}|{_EMERGENCY})(?:{_NO_DIGIT}|$)"
"""Seven digits, a service number (95598, 12328, 10086) or an emergency number, whole.

The operator's own number, told on demand, is no guidance; 1002 may be heard as 10200.
"""


class RefusalParams(Params):
    """Words of refusal and words of guidance."""

    refusing: tuple[Phrase, ...] = Field(
        default_factory=shipped("FE04", "refusing"), description="拒绝、推诿的话及其例外"
    )
    guiding: tuple[Phrase, ...] = Field(default_factory=shipped("FE04", "guiding"), description="给来电人指引的话")


@rule(code="FE04", item="V4", name="疑似拒接、推诿且不指引", params=RefusalParams, standing=Standing.ADVISE)
def refusal(ctx: CallContext, params: RefusalParams) -> Finding:
    """Whether the operator seems to have refused the matter without saying where to turn.

    What: 话务员说了拒绝、推诿的话，而除开头语外全程没有给过指引（建议联系某单位、转办、登记、
        告知电话；“不给您登记”不算）。
    Why: 一票否决项。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有拒绝；或者不属于职能范围但给了指引。
    Fails: 拒绝、推诿而没有任何指引，标为疑似；只提示，不扣分。
    Undetermined: 只是读音相近，或者识别把握不足。
    Source: 默认评分标准V4（参照GB/T 33358—2016《政府热线服务规范》）；
        标准用语“建议您与××单位联系”见默认评分标准所附规范用语。
    """
    refused = wrong_words(ctx, params.refusing)
    asked = ctx.transcript.of(Role.CALLER)
    later = after(ctx, Role.OPERATOR, asked[0].start_ms if asked else 0)
    guided = [hit for hit in heard(params.guiding, later) if not hit.before.endswith(_NOT_GIVEN)]
    if refused and guided:
        return passed(f"没有接办的事项给了指引：{listed(guided[:2])}", [hit.evidence("指引") for hit in guided[:2]])
    if refused and search((_PHONE,), later):
        return passed("没有接办的事项告知了电话")
    return judge_words(ctx, refused, params.min_confidence, "疑似拒绝、推诿的话")
