"""Where it happened: the order's place, part by part, against what was said and against the centre's gazetteer."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from qa_pipeline.language.pinyin import nearest, sound_distance
from qa_pipeline.language.places import Named, formed, is_administrative, listed, names_of, out_of_place
from qa_pipeline.language.quantities import in_words
from qa_pipeline.language.script import simplify
from qa_pipeline.language.spoken_forms import misheard
from qa_pipeline.language.values import values
from qa_pipeline.language.words import content_words
from qa_pipeline.models import CallContext, Evidence, Role, Utterance, WorkOrder
from qa_pipeline.rules.answer.consultations import words
from qa_pipeline.rules.evidence import field_value, said
from qa_pipeline.rules.record.discrepancies import Discrepancy, Kind
from qa_pipeline.rules.record.rooms import rooms_otherwise
from qa_pipeline.rules.record.text import half_said, sound_apart, spoken_text, text_of

FIELD = "事发地点"
UNITS = frozenset({"号", "楼", "栋", "单元", "层", "室", "号楼", "号院"})
_SAME_UNIT = {"号楼": "栋", "层": "楼", "号院": "号"}
_NUMBERED = re.compile(r"[\d零一二三四五六七八九十百]+(?:号楼|号|栋|单元|楼|层|室|期)?")
_GATES = {
    "东": "西南北",
    "西": "东南北",
    "南": "东西北",
    "北": "东西南",
    "前": "后",
    "后": "前",
    "左": "右",
    "右": "左",
}
_HOME = re.compile(r"[我您你]们?家|[我您你]住|自己家|[我您你]这(?:边|儿)")
_STREET = re.compile(r"[路街巷道弄村]\S{0,3}\d*|门牌")
_CORNERS = ("东北", "西北", "东南", "西南")
_GATES |= {corner: ",".join(other for other in _CORNERS if other != corner) for corner in _CORNERS}
_GATE = re.compile(
    r"(?P<side>东北|西北|东南|西南|(?<![东西])[南北]|[东西](?![南北])|[前后左右])(?P<what>大?门|墙|侧|边|段|路口|角|方向)"
)


def compare_place(ctx: CallContext, order: WorkOrder, distance: float) -> list[Discrepancy]:
    """Return how the order's place differs from what was said: numbers, names, sides; and what cannot be."""
    place = text_of(order, FIELD)
    found = [
        *_numbers(ctx, place),
        *rooms_otherwise(ctx, place),
        *_sides(ctx, place),
        *_names(ctx, place, distance),
        *_impossible(ctx, place),
    ]
    return found or _nothing_heard(ctx, place, distance)


def _numbers(ctx: CallContext, place: str) -> list[Discrepancy]:
    """Hold house and building numbers of the order against those that were said."""
    written = {(_unit(v.unit), v.value): v.text for v in values(place) if v.unit in UNITS}
    spoken = [f for f in ctx.facts if f.unit in UNITS]
    found = []
    for unit, value in sorted(written):
        same_unit = [f for f in spoken if _unit(f.unit) == unit]
        if not same_unit or any(f.value == value for f in spoken) or _number_misheard(ctx, value, unit):
            continue
        shown = [words(f, ctx, f"说的是{f.value}{unit}") for f in same_unit]
        reason = f"工单地点写{written[unit, value]}，通话里说的是{same_unit[0].text}"
        # 五号 may be a day, 我家在八栋 may be where the caller lives.
        texts = [simplify(u.text) for u in ctx.transcript.utterances if u.index in {f.utterance for f in same_unit}]
        elsewhere = any(_HOME.search(text) for text in texts) or (unit == "号" and not any(map(_STREET.search, texts)))
        agreed = not elsewhere and len({f.role for f in same_unit if f.value == same_unit[0].value}) > 1
        evidence = (field_value(ctx, FIELD, place, "工单上的地点"), *shown)
        sure = min(f.confidence for f in same_unit)
        found.append(Discrepancy(Kind.CONFLICT, FIELD, reason, evidence, fault=agreed, confidence=sure))
    return found


