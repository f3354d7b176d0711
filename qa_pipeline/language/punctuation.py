"""Sentence ends for people to read: full stops where a turn ends, question marks where something is asked.

The recogniser gives no punctuation, and the pauses that part utterances say little of sentences. It is put on what is
shown and never on what is judged, so that no rule hangs on a guessed full stop.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from qa_pipeline.language.words import words
from qa_pipeline.models import Transcript, Utterance

# A speaker who goes on within this time was still in the sentence.
_GOES_ON_MS = 1_500
_PARTICLE = re.compile(r"(?:吗|嘛|对吧|是吧|了没|没有啊)$")
_EITHER_OR = re.compile(
    r"是不是|有没有|能不能|可不可以|要不要|会不会|用不用|行不行|好不好|对不对|管不管|该不该|是否|能否|可否|还是说"
)
_WHICH = re.compile(
    r"什么|多少(?!遍)|(?<![前这那过好十])几[个天号点月年次块岁]|哪[里儿个些天家边]|怎么|怎样|咋|如何|为何|凭啥|多久|多长|多大|谁|贵姓|啥"
)
# 不知道怎么办, 什么都带, 看看能不能: said, not asked.
_SAID = re.compile(
    r"不知道|不清楚|不管|无论|不论|看看|看一下|查[一]?下|核实|确认|了解[一]?下|问[一]?下您|告诉|没什么|什么都|什么的|"
    r"谁都|怎么都|哪都|多少都|怎么说呢|怎么着|取决于|根据|按照|不好说|什么(?:服务)?态度|我就问"
)
_ASKING = re.compile(r"请问|您?问一下|想问|咨询")
_NEAR_END = 7
_NUMBER = re.compile(r"[0-9.零〇一二两三四五六七八九十百千万亿]+")
_UNITS = frozenset(
    re.findall(
        r"\S+",
        "个 年 月 日 号 天 元 块 块钱 角 毛 岁 周岁 点 点钟 时 分 秒 小时 个小时 分钟 秒钟 次 遍 户 人 名 位 份 张 本 "
        "件 条 栋 幢 楼 层 室 单元 米 平米 平方米 公里 吨 度 倍 成 周 星期 季度 工作日 个工作日 个月 路 多",
    )
)


def punctuated(transcript: Transcript) -> Transcript:
    """Return a transcript with a mark after every utterance and questions marked at pauses; words are as they were."""
    spoken = transcript.utterances
    followed: Iterator[tuple[Utterance, Utterance | None]] = zip(spoken, (*spoken, None)[1:], strict=True)
    return replace(transcript, utterances=tuple(replace(u, text=_marked(u, after)) for u, after in followed))


def _marked(utterance: Utterance, after: Utterance | None) -> str:
    if not utterance.text or not utterance.text[-1].isalnum():
        return utterance.text
    goes_on = (
        after is not None
        and (after.role, after.channel) == (utterance.role, utterance.channel)
        and after.start_ms - utterance.end_ms < _GOES_ON_MS
    )
    *inner, last = whole(utterance.text).split("，")
    return "".join(
        [clause + ("？" if is_question(clause) else "，") for clause in inner]
        + [last, "？" if is_question(last) else "，" if goes_on else "。"]
    )


def whole(text: str) -> str:
    """Return a text without the commas that tear apart a word, a number, or a number and its unit.

    Commas stand where the speaker paused, and people pause to think. Within a word one goes only where both its sides
    are words of their own clause (其，他帮助), so that 行，为什么 and 您好，好的 keep theirs.
    """
    clauses = text.split("，")
    joined = clauses[0]
    for clause in clauses[1:]:
        joined += ("" if _torn(re.split(r"[，。？！]", joined)[-1], clause) else "，") + clause
    return joined


def _torn(before: str, after: str) -> bool:
    left, right = words(before), words(after)
    if not left or not right:
        return False
    if _NUMBER.fullmatch(left[-1]) and (_NUMBER.fullmatch(right[0]) or right[0] in _UNITS):
        return True
    if left[-1] in {"年", "月"} and _NUMBER.fullmatch(right[0]) and len(left) > 1 and _NUMBER.fullmatch(left[-2]):
        return True
    if left[-1][-1] == right[0][0] or left[-1] == right[0]:  # 好，好的; 是，是的: said again
        return False
    return _one_word(left, right)


def _one_word(left: tuple[str, ...], right: tuple[str, ...]) -> bool:
    """Whether some words at the end and some at the beginning make one word between them."""
    here = sum(map(len, left))
    start = 0
    for word in words("".join(left + right)):
        end = start + len(word)
        if start < here < end:
            begins = {here - length for length in accumulate(map(len, reversed(left)))}
            ends = {here + length for length in accumulate(map(len, right))}
            return start in begins and end in ends and word[0] != word[-1]
        start = end
    return False


def is_question(clause: str) -> bool:
    """Whether a clause without punctuation asks something.

    Of the sentences of the sample calls' scripts it finds the questions as ``tests/unit/test_punctuation.py`` says.
    """
    if _PARTICLE.search(clause):
        return True
    if _SAID.search(clause):
        return False
    if _EITHER_OR.search(clause):
        return True
    found = [hit.end() for hit in _WHICH.finditer(clause)]
    asking = bool(_ASKING.search(clause))
    return (asking and clause.endswith("呢")) or (bool(found) and (asking or len(clause) - found[-1] <= _NEAR_END))
