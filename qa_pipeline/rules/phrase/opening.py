"""PH01, item A1: the opening."""

from __future__ import annotations

from pydantic import Field

from qa_pipeline.models import CallContext, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, rule
from qa_pipeline.rules.matching import Phrase, heard, passage_text
from qa_pipeline.rules.phrase.parts import Part, judge
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import first_of, heard_well, turns

CORE_MS = 10_000
"""An opening takes 4-7 s; what is said later is heard for variants, but raises no doubt."""

_HELLO = 6  # characters of a caller who only says hello, so that the operator's opening goes on


class OpeningParams(Params):
    """Ways to greet, to name the hotline and to ask, and where to look for them."""

    greeting: tuple[Phrase, ...] = Field(default_factory=shipped("PH01", "greeting"), description="问候的说法")
    name: tuple[Phrase, ...] = Field(default_factory=shipped("PH01", "name"), description="报热线名称的说法")
    name_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH01", "name_doubtful"), description="可能是热线名称、不能确定的话"
    )
    asking: tuple[Phrase, ...] = Field(default_factory=shipped("PH01", "asking"), description="主动询问的说法")
    asking_doubtful: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH01", "asking_doubtful"), description="可能是主动询问、不能确定的话"
    )
    asking_hints: tuple[Phrase, ...] = Field(
        default_factory=shipped("PH01", "asking_hints"),
        description="第一轮话里有这些字眼，可能是换了说法的主动询问，存疑",
    )
    turns: int = Field(default=2, ge=1, le=5, description="看话务员开头的几轮话")
    within_ms: int = Field(default=20_000, ge=3_000, le=60_000, description="从话务员第一句话起多少毫秒内")


@rule(code="PH01", item="A1", name="开头语完整", params=OpeningParams, standing=Standing.DEDUCT)
def opening(ctx: CallContext, params: OpeningParams) -> Finding:
    """Whether the opening greets, names the hotline and asks what is wanted.

    What: 在话务员开头的两轮话里（识别会把一句话切成几段，段不另算），按文字和读音找问候、
        12345名称、主动询问三部分的各种说法。
    Why: 服务用语标准。来电人应当一接通就知道接电话的是谁、能帮什么。
    Passes: 三部分都说了，次序不限。如“您好，欢迎拨打12345热线，请问有什么可以帮您？”
    Fails: 缺一部分计一次；三部分全缺按全缺扣分。
    Undetermined: 开头有听不清的话，或者听到读音相近而不能确定的话；没有听到主动询问，而第一轮话里有问话的字眼，
        或者第一轮话识别把握不足；分不清谁在说话。
    Source: 默认评分标准A1（参照GB/T 33358—2016《政府热线服务规范》）及所附规范用语；
        用语标准见安行审发〔2022〕7号第四条第一项。
    """
    window = first_of(ctx, Role.OPERATOR, params.turns, params.within_ms)
    parts = (
        Part("问候", params.greeting),
        Part("12345名称", params.name, params.name_doubtful),
        Part("主动询问", params.asking, params.asking_doubtful, perhaps=_perhaps_asked(ctx, params)),
    )
    core = [u for u in window[:3] if u.start_ms <= window[0].start_ms + CORE_MS]
    return judge(ctx, parts, window, core, (0, core[-1].end_ms), "开头语")


def _perhaps_asked(ctx: CallContext, params: OpeningParams) -> bool:
    """Whether the operator's first turn holds anything like a question, in whatever words, or was heard badly."""
    first = _first_turn(ctx)
    return bool(heard(params.asking_hints, first)) or heard_well(first) < params.min_confidence


def _first_turn(ctx: CallContext) -> list[Utterance]:
    """Return the operator's first turn; it goes on where the caller only said hello in between."""
    first: list[Utterance] = []
    for turn in turns(ctx):
        if turn[0].role is Role.OPERATOR:
            first += turn
        elif first and len(passage_text(turn)) > _HELLO:
            break
    return first