def _number_misheard(ctx: CallContext, value: str, unit: str) -> bool:
    form = in_words(Decimal(value)) + unit if value.isdigit() else ""
    return len(form) > 2 and misheard((form,), (u.text for u in ctx.transcript.utterances))


def _unit(unit: str) -> str:
    return _SAME_UNIT.get(unit, unit)


def _sides(ctx: CallContext, place: str) -> list[Discrepancy]:
    """Hold 东门, 北侧 of the order against another side of the same kind that was said."""
    spoken = [(m, u) for u in ctx.transcript.utterances for m in _GATE.finditer(simplify(u.text))]
    found = []
    for written in _GATE.finditer(place):
        said_sides = [(m, u) for m, u in spoken if m["what"][-1] == written["what"][-1]]
        others = [(m, u) for m, u in said_sides if _is_other(m["side"], written["side"])]
        if others and not any(m["side"] == written["side"] for m, _ in said_sides):
            match, utterance = others[0]
            evidence = (field_value(ctx, FIELD, place, "工单上的地点"), said(utterance, f"说的是{match[0]}"))
            reason = f"工单地点写{written[0]}，通话里说的是{match[0]}"
            roles = {u.role for _, u in others}
            agreed = len(roles - {Role.UNKNOWN}) > 1
            found.append(Discrepancy(Kind.CONFLICT, FIELD, reason, evidence, agreed, utterance.confidence))
    return found[:1]


def _is_other(side: str, written: str) -> bool:
    """Whether a side is another one of the same kind: 西 for 东, 东北 for 西北."""
    return len(side) == len(written) and side in _GATES[written]


def _names(ctx: CallContext, place: str, distance: float) -> list[Discrepancy]:
    """Hold the names in the order's place against the call: one that was not heard while another of its kind was."""
    names = [one for one in names_of(place, ctx.gazetteer) if one.kind != "门"]
    apart = sound_apart(tuple(one.text for one in names), ctx)
    found = []
    for one, off in zip(names, apart, strict=True):
        if (off <= distance and not _one_syllable_off(one.text, off)) or _goes_without_saying(ctx, one, names):
            continue
        if any(_known_as(ctx, alias, distance) for p in one.places for alias in (p.name, *p.aliases)):
            continue
        # 头村西口幼儿园 is no name: each of its words was said.
        parts = tuple(p for p in content_words(one.text) if p != one.text)
        if parts and max(sound_apart(parts, ctx)) <= distance and len("".join(parts)) * 2 > len(one.text):
            continue
        other = _other_of_its_kind(ctx, one, names)
        if other is None:
            continue
        named, utterance = other
        evidence = (field_value(ctx, FIELD, place, "工单上的地点"), said(utterance, f"说的是{named.text}"))
        reason = f"工单地点写“{one.text}”，通话里说的是“{named.text}”"
        found.append(Discrepancy(Kind.CONFLICT, FIELD, reason, evidence, confidence=utterance.confidence))
    return found


def _one_syllable_off(name: str, off: float) -> bool:
    """Whether a whole syllable of a short name is another: 天河路 and 海河路 are two roads."""
    return len(name) <= 5 and off * len(name) >= 0.95


def _known_as(ctx: CallContext, alias: str, distance: float) -> bool:
    return sound_apart((alias,), ctx)[0] <= distance


def _goes_without_saying(ctx: CallContext, one: Named, names: Sequence[Named]) -> bool:
    """Whether a district may be left out: nobody named another, or another name in the place lies in it."""
    if not is_administrative(one.text):
        return False
    within = {name for other in names for p in other.places for name in ctx.gazetteer.around(p)}
    return one.text in within


