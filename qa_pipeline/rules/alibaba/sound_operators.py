"""语音检查 and models: silence, rate, talking over, who speaks, length, loudness, abuse."""

from __future__ import annotations

from typing import Any

from qa_pipeline.rules.alibaba.carried import Carried
from qa_pipeline.rules.alibaba.notes import Bias, NotCarriedError, Remark, approximated, assumed, dropped
from qa_pipeline.rules.alibaba.ranges import ROLES, role_of
from qa_pipeline.rules.alibaba.schema import CheckRange, Param

_PEOPLE = ("operator", "caller")
_DB_A_LEVEL = 10  # their level is the mean dB of a sentence divided by ten, rounded down
_BY_HAND = "write the condition by hand"


def silence(param: Param, there: CheckRange) -> Carried:
    """通话静音检查 (INTERVAL_GREATER): the time between a sentence and the one before it."""
    if param.interval is None:
        raise NotCarriedError("interval", "it says no length", _BY_HAND)
    if _comparison(param) == "lt":
        raise NotCarriedError("compareOperator", "a silence shorter than a bound is not looked for here", _BY_HAND)
    if param.target not in {None, 1}:
        what = (
            "the length of a sentence itself" if param.target == 0 else f"the time to {param.target} sentences before"
        )
        raise NotCarriedError("target", f"{param.target} means {what}, not a silence", _BY_HAND)
    remarks, bias = _silence_fields(param)
    base: dict[str, Any] = {"longer_than_ms": param.interval} | ({"from_end": True} if param.from_end else {})
    role = role_of(there)
    pairs = _who(role, param.different_role or param.near_dialogue)
    checks = [{"silence": base | ({"between": list(pair)} if pair else {})} for pair in pairs]
    return Carried(_any_of(checks), remarks, bias, says_who=bool(role))


def _silence_fields(param: Param) -> tuple[tuple[Remark, ...], Bias]:
    remarks: tuple[Remark, ...] = ()
    bias = Bias.NONE
    if param.interval_end and param.interval_end > (param.interval or 0):
        remarks += (dropped("intervalEnd", "there is no upper bound here: longer silences count too"),)
        bias |= Bias.MORE
    if param.check_first_sentence:
        remarks += (dropped("checkFirstSentence", "the time before the first turn is not looked at"),)
        bias |= Bias.FEWER
    if param.near_dialogue and not param.different_role:
        remarks += (assumed("near_dialogue", "read as: between two turns of different people"),)
    return remarks, bias


def _who(role: str, different: bool) -> list[tuple[str, str] | None]:
    """Return who spoke before and after the silence, as pairs; None for anybody."""
    after = [role] if role else list(_PEOPLE)
    if not role and not different:
        return [None]
    return [(before, then) for then in after for before in _PEOPLE if not different or before != then]


def _any_of(checks: list[dict[str, Any]]) -> dict[str, Any]:
    return checks[0] if len(checks) == 1 else {"or": checks}


def speech_rate(param: Param, there: CheckRange) -> Carried:
    """语速检查 (SPEECH_SPEED_CHECK): characters a minute, of a sentence or (``average``) of the call."""
    del there
    if not param.velocity_in_mint:
        why = "only velocity, whose unit the page leaves open" if param.velocity else "it says no rate"
        raise NotCarriedError("velocityInMint", why, "write characters a minute")
    bound = "below" if _comparison(param) == "lt" else "above"
    node: dict[str, Any] = {bound: param.velocity_in_mint, "of": "call" if param.average else "utterance"}
    if param.min_word_size:
        node["at_least_characters"] = param.min_word_size
    return Carried({"speech_rate": node})


def talk_over(param: Param, there: CheckRange) -> Carried:
    """抢话检查 (GRAB_WORDS): who is looked at begins before the other has ended."""
    if param.interval is None:
        raise NotCarriedError("interval", "it says no length", _BY_HAND)
    role = role_of(there)
    rest = {"longer_than_ms": param.interval, "into_ms": param.delay_time or 0, "times": 1}
    node = _any_of([{"talk_over": {"by": by, **rest}} for by in ([role] if role else _PEOPLE)])
    least = int(param.threshold or 0)
    if least < 2:
        return Carried(node, says_who=bool(role))
    # So many characters in the same turn: the published threshold on the words of who interrupts.
    return Carried({"and": [node, {"regex": f".{{{least},}}"}]}, turn=True)


