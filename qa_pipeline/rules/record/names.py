"""The caller's name in the order, held against what was said: by sound, and by how its characters were told apart."""

from __future__ import annotations

import re

from qa_pipeline.language.pinyin import nearest, sound_distance, syllable_cost, syllables
from qa_pipeline.language.script import simplify
from qa_pipeline.language.surnames import Told, told_characters
from qa_pipeline.language.words import clauses
from qa_pipeline.models import CallContext, Evidence, Utterance, WorkOrder
from qa_pipeline.rules.evidence import absent, field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.orders import by_caller, by_operator, declined, filled, may_be_unheard
from qa_pipeline.rules.record.text import sound_apart, text_of
from qa_pipeline.rules.windows import heard_well

_FIELD = "姓名或称谓"
# Whose name is spelled: the one complained of, not the caller's.
_ANOTHER = re.compile(r"[他她]|对方|老板|投诉|举报|经理|师傅|邻居|房东|物业|工作人员")
_CALLS_ITSELF = re.compile(
    r"(?:我(?:的名字)?叫|我是|免贵姓|我姓|姓名(?:是|叫)?|^姓)(?P<name>[\u4e00-\u9fff]{1,4}?)(?=[，。,]|$|电话|手机|"
    r"幺|一三|1|的)"
)
_KEEPS_NAME = re.compile(r"不|没|保密|匿名|算了|就算|什么|啥")
_ASKED = re.compile(r"贵姓|怎么称呼|如何称呼|姓名|名字|您叫什么|叫什么名|称呼您|姓什么|哪位")
_TITLE = re.compile(r"(?:先生|女士|小姐|同志|大爷|大妈|大姐|阿姨|师傅|老师|某)+$")
_TITLES = (
    ("男", re.compile(r"先生|大爷|大叔|大哥|叔叔|伯伯")),
    ("女", re.compile(r"女士|小姐|大妈|大姐|阿姨|大娘|太太|奶奶")),
)
_ANONYMOUS = re.compile(r"匿名|不愿|未提供|拒绝|保密|来电人|市民")
# 走之底加一个录像的录 tells of a part, not of the character.
_COMPONENTS = re.compile(r"[旁底框]|字头|加[一个上]|加[\u4e00-\u9fff]{0,2}[的]|[下上左右]面|繁体|去掉|没有点")
_TWICE = re.compile(r"姓(?P<name>[\u4e00-\u9fff])(?=[，。,]).{0,16}?(?:那个|的|里的)(?P=name)(?=$|[，。,])")
_DISTANCE = 0.35
_SURNAME_ALONE = 2  # characters of a name of which the given part is too short a sound to find it by
_OTHER_SOUND, _SAME_SOUND = 0.5, 0.05
_SURE = 0.7  # of words that sure nineteen in twenty are right (bench/RESULTS.md, Confidence)


def compare_name(ctx: CallContext, order: WorkOrder) -> list[Discrepancy]:
    """Return how the order's name differs from what was said; empty where it does not or the caller declined."""
    name = text_of(order, _FIELD)
    if not filled(order, _FIELD) or _ANONYMOUS.search(name):
        return _without(ctx, name)
    bare = _TITLE.sub("", name)
    if (other := _other_title(ctx, name)) is not None:
        return [other]
    if not bare:
        return []
    if (told := _told_otherwise(ctx, bare)) is not None:
        return [told]
    if (other := _other_surname(ctx, bare)) is not None:
        return [other]
    if _heard(bare, name, ctx):
        return []
    evidence = (field_value(ctx, _FIELD, name, "通话里没有听到读音相近的姓名"), *_introductions(ctx))
    return [Discrepancy(Kind.INVENTED, _FIELD, f"通话里没有听到工单上的姓名“{name}”", evidence)]


def _other_title(ctx: CallContext, name: str) -> Discrepancy | None:
    """Return that the order has 先生 where the operator said 女士 all along, or the other way round."""
    written = next((sex for sex, titles in _TITLES if titles.search(name)), None)
    hits = [(sex, u, m[0]) for u in by_operator(ctx) for sex, titles in _TITLES
            for m in titles.finditer(simplify(u.text)) if m.start() > 0]  # fmt: skip
    if written is None or not hits or any(sex == written for sex, _, _ in hits):
        return None
    _, utterance, title = hits[0]
    evidence = (field_value(ctx, _FIELD, name, "工单上的称谓"), said(utterance, f"称呼的是{title}"))
    reason = f"工单称谓写“{name}”，通话里称呼的是“{title}”"
    return Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=utterance.confidence)


