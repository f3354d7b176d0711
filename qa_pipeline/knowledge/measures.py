"""Limits of an entry that are no time and no money (1.2米以下, 55分贝, 每户1只) against those that were said.

They are not among an entry's facts: what differs is shown to a person and deducts nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa_pipeline.knowledge.answer import Answer
from qa_pipeline.knowledge.written import written_text, written_values
from qa_pipeline.language.branches import clash, conditions
from qa_pipeline.language.quantities import parse_value
from qa_pipeline.language.values import Value
from qa_pipeline.models import Agreement, FactCheck, KnowledgeEntry, SpokenFact

MEASURE_SLOT = "measure"
_KINDS = {
    "平": "area", "平米": "area", "平方": "area", "平方米": "area", "米": "length", "公里": "distance",
    "千米": "distance", "方": "volume", "立方": "volume", "立方米": "volume", "度": "degree", "度电": "degree",
    "千瓦时": "degree", "摄氏度": "degree", "分贝": "loudness", "厘米": "small length", "公分": "small length",
    "公斤": "weight", "千克": "weight", "吨": "tons", "辆": "vehicles", "只": "animals", "台": "machines",
    "次": "times", "册": "books", "本": "books", "毫升": "millilitres", "倍": "times as much",
}  # fmt: skip
_PER = frozenset({"vehicles", "animals", "machines", "times", "books"})
# What allows or bounds: 限养一只, 能登三辆, 十六度就算达标.
_BOUNDED = re.compile(
    r"限|最多|不得|不超过|不能超|不低于|不少于|低于|高于|仅|只能|每[人户]|一[家户人]|达标|合格|就算|就行|就够|能|可|含|包括"
)
_CLAUSE = re.compile(r"[，。；！？,;!?]")


def check_measures(entry: KnowledgeEntry, heard: Answer) -> tuple[FactCheck, ...]:
    """Return a check for each limit that was said and is another than the entry's only one of its kind and branch."""
    text = written_text(entry)
    written = [v for v in written_values(entry) if v.kind == "measure" and v.unit in _KINDS and _limits(text, v)]
    return tuple(_checks(written, heard)) if written else ()


def _checks(written: list[Value], heard: Answer) -> Iterator[FactCheck]:
    for said in heard.facts:
        if said.slot != "measure" or said.unit not in _KINDS:
            continue
        if not (said.bound or _BOUNDED.search(heard.clause(said))):
            continue
        alike = [v for v in written if _KINDS[v.unit] == _KINDS[said.unit] and not _elsewhere(v, said)]
        if not alike or any(_same(v, said) for v in alike):
            continue
        rivals = {v.value: v for v in alike if _KINDS[v.unit] in _PER or not said.bound or v.bound in {said.bound, ""}}
        if len(rivals) == 1:
            (own,) = rivals.values()
            yield FactCheck(MEASURE_SLOT, own.value, own.unit, False, Agreement.CONTRADICTS, said)


def _limits(text: str, value: Value) -> bool:
    if value.bound or value.unit == "倍":
        return True
    before = _CLAUSE.split(text[: value.start])[-1]
    return _BOUNDED.search(f"{before}{_CLAUSE.split(text[value.end :])[0]}") is not None


def _elsewhere(value: Value, said: SpokenFact) -> bool:
    return clash(conditions(value.condition), conditions(said.condition))


def _same(value: Value, said: SpokenFact) -> bool:
    """Whether a said amount is the entry's, or an end of its range."""
    wanted, heard = parse_value(value.value), parse_value(said.value)
    return wanted is None or heard is None or bool({wanted.low, wanted.high} & {heard.low, heard.high})
