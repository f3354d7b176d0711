"""Hours and surnames of an order that nobody said while others were: 19时 for 七点, 沙某 for a 孙."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from qa_pipeline.language.clocks import HALF_DAY, Clock, clocks_of, part_of_day
from qa_pipeline.language.numbers_said import numbers_of
from qa_pipeline.language.pinyin import syllables
from qa_pipeline.models import CallContext, WorkOrder
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.standing import standing
from qa_pipeline.rules.record.text import text_of

_CONTENT = "主要内容"
_WITHIN_MIN = 45
_SAME_MIN = 10
_HALVES = re.compile(r"早|上午|清晨|凌晨|下午|晚|夜|傍晚|下班")
_LATE = re.compile(r"下午|晚|夜|傍晚|下班")
_SOMEBODY = re.compile(r"(?P<name>[\u4e00-\u9fff])某")
_CALLED = re.compile(r"姓(?!名|什|啥)(?P<name>[\u4e00-\u9fff])|[老小](?P<short>[\u4e00-\u9fff])(?=$|[，。,给说的打])")
_NIGHT = frozenset({"晚", "夜"})
_BEFORE_DAWN_MIN = 5 * 60
_NOW = re.compile(r"刚才|现在|天亮|天黑|上班|下班|放学")
_UNIT = re.compile(r"[个块元号楼栋层路人次只天月年周礼星名家户岁米斤公分几]")


def hours_unsaid(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield an hour of which not even the number was said where hours were; none that may follow from 傍晚 or 刚才."""
    texts = standing(ctx)
    heard = [(clock, one) for one in texts for clock in clocks_of(one.text)]
    # 从三点到五: an hour may be said without 点, but what counts a thing (两个人) is none.
    bare = [n for one in texts for n in numbers_of(one.text) if not _UNIT.match(one.text[n.end :])]
    numbers = {n.quantity.low for n in bare} | {n.quantity.high for n in bare}
    about = [one.text for one in texts if not clocks_of(one.text)]
    now = any(_NOW.search(text) for text in about)
    for field in (_CONTENT, "发生时间"):
        text = text_of(order, field)
        for clock in clocks_of(text) if heard and not now else ():
            if any(part_of_day(one, clock.minutes) for one in about):
                continue
            hour = clock.minutes // 60
            known = {Decimal(hour), Decimal(hour % 12), Decimal(12) if hour in {0, 12} else Decimal(hour)} & numbers
            if known or any(clock.near(other, _WITHIN_MIN) for other, _ in heard):
                continue
            evidence = (field_value(ctx, field, text, "工单所记"), said(heard[0][1].utterance, "通话里说的钟点"))
            words = "、".join(dict.fromkeys(other.text for other, _ in heard[:3]))
            reason = f"工单写“{clock.text}”，通话里说的是“{words}”"
            yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.6)
            return


def other_half(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield an hour of the order's afternoon of which only the morning was said, or the other way round; a doubt."""
    heard = [(clock, one) for one in standing(ctx) for clock in clocks_of(one.text)]
    for field in ("发生时间", _CONTENT):
        text = text_of(order, field)
        for clock in (one for one in clocks_of(text) if one.sure_of_half):
            same = [(c, one) for c, one in heard if replace(c, sure_of_half=False).near(clock, _SAME_MIN)]
            afternoon = {_afternoon(c, one.text[: c.start]) for c, one in same}
            if len(afternoon) != 1 or afternoon & {None, clock.minutes >= HALF_DAY}:
                continue
            other, where = same[0]
            evidence = (field_value(ctx, field, text, "工单所记"), said(where.utterance, "通话里说的钟点"))
            reason = f"工单写“{clock.text}”，通话里说的是“{other.text}”"
            yield Discrepancy(Kind.CONFLICT, field, reason, evidence, confidence=0.6)
            return


def _afternoon(clock: Clock, before: str) -> bool | None:
    """Whether a time of day is after noon, by itself or by what its utterance last spoke of before it."""
    if clock.sure_of_half:
        return clock.minutes >= HALF_DAY
    last = next(reversed(list(_HALVES.finditer(before))), None)
    if last is None or (last[0] in _NIGHT and clock.minutes % HALF_DAY < _BEFORE_DAWN_MIN):
        return None  # 夜里头，两点多 is after midnight
    return _LATE.search(last[0]) is not None


def surnames_unsaid(ctx: CallContext, order: WorkOrder) -> Iterator[Discrepancy]:
    """Yield a surname (沙某) of which the sound is nowhere in the call while somebody was called by another."""
    text = text_of(order, _CONTENT)
    texts = standing(ctx)
    sounds = {syllable for one in texts for syllable in syllables(one.text)}
    written = {m["name"] for m in _SOMEBODY.finditer(text)}
    for name in sorted(written):
        called = [(m, one) for one in texts for m in _CALLED.finditer(one.text)]
        called = [(m, one) for m, one in called if (m["name"] or m["short"]) not in text_of(order, "姓名或称谓") + text]
        if not called or set(syllables(name)) & sounds:
            continue
        found, where = called[0]
        evidence = (field_value(ctx, _CONTENT, text, "工单所记"), said(where.utterance, f"说的是{found[0]}"))
        yield Discrepancy(
            Kind.CONFLICT, _CONTENT, f"工单写“{name}某”，通话里说的是“{found[0]}”", evidence, confidence=0.6
        )
        return