def _without(ctx: CallContext, name: str) -> list[Discrepancy]:
    if declined(ctx, _ASKED) is not None:
        return []
    note = field_value(ctx, _FIELD, name, "没有填写")
    given, asked = _introductions(ctx), next((u for u in by_operator(ctx) if _ASKED.search(simplify(u.text))), None)
    if _ANONYMOUS.search(name) and asked is not None and not given:
        return []  # asked, no name was heard, and the order says why it has none
    if given:
        reason, where = "来电人说了姓名，工单没有填写姓名或称谓", given
    elif asked is not None:
        reason, where = "工单没有填写姓名或称谓", [said(asked, "话务员问了姓名")]
    else:
        spoken = by_operator(ctx)
        reason, where = "工单没有填写姓名或称谓，也没有听到询问", [absent(spoken, "没有询问姓名")] if spoken else []
    kind = Kind.OMITTED if given else Kind.EMPTY
    # What was not understood may have been the question, or that the caller would not say.
    sure = not name and (bool(given) or not may_be_unheard(ctx))
    confidence = 0.9 if given else min(0.9, heard_well(by_operator(ctx)))
    return [Discrepancy(kind, _FIELD, reason, (note, *where), sure, confidence)]


def _heard(bare: str, name: str, ctx: CallContext) -> bool:
    """Whether a name was heard by sound, or its surname with a title, or as the caller's whole answer (姓孟)."""
    if any(syllables(clause) == syllables(bare[0]) for u in by_caller(ctx) for clause in clauses(u.text)):
        return True
    forms = (
        bare,
        name if name != bare else f"{bare[0]}师傅",
        f"{bare[0]}先生",
        f"{bare[0]}女士",
        f"姓{bare[0]}",
        f"{bare[:2]}先生",
        f"{bare[:2]}女士",
    )
    limits = (_DISTANCE, *[0.05] * (len(forms) - 1))
    # A surname alone is a short sound; a title or 姓 with it makes it one that is not found by chance.
    return any(
        apart <= limit for apart, limit in zip(sound_apart(forms, ctx), limits, strict=True) if len(bare) > 1
    ) or any(apart <= 0.05 for apart in sound_apart(forms[1:], ctx))


def _told_otherwise(ctx: CallContext, bare: str) -> Discrepancy | None:
    """Hold the characters that were told apart (立早章) against the written ones."""
    for utterance, told in _told(ctx):
        alike = [c for c in bare if sound_distance(c, told.character) <= 0.2]
        if not alike or told.character in bare or any(c in told.text for c in alike):
            continue
        if _COMPONENTS.search(simplify(utterance.text)):
            continue
        sure = told.text.endswith("的" + told.text[-1]) is False and utterance.confidence >= _SURE
        evidence = (field_value(ctx, _FIELD, bare, "工单上的姓名"), said(utterance, f"说的是“{told.text}”"))
        reason = f"工单姓名写“{alike[0]}”，通话里说的是“{told.text}”的“{told.character}”"
        return Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, fault=sure, confidence=utterance.confidence)
    return None


def _other_surname(ctx: CallContext, bare: str) -> Discrepancy | None:
    """Return that the caller gave another surname: 章建国 for 李建国 by its sound, or 佟丽娅那个佟 for 童."""
    forms = (f"姓{bare[0]}", f"{bare[0]}先生", f"{bare[0]}女士", bare)
    told = min(sound_apart(forms, ctx)) <= _SAME_SOUND
    for utterance in by_caller(ctx):
        text = simplify(utterance.text)
        instead = (None if told else _by_sound(text, bare)) or (
            None if _ANOTHER.search(text) else _by_character(text, bare[0])
        )
        if instead is not None:
            evidence = (field_value(ctx, _FIELD, bare, "工单上的姓名"), said(utterance, f"说的是“{instead}”"))
            reason = f"工单姓名写“{bare}”，通话里说的是“{instead}”"
            return Discrepancy(Kind.CONFLICT, _FIELD, reason, evidence, confidence=utterance.confidence)
    return None


def _by_sound(text: str, bare: str) -> str | None:
    """Return what was said like a full name of which the surname alone sounds quite otherwise."""
    match = nearest(bare, text) if len(bare) > _SURNAME_ALONE else None
    name = text[match.start : match.end] if match is not None else ""
    if len(name) != len(bare) or len(syllables(name)) != len(syllables(bare)):
        return None
    surname, *given = (syllable_cost(a, b) for a, b in zip(syllables(name), syllables(bare), strict=True))
    return name if surname > _OTHER_SOUND and max(given) <= _SAME_SOUND else None


def _by_character(text: str, written: str) -> str | None:
    """Return a surname told twice in one breath (我姓佟，佟丽娅那个佟), another than the written one of its sound."""
    found = _TWICE.search(text)
    if found is None or found["name"] == written or written in text:
        return None
    return found[0] if sound_distance(found["name"], written) <= _SAME_SOUND else None


def _told(ctx: CallContext) -> list[tuple[Utterance, Told]]:
    """Return how the caller spelled a name; 他姓张，弓长张 spells somebody else's."""
    return [
        (u, told) for u in by_caller(ctx) if not _ANOTHER.search(simplify(u.text)) for told in told_characters(u.text)
    ]


def _introductions(ctx: CallContext) -> list[Evidence]:
    return [said(u, "来电人自报姓名") for u in by_caller(ctx) if _gives_name(simplify(u.text))][:1]


def _gives_name(text: str) -> bool:
    """Whether a caller says who they are: 我姓不想说了 does not."""
    found = _CALLS_ITSELF.search(text)
    return found is not None and not _KEEPS_NAME.match(found["name"])
