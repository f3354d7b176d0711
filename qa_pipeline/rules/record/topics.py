"""Categories whose matter cannot be spoken of without its words: noise without 吵 or 声 is none."""

from __future__ import annotations

import re

from qa_pipeline.language.pinyin import keys
from qa_pipeline.models import CallContext, Evidence, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value
from qa_pipeline.rules.record.text import narrative, spoken_text, text_of

_ENOUGH = 40  # characters of a call from which on its matter has been named
# Words of a category, and one of what callers say of such a matter; in a category of several levels the last counts.
_TOPICS: tuple[tuple[str, str], ...] = (
    ("噪声|噪音", "吵 噪 声 响 叫 闹 打桩 震 轰 音 放炮 喇叭 唱 睡"),
    ("路灯", "灯 亮 黑"),
    ("电梯", "电梯 梯"),
    ("供水|停水|自来水", "水"),
    ("供电|停电|电力", "电"),
    ("供气|燃气|天然气", "气 煤"),
    ("供热|供暖|暖气", "暖 热 冷 度"),
    ("井盖", "井 盖 坑"),
    ("工资|欠薪", "工资 薪 钱 发"),
    ("医疗保险|医保", "医保 报销 医院 看病 住院"),
)  # fmt: skip


def other_topic(ctx: CallContext, order: WorkOrder) -> tuple[str, tuple[Evidence, ...]] | None:
    """Return that a category is of something of which neither the call nor the order has a word; advice only."""
    category = text_of(order, "问题分类")
    leaf = category.rsplit("/", 1)[-1]
    words = next((w for names, w in _TOPICS if re.search(names, leaf)), None) or next(
        (w for names, w in _TOPICS if re.search(names, category)), None
    )
    spoken = ctx.transcript.utterances
    if words is None or not spoken:
        return None
    text = spoken_text(ctx)
    heard, written = keys(text), narrative(order) + text
    # One syllable is heard in every call; a word of one character counts where it stands.
    found = any(word in written or (len(word) > 1 and keys(word) in heard) for word in words.split())
    if found or len(text) < _ENOUGH:
        return None
    shown = field_value(ctx, "问题分类", category, "与通话所说的事不相干")
    return f"问题分类填“{category}”，通话和工单里都没有说到这类事", (shown, absent(spoken, "通话所说的事"))
