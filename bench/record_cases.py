"""Calls with their orders and the faults planted in them, and the same calls as they may be misheard."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from qa_pipeline.knowledge.exchanges import exchanges
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.precedents import PrecedentIndex
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.language.frequency import frequency
from qa_pipeline.language.readings import ALONE
from qa_pipeline.models import CallContext, WorkOrder
from tests.builders import Line, call, read_yaml, utterance
from tests.samples import sample_context, sample_entries, sample_scripts

UNSEEN = Path(__file__).resolve().parent / "record_unseen"
_DEFAULTS = {"诉求类型": "投诉", "紧急程度": "普通", "是否保密": "否", "被反映对象": ""}
# What the notes of the sample scripts plant, as it is looked for in what is reported.
_SAMPLE_FAULTS = {
    "phone_digit_wrong": ("conflict", "4862"),
    "place_missing": ("omission", "事发地点"),
    "amount_missing": ("omission", "八千六|8600"),
    "evidence_missing": ("omission", "合同|转账"),
    "demand_empty": ("omission", "具体诉求"),
    "wrong_unit": ("routing", "城市管理局|承办"),
    "name_never_asked": ("omission", "姓名"),
    "category_empty": ("routing", "问题分类"),
}


@dataclass(frozen=True, slots=True)
class Planted:
    """One fault: how order and call differ, and a pattern that a report of it matches."""

    kind: str
    about: str


@dataclass(frozen=True, slots=True)
class Case:
    """A call with its order and what is wrong with the order."""

    name: str
    ctx: CallContext
    faults: tuple[Planted, ...]


def unseen(folder: Path = UNSEEN) -> list[Case]:
    """Return the invented calls; each order's precedents are the other ones."""
    rows = [row for path in sorted(folder.glob("*.yaml")) for row in read_yaml(path)]
    orders = {row["id"]: _order(row) for row in rows}
    past = PrecedentIndex([WorkOrder(name, name, fields) for name, fields in orders.items()])
    return [_unseen(row, orders[row["id"]], past, _index()) for row in rows]


@cache
def _index() -> KnowledgeIndex:
    """Return the samples' entries, indexed once: what they mean takes seconds."""
    return KnowledgeIndex(sample_entries())


def _order(row: Mapping[str, Any]) -> dict[str, str]:
    at = datetime.fromisoformat(str(row["at"]))
    given = {str(k): str(v) for k, v in row["order"].items()}
    calling = {"来电号码": str(row["from"]), "来电时间": str(row["at"]), "提交时间": str(at + timedelta(minutes=10))}
    return _DEFAULTS | calling | given


def _unseen(row: Mapping[str, Any], order: dict[str, str], past: PrecedentIndex, index: KnowledgeIndex) -> Case:
    talk = [next(iter(turn.items())) for turn in row["talk"]]
    at = datetime.fromisoformat(str(row["at"]))
    ctx = call(talk, work_order=order, started_at=at, caller_number=str(row["from"]))
    ctx = replace(ctx, precedents=past.like(WorkOrder(row["id"], row["id"], order)))
    faults = tuple(Planted(str(f["kind"]), str(f["about"])) for f in row["faults"])
    return Case(str(row["id"]), gathered(ctx, index), faults)


def samples() -> list[Case]:
    """Return the sample calls that have an order, with the faults of D1 to D5 that their scripts plant."""
    found = []
    for script in sample_scripts():
        if script["work_order"]:
            kinds = [f["kind"] for f in script["faults"] if f["kind"] in _SAMPLE_FAULTS]
            faults = tuple(Planted(*_SAMPLE_FAULTS[kind]) for kind in kinds)
            found.append(Case(script["call_id"], sample_context(script, _index()), faults))
    return found


def gathered(ctx: CallContext, index: KnowledgeIndex) -> CallContext:
    """Return a call with its facts and exchanges."""
    day = ctx.call.started_at.date()
    return replace(ctx, exchanges=exchanges(ctx.transcript, index, day), facts=spoken_facts(ctx.transcript))


def misheard(case: Case, share: float, seed: str) -> Case:
    """Return a case with a share of its characters written as others of the same sound, drawn by seed."""
    chance = random.Random(f"{seed} {case.name}")  # noqa: S311  # a benchmark's draw, no secret
    spoken = tuple(
        utterance(u.index, Line(u.role, _slipped(u.text, share, chance), u.start_ms / 1000, u.end_ms / 1000, 0.8))
        for u in case.ctx.transcript.utterances
    )
    ctx = replace(case.ctx, transcript=replace(case.ctx.transcript, utterances=spoken))
    return replace(case, ctx=gathered(ctx, _index()))


def _slipped(text: str, share: float, chance: random.Random) -> str:
    return "".join(chance.choice(_like(c)) if _like(c) and chance.random() < share else c for c in text)


@cache
def _like(character: str) -> tuple[str, ...]:
    """Return common characters that sound like one and are others."""
    return tuple(c for c in _by_sound().get(ALONE[character], ()) if c != character)


@cache
def _by_sound() -> dict[str, tuple[str, ...]]:
    common = [(frequency(chr(code)), chr(code)) for code in range(0x4E00, 0x9FA6)]
    groups: dict[str, list[str]] = defaultdict(list)
    for _, character in sorted(common, reverse=True)[:2500]:
        groups[ALONE[character]].append(character)
    return {sound: tuple(characters[:6]) for sound, characters in groups.items() if sound}
