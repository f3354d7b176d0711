"""FE05, fatal error V5: giving away who complained, or somebody's number."""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from rapidfuzz import fuzz

from qa_pipeline.language.numerals import digits
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import passage_text, passages, search
from qa_pipeline.rules.saying import listed, quoted
from qa_pipeline.rules.windows import heard_well, murky

_DIGIT_RUN = re.compile(r"[0-9零〇一二三四五六七八九幺两，,、 -]{11,40}")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)[1-8]\d{5}(?:19|20)\d{9}(?!\d)")


class LeakParams(Params):
    """Patterns of giving people away, and what excuses them."""

    patterns: tuple[str, ...] = Field(
        default=(
            r"(?:举报|投诉|反映|报案)(?:您|你|您们|你们)(?:们)?的(?:人|那位|那个人)?(?:是|叫|姓)",
            r"(?:是|有)[^，。！？]{0,10}(?:先生|女士|小姐|大爷|大妈|阿姨|老师)(?:反映|举报|投诉|打电话来?反映|打来?电话?说?|打来|告)的",
            r"是(?:您|你)(?:家)?(?:楼上|楼下|隔壁|对门|邻居|同事|单位)[^，。！？]{0,14}(?:打来|打电话|反映|举报|投诉|告)的",
            r"(?<!您)(?:举报人|投诉人|反映人|他|她|对方|那个人|邻居)的?(?:电话|手机|号码|身份证|住址|家庭住址)号?码?(?:尾号)?(?:就?是|为)(?!多少|什么|几|否|不是)",
            r"(?:举报人|投诉人|反映人)(?:就)?(?:是|叫|姓|住在)(?!不|什么|谁|否|您|你|本人)",
            r"(?<!们)(?:他|她)(?:家)?(?:就)?住在?[^，。！？]{1,12}(?:电话|手机|号码)",
        ),
        description="疑似泄露来电人、举报人信息的说法（正则表达式）",
    )
    unless: tuple[str, ...] = Field(
        default=(
            r".{0,30}(?:保密|不能(?:告诉|透露|提供|说)|无法(?:告诉|透露|提供)|不方便(?:透露|提供|说)|不会(?:透露|泄露)|不(?:得|可以)(?:透露|泄露|提供)).{0,20}",
        ),
        description="例外：说明要保密的话",
    )

    @field_validator("patterns", "unless")
    @classmethod
    def _compile(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in value:
            try:
                re.compile(pattern)
            except re.error as error:
                raise ValueError(f"{pattern!r} is not a regular expression: {error}") from error
        return value


@rule(code="FE05", item="V5", name="疑似泄露来电人或举报人信息", params=LeakParams, standing=Standing.ADVISE)
def leak(ctx: CallContext, params: LeakParams) -> Finding:
    """Whether the operator seems to have given away who complained, or a private number.

    What: 话务员说出谁反映、举报的，或者他人的电话、住址、身份证号；手机号码和身份证号若不是来电人自己说过的、
        也不是本次来电号码，也算。核对来电人自己的号码、告知单位的固定电话不算。
    Why: 一票否决项，涉及个人信息保护。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有这类话，或者说明了要保密。
    Fails: 有这类话，标为疑似；只提示，不扣分。
    Undetermined: 识别把握不足，或者话务员有不少话没有听清。
    Source: 默认评分标准V5。
    """
    operator = ctx.transcript.of(Role.OPERATOR)
    hits = [hit for hit in search(params.patterns, operator, params.unless) if not quoted(ctx, hit)]
    numbers = _strange_numbers(ctx)
    evidence = [*(hit.evidence("疑似泄露") for hit in hits), *numbers]
    if hits:
        reason = f"疑似泄露他人信息：{listed(hits)}"
        return failed(reason, evidence, faults=len(hits), confidence=max(hit.confidence for hit in hits))
    if numbers:
        return undetermined("话务员说了一个不像是来电人自己的号码，可能是听错，请人工复核", evidence)
    if murky(ctx, Role.OPERATOR):
        return undetermined("没有发现泄露，但话务员有不少话没有听清，请人工复核")
    return passed("没有发现泄露个人信息", confidence=heard_well(ctx.transcript.of(Role.OPERATOR)))


def _strange_numbers(ctx: CallContext) -> list[Evidence]:
    """Return where the operator says a mobile or identity number unlike any of the caller's own."""
    own = [digits(ctx.call.caller_number), digits(ctx.work_order.get("联系方式")) if ctx.work_order else ""]
    own += [digits(passage_text(p)) for p in passages(ctx.transcript.of(Role.CALLER))]
    return [
        said(passage[0], "疑似泄露号码")
        for passage in passages(ctx.transcript.of(Role.OPERATOR))
        if any(_strange(number, own) for number in _numbers(passage))
    ]


def _strange(number: str, own: list[str]) -> bool:
    """Whether a number is unlike all others; a digit or two may be the recogniser's."""
    return all(fuzz.partial_ratio(number, other) < 70 for other in own if len(other) >= 4)


def _numbers(passage: tuple[Utterance, ...]) -> list[str]:
    runs = (digits(run) for run in _DIGIT_RUN.findall(passage_text(passage)))
    return [m for run in runs for pattern in (_MOBILE, _IDENTITY) for m in pattern.findall(run)]
