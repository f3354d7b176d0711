"""FE05, fatal error V5: giving away who complained, or somebody's number."""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from rapidfuzz import fuzz

from qa_pipeline.language.numerals import digits
from qa_pipeline.language.personal.finding import Kind
from qa_pipeline.language.personal.numbers import numbers
from qa_pipeline.models import CallContext, Evidence, Role, Standing, Utterance
from qa_pipeline.rules.base import Finding, Params, failed, passed, rule, undetermined
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Hit, passage_text, passages, search
from qa_pipeline.rules.saying import listed, quoted
from qa_pipeline.rules.windows import heard_well, murky

_TOLD = frozenset({Kind.MOBILE, Kind.IDENTITY})
# What only the words around a shorter row call a phone may be anything; a digit or two of a whole one may be mended.
_LIKELY = 0.8
_LONG = 15
_SURNAME = re.compile(r"([\u4e00-\u9fff])(?:某某?)?(?:先生|女士|小姐|大爷|大妈|阿姨|老师|师傅|大姐|大哥)")
_CALLS_ITSELF = re.compile(r"(?:免贵姓|我姓|我叫|我是|叫我|姓)([\u4e00-\u9fff])")

_SOMEBODY = "(?:举报|投诉|反映|报案|检举)"
_WHO_DID = f"(?:{_SOMEBODY}人|打电话(?:来)?的(?:人|那个|那位))"
_PERSON = "(?:先生|女士|小姐|大爷|大妈|阿姨|老师|师傅|大姐|大哥)"
_CAME = "(?:反映|举报|投诉|检举|打电话来?反映|打来?电话?说?|打来|告)"
_NEAR = "(?:楼上|楼下|隔壁|对门|对面|邻居|同事|单位|店里|公司)"
_OTHERS = f"(?:{_WHO_DID}|他|她|对方|那个人|邻居)"
_PRIVATE = "(?:电话|手机|号码|身份证|住址|家庭住址|地址)"


class LeakParams(Params):
    """Patterns of giving people away, and what excuses them. None looks around, so that any engine can run them."""

    patterns: tuple[str, ...] = Field(
        default=(
            f"{_SOMEBODY}(?:您|你)(?:们)?(?:家|店|公司)?的(?:人|那位|那个人)?(?:就)?(?:是|叫|姓)",
            f"(?:是|有)[^，。！？]{{0,10}}{_PERSON}{_CAME}的",
            f"是(?:您|你)(?:们)?(?:家)?{_NEAR}[^，。！？]{{0,14}}{_CAME}的",
            f"就是(?:您|你)?(?:们)?(?:家)?{_NEAR}(?:的)?(?:那家|那户|那个人)",
            f"(?:您|你)(?:们)?(?:家)?{_NEAR}[^，。！？]{{0,10}}{_CAME}的",
            r"(?:偷偷|悄悄|私下|跟你说实话|实话)(?:地)?(?:告诉|跟|和|给)?(?:您|你)?(?:说|讲)?[，,]?(?:就)?是(?:您|你)",
            f"{_OTHERS}的?{_PRIVATE}号?码?(?:尾号)?(?:就?是|为)",
            f"{_WHO_DID}(?:就)?(?:是|叫|姓|住在?|家住)",
            r"(?:他|她)(?:家)?(?:就)?住在?[^，。！？]{1,12}，?(?:电话|手机|号码)",
            f"(?:我)?(?:把|将){_WHO_DID}的?(?:姓名|名字|电话|手机|号码|信息|住址|地址).{{0,4}}(?:告诉|发给|给)(?:您|你)",
        ),
        description="疑似泄露来电人、举报人信息的说法（正则表达式）",
    )
    unless: tuple[str, ...] = Field(
        default=(
            r".{0,30}(?:保密|不(?:能|会|得|可以|可能|方便|便|便于)(?:把.{0,12})?(?:告诉|透露|提供|说|泄露|给)|(?:无法|没法|不便)(?:告诉|透露|提供)).{0,20}",
            f"{_WHO_DID}(?:就)?(?:是|叫|姓|住在?|家住)(?:不|什么|谁|否|您|你|本人|哪|匿名|实名|要|必须|应当|需要)",
            f"{_OTHERS}的?{_PRIVATE}号?码?(?:尾号)?(?:就?是|为)(?:多少|什么|几|否|不是|哪|空|您|你)",
            f"(?:您|你){_OTHERS}的?{_PRIVATE}",
            f"(?:您|你)?是(?:不是)?{_WHO_DID}",
            r"(?:他|她)(?:家)?(?:就)?住在?(?:哪|什么).{0,14}",
            f"{_SOMEBODY}(?:您|你)(?:们)?(?:家|店|公司)?的(?:人|那位|那个人)?(?:就)?(?:是|叫|姓)(?:谁|什么|不|哪|否)",
            f"(?:请问|您|你)(?:这边|那边)?是[^，。！？]{{0,6}}{_PERSON}(?:反映|投诉|打来)的",
        ),
        description="例外：说明要保密的话，问来电人自己的话（正则表达式）",
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
        也不是本次来电号码，也算。核对来电人自己的姓名、号码，告知单位的固定电话不算。
    Why: 一票否决项，涉及个人信息保护。机器只能提出疑似，须由两名互不知情的质检员认定。
    Passes: 没有这类话，或者说明了要保密。
    Fails: 有这类话，标为疑似；只提示，不扣分。
    Undetermined: 说了一个不像是来电人自己的号码；识别把握不足，或者话务员有不少话没有听清。
    Source: 默认评分标准V5；《中华人民共和国个人信息保护法》第十条（不得非法提供、公开他人个人信息）。
    """
    operator = ctx.transcript.of(Role.OPERATOR)
    found = search(params.patterns, operator, params.unless)
    hits = [hit for hit in found if not quoted(ctx, hit) and not _callers_own(ctx, hit)]
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


def _callers_own(ctx: CallContext, hit: Hit) -> bool:
    """Whether the only person whom some words name has the caller's own surname: an order read back to its caller."""
    named = _SURNAME.findall(hit.text)
    said = "".join(u.text for u in ctx.transcript.of(Role.CALLER))
    own = set(_CALLS_ITSELF.findall(said)) | set((ctx.work_order.get("姓名或称谓") if ctx.work_order else "")[:1])
    return bool(named) and set(named) <= own


def _strange_numbers(ctx: CallContext) -> list[Evidence]:
    """Return where the operator says a mobile or identity number unlike any of the caller's own."""
    own = [digits(ctx.call.caller_number), digits(ctx.work_order.get("联系方式")) if ctx.work_order else ""]
    said_by_caller = [digits(passage_text(p)) for p in passages(ctx.transcript.of(Role.CALLER))]
    own += [*said_by_caller, "".join(said_by_caller)]
    return [
        said(passage[0], "疑似泄露号码")
        for passage in passages(ctx.transcript.of(Role.OPERATOR))
        if any(_strange(number, own) for number in _numbers(passage))
    ]


def _strange(number: str, own: list[str]) -> bool:
    """Whether a number is unlike all others; a digit or two may be the recogniser's.

    An identity number is held against longer ones only: in eighteen digits nearly every phone number can be found.
    """
    least = _LONG if len(number) >= _LONG else 4
    return all(fuzz.partial_ratio(number, other) < 70 for other in own if len(other) >= least)


def _numbers(passage: tuple[Utterance, ...]) -> list[str]:
    found = numbers(passage_text(passage))
    return [one.value for one in found if one.kind in _TOLD and one.probability >= _LIKELY]