def _other_of_its_kind(ctx: CallContext, one: Named, names: Sequence[Named]) -> tuple[Named, Utterance] | None:
    """Return the name of the same kind that was said and is none of the order's."""
    tail = one.text[-1]
    candidates = [
        (named, utterance)
        for utterance in ctx.transcript.utterances
        if utterance.role is not Role.OPERATOR or not re.search(r"转|派|交|联系", utterance.text)
        for named in (*listed(utterance.text, ctx.gazetteer), *formed(utterance.text))
        if named.kind == one.kind and named.text[-1] == tail
        and not any(_same_name(named.text, other.text) for other in names if other is not one)
    ]  # fmt: skip
    unlike = [(n, u) for n, u in candidates if not _same_name(n.text, one.text)]
    if len(unlike) < len(candidates):
        return None
    # The longest stretch of the two that is like it: 那天河路 is 天河路 with a word before it.
    return min(unlike, key=lambda pair: sound_distance(pair[0].text, one.text), default=None)


def _same_name(a: str, b: str) -> bool:
    """Whether two names sound like one, or one ends with the other (望山区青云街, 青云街)."""
    shorter, longer = sorted((a, b), key=len)
    match = nearest(shorter, longer)
    return match is not None and match.distance <= 0.2 and not _one_syllable_off(shorter, match.distance)


def _impossible(ctx: CallContext, place: str) -> list[Discrepancy]:
    """Tell places that the gazetteer knows to lie elsewhere, and districts that it does not have."""
    if not len(ctx.gazetteer):
        return []
    names = names_of(place, ctx.gazetteer)
    shown = field_value(ctx, FIELD, place, "与地名库不符")
    if (apart := out_of_place(names, ctx.gazetteer)) is not None:
        reason = f"地名库里“{apart[0].text}”不在{apart[1].text}"
        return [Discrepancy(Kind.IMPLAUSIBLE, FIELD, reason, (shown, *_where_said(ctx, apart[0])))]
    has_districts = any(p.name.endswith("区") for p in ctx.gazetteer.places)
    unknown = [n for n in names if n.kind == "区" and n.text.endswith("区") and not n.places]
    if has_districts and unknown:
        reason = f"地名库里没有“{unknown[0].text}”"
        return [Discrepancy(Kind.IMPLAUSIBLE, FIELD, reason, (shown, *_where_said(ctx, unknown[0])))]
    return []


def _where_said(ctx: CallContext, named: Named) -> list[Evidence]:
    hits = [(u, m) for u in ctx.transcript.utterances if (m := nearest(named.text, u.text)) is not None]
    best = min(hits, key=lambda hit: hit[1].distance, default=None)
    return [said(best[0], "通话里说到")] if best is not None and best[1].distance <= 0.3 else []


def _nothing_heard(ctx: CallContext, place: str, distance: float) -> list[Discrepancy]:
    """Return that most of the words of the place were not heard, for a person to look at."""
    parts = tuple(p for p in content_words(_NUMBERED.sub(" ", place)) if not is_administrative(p) or len(p) > 3)
    spoken = spoken_text(ctx)
    heard = [
        p for p, off in zip(parts, sound_apart(parts, ctx), strict=True) if off <= distance or half_said(p, spoken)
    ]
    aliases = [
        p
        for one in listed(place, ctx.gazetteer)
        for p in one.places
        if any(_known_as(ctx, a, distance) for a in p.aliases)
    ]
    if not parts or len(heard) * 2 >= len(parts) or aliases:
        return []
    shown = field_value(ctx, FIELD, place, "通话里没有听到读音相近的地点")
    return [
        Discrepancy(Kind.INVENTED, FIELD, "工单上的地点在通话里没有听到", (shown, *_places_said(ctx)), confidence=0.6)
    ]


def _places_said(ctx: CallContext) -> list[Evidence]:
    return [
        said(u, "通话里说的地点") for u in ctx.transcript.utterances if u.role is not Role.OPERATOR and formed(u.text)
    ][:2]
