"""What answer rules share: the exchanges whose entry is sure, and whether the call got an answer of substance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from qa_pipeline.language.written_facts import SLOT_NAMES, UNIT_NAMES, value_in_words
from qa_pipeline.models import (
    Agreement,
    CallContext,
    Evidence,
    EvidenceKind,
    Exchange,
    FactCheck,
    KnowledgeEntry,
    Role,
    SpokenFact,
    Utterance,
)
from qa_pipeline.models.beside import FACTS, ComparedFact, facts_text
from qa_pipeline.rules.evidence import said

# What answers state, as against what is repeated, supposed, asked back or promised.
_STATED = frozenset({"time_limit", "fee", "percent", "hours", "validity", "amount_cap", "amount", "age", "phone"})
_MOST_FACTS = 40  # of an entry with hundreds of facts nobody reads all
_SUBSTANCE = 16  # characters of an answer, questions to the caller left out
# Beside what an entry's facts are called, what is only said of an answer; hours may be any time.
_SLOTS = {
    **SLOT_NAMES,
    "hours": "时间",
    "amount": "金额",
    "condition": "条件",
    "period": "周期",
    "reply_time": "答复时限",
    "date": "日期",
    "weekday": "开放日",
    "closed": "休息日",
    "fraction": "比例",
    "ordinal": "第几",
    "channel": "办理渠道",
    "measure": "限量",
    "copies": "份数",
    "sentence": "原文",
}
_CHANNELS = {"online": "网上办理", "window": "窗口办理", "phone": "电话办理", "machine": "自助机办理"}
_WEEKDAYS = {"Mon": "周一", "Tue": "周二", "Wed": "周三", "Thu": "周四", "Fri": "周五", "Sat": "周六", "Sun": "周日"}


def covered(ctx: CallContext, sure: float) -> list[Exchange]:
    """Return the answered exchanges whose entry is right with probability ``sure`` or more.

    Facts that agree speak for the entry: each halves the doubt.
    """
    return [e for e in ctx.exchanges if e.entry is not None and e.answer and certainty(e) >= sure]


def certainty(exchange: Exchange) -> float:
    """Return the probability that an exchange's entry is right, given the facts that agree with it."""
    agreeing = sum(check.agreement is Agreement.AGREES for check in exchange.checks)
    return 1.0 - (1.0 - exchange.score) * 0.5 ** min(agreeing, 2)


def about(pairs: Sequence[tuple[Exchange, FactCheck]]) -> dict[str, str]:
    """Return which entry a finding is about, for its details; the first one where there are several."""
    entry = next((e.entry for e, _ in pairs if e.entry is not None), None)
    return {} if entry is None else {"entry_id": entry.entry_id, "entry_version": str(entry.version)}


def compared(ctx: CallContext, sure: float) -> dict[str, str]:
    """Return how the answers stand to each fact of their entries, for a finding's details; {} without any."""
    facts = [_compared(e.entry, c) for e in covered(ctx, sure) if e.entry is not None for c in e.checks]
    return {FACTS: facts_text(facts[:_MOST_FACTS])} if facts else {}


def _compared(entry: KnowledgeEntry, check: FactCheck) -> ComparedFact:
    fact = ComparedFact(
        entry.entry_id,
        entry.version,
        check.expected_slot,
        check.expected_value,
        check.expected_unit,
        expected(check) if check.expected_value else "",
        check.must_say,
        check.agreement,
    )
    one = check.said
    if one is None:
        return fact
    return replace(fact, said=one.text, utterance=one.utterance, start_ms=one.start_ms, end_ms=one.end_ms)


def utterances(ctx: CallContext, places: Sequence[int]) -> list[Utterance]:
    """Return utterances by their index."""
    wanted = set(places)
    return [u for u in ctx.transcript.utterances if u.index in wanted]


def answered(ctx: CallContext) -> bool:
    """Whether the operator answered a question with something that can be right or wrong."""
    if any(c.said is not None and c.agreement is not Agreement.UNSURE for e in ctx.exchanges for c in e.checks):
        return True
    asked = {place for e in ctx.exchanges for place in e.answer}
    stated = [f for f in ctx.facts if f.role is Role.OPERATOR and f.utterance in asked and f.slot in _STATED]
    told = [u.text for u in utterances(ctx, sorted(asked)) if not u.text.rstrip().endswith(("？", "?", "吗", "呢"))]
    return bool(stated) and sum(len(text) for text in told) >= _SUBSTANCE


def words(fact: SpokenFact, ctx: CallContext, note: str) -> Evidence:
    """Return a spoken fact as evidence."""
    utterance = next((u for u in ctx.transcript.utterances if u.index == fact.utterance), None)
    channel = utterance.channel if utterance else 0
    return Evidence(
        EvidenceKind.WORDS,
        fact.start_ms,
        fact.end_ms,
        channel,
        fact.role,
        fact.utterance,
        fact.text,
        note,
        fact.confidence,
    )


def replies(ctx: CallContext) -> list[Evidence]:
    """Return the answers that can be right or wrong, each after its question: what a person is asked to judge."""
    stated = {f.utterance for f in ctx.facts if f.role is Role.OPERATOR and f.slot in _STATED}
    found: list[Evidence] = []
    for exchange in ctx.exchanges:
        if telling := [place for place in exchange.answer if place in stated]:
            found += [said(u, "来电人问") for u in utterances(ctx, exchange.question)]
            found += [said(u, "话务员答") for u in utterances(ctx, telling)]
    return list(dict.fromkeys(found))


def righted(ctx: CallContext, exchange: Exchange, check: FactCheck) -> SpokenFact | None:
    """Return where the operator put right what a check says was said wrongly first; None where that is not known."""
    wrong = check.said
    if wrong is None or check.agreement is not Agreement.CORRECTED:
        return None
    later = (f for f in ctx.facts if f.role is Role.OPERATOR and f.utterance in exchange.answer)
    value = (check.expected_value, check.expected_unit)
    return next((f for f in later if f.start_ms >= wrong.end_ms and (f.value, f.unit) == value), None)


def expected(check: FactCheck) -> str:
    """Return what the entry says, for people to read: 时限20个工作日, 材料身份证."""
    name = _SLOTS.get(check.expected_slot, check.expected_slot)
    value = _readable(check)
    unit = "" if value == "免费" else UNIT_NAMES.get(check.expected_unit, check.expected_unit)
    unit = "岁" if check.expected_slot == "age" else unit
    return f"{name}“{value}{unit}”" if value else f"{name}（条目没有）"


def _readable(check: FactCheck) -> str:
    """Return an expected value as people read it: 免费, 网上办理, 周一-周五."""
    value = check.expected_value
    if check.expected_slot == "fee" and value == "0":
        return "免费"
    if check.expected_slot in {"weekday", "closed"}:
        for name, day in _WEEKDAYS.items():
            value = value.replace(name, day)
        return value.replace(" AM", "上午").replace(" PM", "下午").replace(",", "、")
    return _CHANNELS.get(value, value) if check.expected_slot == "channel" else value_in_words(value)


def beyond(pairs: Sequence[tuple[Exchange, FactCheck]]) -> str:
    """Return what was asserted that the entries do not say, for people to read; "" where nothing was."""
    said = dict.fromkeys(c.said.text for _, c in pairs if c.agreement is Agreement.BEYOND and c.said is not None)
    return "、".join(f"“{text}”" for text in said)
