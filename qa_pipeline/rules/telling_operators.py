"""What each operator asks, as Chinese words: what is so where it hits, and what is so where it does not.

An operator that has no entry in `TOLD` is told by its name and parameters, so that a new one is never left out.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from qa_pipeline.models import Role
from qa_pipeline.rules.hostility import Kind
from qa_pipeline.rules.matching import Phrase

WHO = {Role.OPERATOR: "话务员", Role.CALLER: "来电人", Role.UNKNOWN: "不明说话人", None: "任何一方"}
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Told:
    """What an operator asks, affirmed and denied, after the name of who speaks; ``of_call``: nobody speaks."""

    so: str
    not_so: str
    of_call: bool = False


def quoted(texts: Sequence[str], shown: int = _SHOWN) -> str:
    """Return texts in Chinese quotation marks, the first of many: “a”“b”等9个."""
    more = f"等{len(texts)}个" if len(texts) > shown else ""
    return "".join(f"“{text}”" for text in texts[:shown]) + more


def told_operator(operator: str, params: BaseModel) -> Told:
    """Return what an operator asks with its parameters."""
    return TOLD.get(operator, _by_name(operator))(params)


def _phrases(wanted: Sequence[Phrase]) -> str:
    excused = sum(bool(phrase.unless) for phrase in wanted)
    more = f"（其中{excused}个有例外）" if excused else ""
    return quoted([phrase.text for phrase in wanted]) + more


def _but(unless: Sequence[Any]) -> str:
    texts = [one.text if isinstance(one, Phrase) else str(one) for one in unless]
    return f"（除外：{quoted(texts, 4)}）" if texts else ""


def _any_keywords(p: Any) -> Told:
    one = "" if len(p.phrases) == 1 else "之一"
    if p.min_hits > 1:
        return Told(f"说了{_phrases(p.phrases)}至少{p.min_hits}处", f"说{_phrases(p.phrases)}不到{p.min_hits}处")
    return Told(f"说了{_phrases(p.phrases)}{one}", f"没有说{_phrases(p.phrases)}" + ("" if not one else "中的任何一个"))


def _n_keywords(p: Any) -> Told:
    said = _phrases(p.phrases)
    if p.n == -1:
        return Told(f"把{said}都说了", f"没有把{said}说全")
    if p.n == 0:
        return Told(f"{said}一个也没有说", f"说了{said}中的一个")
    return Told(f"说了{said}中的至少{p.n}个", f"说了{said}中的不到{p.n}个")


def _regex(p: Any) -> Told:
    return Told(f"说了符合“{p.pattern}”的话{_but(p.unless)}", f"没有说符合“{p.pattern}”的话{_but(p.unless)}")


def _sounds_like(p: Any) -> Told:
    return Told(f"说了读音像{_phrases(p.phrases)}的话", f"没有说读音像{_phrases(p.phrases)}的话")


def _repeated(p: Any) -> Told:
    times = f"在{p.within}句之内把差不多的话说了{p.times}遍{_but(p.unless)}"
    return Told(times, f"没有{times}")


def _silence(p: Any) -> Told:
    who = f"该{WHO[p.awaited]}说话时" if p.awaited else ""
    often = f"至少{p.times}次" if p.times > 1 else ""
    between = f"{WHO[p.between[0]]}说完到{WHO[p.between[1]]}说话之间" if p.between else ""
    what = f"{between}{who}{often}静默超过{p.longer_than_ms / 1000:g}秒"
    return Told(f"{what}{_but(p.unless)}", f"没有{what}{_but(p.unless)}", of_call=True)


def _similar(p: Any) -> Told:
    said = quoted(p.sentences)
    return Told(f"说了与{said}意思相近的话", f"没有说与{said}意思相近的话")


_KINDS = {
    "phone": "电话号码", "id_number": "身份证号", "plate": "车牌号", "money": "金额", "duration": "时长",
    "date": "日期", "time": "时刻",
    "percent": "百分比", "age": "年龄", "person": "人名", "organisation": "单位名称", "address": "地址",
}  # fmt: skip


def _entity(p: Any) -> Told:
    value = "" if p.test == "any" else f"，{_TESTS[p.test][0]}{quoted([str(v) for v in _listed(p.value)])}{p.unit}"
    what = f"{_KINDS[p.kind]}{value}"
    return Told(f"说了{what}", f"没有说{what}")


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, tuple) else (value,)


_VERDICTS = {
    "agrees": "与知识条目一致", "contradicts": "与知识条目不一致", "missing": "缺少知识条目必须说的内容",
    "corrected": "说错后自己更正了", "unsure": "与知识条目是否一致不能确定", "not_covered": "所问的知识库没有条目",
}  # fmt: skip


def _knowledge(p: Any) -> Told:
    return Told(f"的解答{_VERDICTS[p.verdict]}", f"没有解答{_VERDICTS[p.verdict]}的情形")


def _hostility(p: Any) -> Told:
    kinds = "、".join(Kind(kind).name_zh for kind in p.kinds)
    what = f"情绪激动达到{p.level}级{f'（{kinds}）' if kinds else ''}"
    return Told(what, f"没有{what}")


def _speech_rate(p: Any) -> Told:
    bounds = [f"快于{p.above}" if p.above else "", f"慢于{p.below}" if p.below else ""]
    rate = "或".join(bound for bound in bounds if bound)
    one = "有一轮话" if p.of == "utterance" else ""
    return Told(f"{one}语速{rate}字/分", f"{'没有一轮话' if one else ''}语速{'' if one else '没有'}{rate}字/分")


def _talk_over(p: Any) -> Told:
    into = f"（对方已经说了{p.into_ms / 1000:g}秒以上）" if p.into_ms else ""
    what = f"{WHO[p.by]}抢话{into}每次超过{p.longer_than_ms / 1000:g}秒、至少{p.times}次"
    return Told(what, f"没有{what}", of_call=True)


_LEVELS = {"own": "自己平时", "previous": "自己上一轮话", "span": "这一段里最轻的话"}


def _loudness_jump(p: Any) -> Told:
    level = _LEVELS[p.against]
    return Told(f"有话比{level}响{p.db:g}分贝", f"没有比{level}响{p.db:g}分贝的话")


def _pitch_jump(p: Any) -> Told:
    level = _LEVELS[p.against]
    return Told(f"有话比{level}高{p.semitones:g}个半音", f"没有比{level}高{p.semitones:g}个半音的话")


_TESTS = {
    "==": ("是", "不是"),
    "!=": ("不是", "是"),
    ">": ("大于", "不大于"),
    "<": ("小于", "不小于"),
    ">=": ("不小于", "小于"),
    "<=": ("不大于", "大于"),
    "in": ("是其中之一：", "不是其中任何一个："),
    "contains": ("含有", "不含"),
}


def _field(p: Any) -> Told:
    name = f"{'工单' if p.of == 'work_order' else '通话记录'}的“{p.name}”"
    if p.test == "empty":
        return Told(f"{name}是空的", f"{name}不是空的", of_call=True)
    so, not_so = _TESTS[p.test]
    value = quoted([str(v) for v in p.value]) if isinstance(p.value, tuple) else f"“{p.value}”"
    return Told(f"{name}{so}{value}", f"{name}{not_so}{value}", of_call=True)


def _hang_up(p: Any) -> Told:
    after = f"在{WHO[p.after]}的话之后" if p.after else ""
    who, silent = f"{WHO[p.who]}{after}", _phrases(p.without) if p.without else ""
    if not silent:
        return Told(f"{who}先挂机", f"不是{who}先挂机", of_call=True)
    return Told(
        f"{who}先挂机，最后{p.last}句里没有人说{silent}",
        f"不是{who}先挂机，或者最后{p.last}句里有人说了{silent}",
        of_call=True,
    )


def _size(what: str, unit: str, *, of_call: bool) -> Callable[[Any], Told]:
    def make(p: Any) -> Told:
        bounds = [
            f"多于{p.above}{unit}" if p.above is not None else "",
            f"少于{p.below}{unit}" if p.below is not None else "",
        ]
        size = "或".join(bound for bound in bounds if bound) or "（没有写界限）"
        return Told(f"{what}{size}", f"{what}没有{size}", of_call=of_call)

    return make


def _by_name(operator: str) -> Callable[[Any], Told]:
    def make(p: BaseModel) -> Told:
        values = "，".join(f"{name}={value}" for name, value in p.model_dump(exclude_defaults=True).items())
        return Told(f"符合 {operator}（{values}）", f"不符合 {operator}（{values}）")

    return make


TOLD: dict[str, Callable[[Any], Told]] = {
    "any_keywords": _any_keywords,
    "n_keywords": _n_keywords,
    "regex": _regex,
    "sounds_like": _sounds_like,
    "repeated": _repeated,
    "similar": _similar,
    "entity": _entity,
    "knowledge": _knowledge,
    "hostility": _hostility,
    "silence": _silence,
    "speech_rate": _speech_rate,
    "talk_over": _talk_over,
    "loudness_jump": _loudness_jump,
    "pitch_jump": _pitch_jump,
    "field": _field,
    "hang_up": _hang_up,
    "duration": _size("通话时长", "秒", of_call=True),
    "utterance_count": _size("的话", "句", of_call=False),
}
