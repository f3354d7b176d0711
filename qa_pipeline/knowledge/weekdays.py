"""Days of the week on which somebody is there, held against an entry's."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.written import text_of, written_things
from qa_pipeline.language.grammar.weekdays import days
from qa_pipeline.language.values import Value
from qa_pipeline.language.words import content_words
from qa_pipeline.models import Agreement, Fact, FactCheck, KnowledgeEntry, SpokenFact

# 周六也上班: somebody is there on that day too.
_OPEN_TOO = re.compile(r"也|照常|照样|一样|不休|都(?:开|上班|营业|办公|能|可以|有人)|开门|上班|营业|办公")
_ALL_WEEK = 5


def check(entry: KnowledgeEntry, fact: Fact, heard: Answer) -> FactCheck:
    """Return how the days that the operator named stand to an entry's open (``weekday``) or ``closed`` days.

    Open on a day that the entry calls closed contradicts it, and the other way round; other days may be of something
    else and are left to a person.
    """
    own = days(fact.value)
    # 周六有律师值班 is of the lawyers.
    said = [one for one in heard.things if one.slot in {"weekday", "closed"} and "值班" not in heard.clause(one)]
    opposite = [one for one in said if one.slot != fact.slot and days(one.value) & own]
    # 每周一三五上午 in the entry and 周六休息 in its next sentence: what the entry itself says is no contradiction.
    stated = [value for value in written_things(entry) if value.kind == "weekday"]
    wrong = [
        one for one in opposite if not any(v.slot == one.slot and days(one.value) <= days(v.value) for v in stated)
    ]
    same = [one for one in said if one.slot == fact.slot]
    wrong += [one for one in said if _open_too(one, fact, heard.clause(one), stated, text_of(entry))]
    if wrong:
        return _result(fact, Agreement.CONTRADICTS, wrong[0])
    if right := [one for one in same if days(one.value) == own]:
        return _result(fact, Agreement.AGREES, right[-1])
    open_days = [value for value in stated if value.slot == fact.slot]
    same = [one for one in same if not any(days(one.value) == days(value.value) for value in open_days)]
    return _result(fact, Agreement.UNSURE, same[0]) if same else _result(fact, Agreement.MISSING, None)


def _open_too(said: SpokenFact, fact: Fact, clause: str, stated: Sequence[Value], text: str) -> bool:
    """Whether a day was called open that is none of an entry's open days, of which it has all of a week."""
    opened = frozenset[str]().union(*(days(value.value) for value in stated if value.slot == "weekday"))
    if fact.slot != "weekday" or said.slot != "weekday" or days(said.value) & opened:
        return False
    if len(opened) < _ALL_WEEK:  # 礼拜三上课, for 每周二、周四上课
        return any(word in text for word in content_words(clause.partition(said.text)[2]))
    return _OPEN_TOO.search(clause) is not None


def _result(fact: Fact, agreement: Agreement, said: SpokenFact | None) -> FactCheck:
    return FactCheck(fact.slot, fact.value, fact.unit, fact.must_say, agreement, said)
