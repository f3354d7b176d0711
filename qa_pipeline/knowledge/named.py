"""Documents, places and other facts in words: whether the operator named them, by what they sound like."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.knowledge.facts import said_words
from qa_pipeline.knowledge.written import text_of
from qa_pipeline.language.pinyin import nearest, syllables
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact, Utterance

# Sounds that a recogniser confuses cost a tenth of a syllable each; a third of a name wrong is another name.
_HEARD = 0.21
_MAYBE = 0.4
# More of the utterance's characters are expected to be right than wrong.
_SURE = 0.5
_DECORATION = re.compile(
    r"[（(][^）)]*[）)]|居民|本人|有效|原件|复印件|双方|申请人|(?:[一二两三四五六七八九十\d]+[张份寸])|的|及|和|、"
)
_SAME_THING = {
    "户口簿": ("户口本",),
    "出生医学证明": ("出生证明", "出生证"),
    "户口本": ("户口簿",),
    "照片": ("相片",),
    "不动产权证书": ("不动产权证", "不动产证", "房产证", "房本"),
    "社会保障卡": ("社保卡",),
    "劳动合同": ("合同",),
    "银行卡": ("银行卡", "存折"),
    "驾驶证": ("驾照",),
    "当场": ("当场", "现场", "马上", "立即", "立等", "当时就"),
    "即时": ("即时", "马上", "立即", "当场", "当时就"),
    "当天": ("当天", "当日"),
}
_COPY_DOES = re.compile(r"复印件(?:也|就|都)(?:行|可以|能|够)|(?:带|用|拿|交)复印件(?:就|也)?(?:行|可以|够)")
_SUPPOSED = re.compile(r"(?:如果|要是|万一|假如|的话)[^。!?！？]{0,16}$")
_NOR = re.compile(
    r"^(?:这个|它|也|都|就|是|现在)*(?:不用|不需要|无需|不必|用不着|不要求)(?:再|您)?(?:带|提供|准备|提交|出示|交|了|的|$|[，,。])"
)
_NOT_NEEDED = re.compile(r"(?:不用|不需要|无需|不必|用不着)(?:再|您)?(?:带|提供|准备|提交|出示)?(?:您的)?$")


def check(entry: KnowledgeEntry, fact: Fact, answer: Sequence[Utterance]) -> FactCheck:
    """Return whether a document, a place or words were named in the operator's answer."""
    heard = [(utterance, hit) for utterance in answer if (hit := _find(fact.value, utterance.text)) is not None]
    if (copy := _copy_will_do(entry, fact, answer)) is not None:
        return _result(fact, Agreement.CONTRADICTS, copy)
    close = [one for one in heard if one[1][2] <= _HEARD]
    if close:
        utterance, (start, end, _) = close[0]
        said = _said(fact, utterance, start, end)
        text = simplify(utterance.text)
        denied = bool(_NOT_NEEDED.search(text[:start]) or _NOR.search(text[end:]))
        # 不用提供身份证号, and 如果丢了，就不用带, say nothing of the document.
        denied = denied and text[end : end + 1] != "号" and not _SUPPOSED.search(text[:start])
        if denied and fact.slot == "materials" and not _denied_by(entry, fact.value):
            return _result(fact, Agreement.CONTRADICTS if said.confidence >= _SURE else Agreement.UNSURE, said)
        return _result(fact, Agreement.AGREES, said)
    if heard or _half_named(fact, answer):
        return _result(fact, Agreement.UNSURE, None)
    return _result(fact, Agreement.MISSING, None)


def _copy_will_do(entry: KnowledgeEntry, fact: Fact, answer: Sequence[Utterance]) -> SpokenFact | None:
    """Return the words that say a copy is enough, where the entry wants the original and speaks of no copy."""
    text, name = text_of(entry), fact.value.removesuffix("原件")
    if not fact.value.endswith("原件") or f"{name}复印件" in text or f"{fact.value}及复印件" in text:
        return None
    for utterance in answer:
        if "复印件" in text and name not in simplify(utterance.text):
            continue  # the copy may be of another document
        if (found := _COPY_DOES.search(simplify(utterance.text))) is not None:
            return said_words(utterance, found.start(), found.end(), fact.slot, "复印件")
    return None


def _find(name: str, text: str) -> tuple[int, int, float] | None:
    """Return the stretch of a text that sounds most like a name, or like another name of the thing."""
    # 租房的合同 is 租房合同: a full stop sounds like nothing and keeps the places.
    hits = [hit for form in _forms(name) if (hit := nearest(form, text.replace("的", "。"))) is not None]
    if not hits:
        return None
    best = min(hits, key=lambda hit: hit.distance)
    return (best.start, best.end, best.distance) if best.distance <= _MAYBE else None


def _forms(name: str) -> tuple[str, ...]:
    core = _DECORATION.sub("", name) or name
    others = [form for thing, forms in _SAME_THING.items() if thing in core for form in forms]
    return tuple(form for form in dict.fromkeys((name, core, *others)) if len(syllables(form)) >= 2)


def _half_named(fact: Fact, answer: Sequence[Utterance]) -> bool:
    """Whether a good part of a long name's words were said: 到派出所 for 户籍所在地派出所."""
    parts = content_words(fact.value)
    text = "，".join(u.text for u in answer)
    said = [part for part in parts if (hit := nearest(part, text)) is not None and hit.distance <= _HEARD]
    return len(parts) > 1 and len(said) * 3 >= len(parts)


def _denied_by(entry: KnowledgeEntry, name: str) -> bool:
    return any(
        re.search(rf"(?:不用|不需要|无需|不必)[^，,。]{{0,6}}{re.escape(form)}", text_of(entry))
        for form in _forms(name)
    )


def _said(fact: Fact, utterance: Utterance, start: int, end: int) -> SpokenFact:
    # The name may be misheard in one character and still be the name: the whole utterance tells how well it was heard.
    return replace(
        said_words(utterance, start, end, fact.slot, fact.value, fact.unit), confidence=float(utterance.confidence)
    )


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