def role_check(param: Param, there: CheckRange) -> Carried:
    """角色判断 (ROLE_CHECK): whether the n-th sentence of the call is somebody's."""
    wanted = ROLES.get(param.target_role.strip(), "")
    if not wanted:
        raise NotCarriedError("target_role", f'"{param.target_role}" is nobody here', "write operator or caller")
    span = there.range
    if there.anchor is not None and there.anchor.cid:
        raise NotCarriedError("anchor", "the page has this operator count in the whole call", _BY_HAND)
    if span is None or span.first is None or span.first != span.last or span.first == 0:
        raise NotCarriedError("range", "from and to must name one sentence, as the page says", _BY_HAND)
    near = approximated("range", "counts turns, so that one person's sentences in a row are one")
    frame = {"role": wanted, "range": [span.first, span.first], "absolute": True}
    return Carried({"utterance_count": {"above": 0}}, (near,), instead=frame)


def duration(param: Param, there: CheckRange) -> Carried:
    """录音时长检查 (DURATION); with ``beginType`` DIALOGUE it is 非正常挂机, which we cannot measure."""
    del there
    if param.begin_type or param.end_type or param.target_role:
        message = "非正常挂机、接听: the time after the last word, or before the first, is not looked at"
        raise NotCarriedError("beginType", message, "hang_up tells who ended the call, and after which words")
    if param.interval is None:
        raise NotCarriedError("interval", "it says no length", _BY_HAND)
    seconds = param.interval / 1000
    node = {"below" if _comparison(param) == "lt" else "above": int(seconds) if seconds.is_integer() else seconds}
    return Carried({"duration": node}, whole_call=True)


def loudness(param: Param, there: CheckRange) -> Carried:
    """能量检测 (ASR_EMOTION): jumps between sentences (1), the span of a range (2), not a level by itself (3)."""
    del there
    against = {1: "previous", 2: "span"}.get(param.check_type or 0)
    if against is None:
        why = "a level by itself says how loud a line is, not a person" if param.check_type == 3 else _CHECK_TYPE
        raise NotCarriedError("checkType", why, "loudness_jump against own compares with the speaker's own median")
    if _comparison(param) == "lt":
        raise NotCarriedError("compareOperator", "a jump smaller than a bound is not looked for here", _BY_HAND)
    levels = 3 if param.max_emotion_change_value is None else param.max_emotion_change_value
    near = approximated("maxEmotionChangeValue", f"{levels} of their levels are about {levels * _DB_A_LEVEL} dB")
    node = {"loudness_jump": {"db": levels * _DB_A_LEVEL, "against": against}}
    return Carried(node, (near,))


_CHECK_TYPE = "it is missing, and the pages disagree whether that is 1 or 3"


def abuse(param: Param, there: CheckRange) -> Carried:
    """通用检测模型 (EMOTION_MODEL): 辱骂 becomes an insult by hostility; 高危 has no counterpart."""
    del there
    kinds = set(param.pvalues or ("ruma01",))
    if "ruma01" not in kinds:
        raise NotCarriedError(
            "pvalues", f"{', '.join(sorted(kinds))}: a model of theirs", "name its words: any_keywords"
        )
    near: tuple[Remark, ...] = (
        approximated("pvalues", "another model decides what an insult is", "try it on calls of yours"),
    )
    if lost := sorted(kinds - {"ruma01"}):
        near += (dropped("pvalues", f"{', '.join(lost)}: a model of theirs", "name its words: any_keywords"),)
    bias = Bias.FEWER if lost else Bias.NONE
    return Carried({"hostility": {"level": 3, "kinds": ["insult"]}}, near, bias)


def their_model(param: Param, there: CheckRange) -> Carried:
    """客户检测模型、客服检测模型 (CUSTOMER_CHECK_MODEL, ABUSE_MODEL): models whose words are not published."""
    del there
    names = {
        "tousu01": "扬言投诉客服",
        "zhaozhuguan01": "扬言找客服主管",
        "zhiyitaidu01": "质疑客服态度差",
        "internal_complain01": "内部投诉",
        "public_opinion": "公共舆情",
        "jifeng01": "讥讽客户",
    }
    what = ", ".join(f"{one} {names.get(one, '')}".strip() for one in param.pvalues) or "its default"
    raise NotCarriedError("pvalues", f"{what}: a model of theirs", "name its words: any_keywords or similar")


def entity(param: Param, there: CheckRange) -> Carried:
    """信息实体检查 (NER_MODEL): which kind a number stands for is not published."""
    del param, there
    message = "the kind of entity is a number that no page explains"
    raise NotCarriedError("customerParam", message, "write entity: {kind: phone|money|date|..., test, value}")


def _comparison(param: Param) -> str:
    word = (param.compare_operator or "gt").strip().lower()
    if word not in {"gt", "lt"}:
        raise NotCarriedError("compareOperator", f'"{param.compare_operator}" is neither gt nor lt', _BY_HAND)
    return word
