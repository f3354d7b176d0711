"""How well facts are read out of the written text of entries, and contradicting entries found.

python bench/knowledge_base.py            # both, on texts written before the code (bench/base/)
python bench/knowledge_base.py --misses   # with every miss and every false one
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from ruamel.yaml import YAML

from qa_pipeline.knowledge.base.lint import Base, lint
from qa_pipeline.knowledge.base.proposals import proposals
from qa_pipeline.models import KnowledgeEntry

HERE = Path(__file__).parent / "base"


def entry(entry_id: str, title: str, question: str, answer: str) -> KnowledgeEntry:
    return KnowledgeEntry(entry_id, 1, title, question, answer, date(2026, 1, 1), owner_department="某局")


def load(name: str) -> Any:
    return YAML(typ="safe").load((HERE / name).read_text(encoding="utf-8"))


def facts(*, misses: bool) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in load("facts_in_entries.yaml"):
        read = proposals(entry("K", "标题", "问题", row["text"]))
        found = {(p.fact.slot, f"{p.fact.value} {p.fact.unit}".strip()) for p in read}
        wanted = {tuple(one.split(" ", 1)) for one in row["facts"]}
        for kind, facts_ in (("right", found & wanted), ("false", found - wanted), ("missed", wanted - found)):
            counts.update((kind, slot) for slot, _ in facts_)
            if misses and kind != "right" and facts_:
                print(f"  {kind}: {sorted(facts_)}  in  {row['text']}")
    return counts


def contradictions(*, misses: bool) -> Counter[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for pair in load("matters.yaml"):
        base = Base.of((entry("A", *pair["a"]), entry("B", *pair["b"])), date(2026, 6, 1))
        found = any(one.code == "KB01" for one in lint(base))
        counts[pair["label"], found] += 1
        if misses and found != (pair["label"] == "contradict"):
            print(f"  {'false' if found else 'missed'}: {pair['a']} / {pair['b']}")
    return counts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print every miss and false one")
    options = parser.parse_args()
    counts = facts(misses=options.misses)
    print("facts in entries     right  false  missed  precision  recall")
    slots = sorted({slot for _, slot in counts})
    for slot in [*slots, "all"]:
        right, false, missed = (
            sum(n for (k, s), n in counts.items() if k == kind and slot in {s, "all"})
            for kind in ("right", "false", "missed")
        )
        precision, recall = right / max(1, right + false), right / max(1, right + missed)
        print(f"{slot:<20} {right:>5}  {false:>5}  {missed:>6}  {precision:>9.2f}  {recall:>6.2f}")
    pairs = contradictions(misses=options.misses)
    print("\ncontradicting entries, found of all")
    for label in ("contradict", "same", "other"):
        print(f"{label:<12} {pairs[label, True]} of {pairs[label, True] + pairs[label, False]}")


if __name__ == "__main__":
    main()
