"""Ordinals, fractions and channels of an entry against those that were said."""

from __future__ import annotations

import re

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.facts import said_words
from qa_pipeline.knowledge.written import text_of, written_things
from qa_pipeline.language.script import simplify
from qa_pipeline.language.words import content_words
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact

_ALL = re.compile(r"(?:所有|全部|全体|每一?户|百分之百的?)(?:的)?(?:业主|住户|居民|人|股东|成员)")
_ONLY = re.compile(
    r"(?:只能|只可以|必须|只有)[^，。；,;]{0,10}?(?:窗口|大厅|现场|派出所|柜台|线下|中心|局里|所里|本人)"
)


def check(entry: KnowledgeEntry, fact: Fact, heard: Answer) -> FactCheck:
    """Return how what was said stands to an ordinal (第6年和第10年), a fraction or a channel of an entry."""
    if fact.slot == "channel":
        return _channel(fact, heard)
    said = [one for one in heard.things if one.slot == fact.slot]
    if right := [one for one in said if one.value == fact.value]:
        return _result(fact, Agreement.AGREES, right[-1])
    if fact.slot == "ordinal":
        return _ordinal(entry, fact, heard, said)
    stated = {value.value for value in written_things(entry) if value.slot == fact.slot}
    if wrong := [one for one in said if one.value not in stated]:
        return _result(fact, Agreement.CONTRADICTS, wrong[0])
    for utterance in heard.utterances:
        if (found := _ALL.search(simplify(utterance.text))) is not None:
            return _result(fact, Agreement.CONTRADICTS, said_words(utterance, found.start(), found.end(), fact.slot))
    return _result(fact, Agreement.MISSING, None)


def _ordinal(entry: KnowledgeEntry, fact: Fact, heard: Answer, said: list[SpokenFact]) -> FactCheck:
    """Hold 第八年要上线检测 against 第6年和第10年: another ordinal of which the same is said contradicts them."""
    listed = set(fact.value.split(","))
    written = {(value.value, value.unit) for value in written_things(entry) if value.kind == "ordinal"}
    same_unit = [
        one for one in said if one.unit in {fact.unit, ""} and (one.value, one.unit or fact.unit) not in written
    ]
    if part := [one for one in same_unit if set(one.value.split(",")) <= listed]:
        return _result(fact, Agreement.UNSURE, part[-1])
    stated = set(content_words(text_of(entry)))
    for one in same_unit:
        shared = stated & set(content_words(heard.clause(one)))
        return _result(fact, Agreement.CONTRADICTS if shared else Agreement.UNSURE, one)
    return _result(fact, Agreement.MISSING, None)


def _channel(fact: Fact, heard: Answer) -> FactCheck:
    """网上办不了 and 只能到窗口 contradict an entry that has it online; an unnamed channel is only missing."""
    said = [one for one in heard.things if one.value == fact.value]
    if right := [one for one in said if one.slot == "channel"]:
        return _result(fact, Agreement.AGREES, right[-1])
    if denied := [one for one in said if one.slot == "negated"]:
        supposed = "的话" in heard.clause(denied[0]) or heard.guessed(denied[0])
        return _result(fact, Agreement.UNSURE if supposed else Agreement.CONTRADICTS, denied[0])
    online = any(one.value == "online" for one in heard.things if one.slot == "channel")
    if fact.value == "online" and not online:
        for utterance in heard.utterances:
            if (found := _ONLY.search(simplify(utterance.text))) is not None and "本人" not in found[0]:
                return _result(
                    fact, Agreement.CONTRADICTS, said_words(utterance, found.start(), found.end(), fact.slot)
                )
    return _result(fact, Agreement.MISSING, None)


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
