"""Facts read out of the text of entries, and contradicting entries found: ``python bench/knowledge_base.py [--write]``.

On answers and pairs of entries that were written before the code was (``bench/base/``; nothing in them is a real
office's rule). ``--misses`` prints every miss and every false one; ``--quick`` does what a run without options does.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from ruamel.yaml import YAML

from bench.results import put, section
from qa_pipeline.knowledge.base.lint import Base, lint
from qa_pipeline.knowledge.base.proposals import proposals
from qa_pipeline.models import KnowledgeEntry
from scoring.intervals import Share, share

FOLDER = HERE / "base"
SETS = (
    ("first", "facts_in_entries.yaml", "matters.yaml"),
    ("second", "facts_second.yaml", "matters_second.yaml"),
)


def entry(entry_id: str, title: str, question: str, answer: str) -> KnowledgeEntry:
    return KnowledgeEntry(entry_id, 1, title, question, answer, date(2026, 1, 1), owner_department="某局")


def load(name: str) -> Any:
    return YAML(typ="safe").load((FOLDER / name).read_text(encoding="utf-8"))


def facts(name: str, *, misses: bool) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for row in load(name):
        read = proposals(entry("K", "标题", "问题", row["text"]))
        found = {(p.fact.slot, f"{p.fact.value} {p.fact.unit}".strip()) for p in read}
        wanted = {tuple(one.split(" ", 1)) for one in row["facts"]}
        for kind, facts_ in (("right", found & wanted), ("false", found - wanted), ("missed", wanted - found)):
            counts.update((kind, slot) for slot, _ in facts_)
            if misses and kind != "right" and facts_:
                print(f"  {kind}: {sorted(facts_)}  in  {row['text']}")
    return counts


def contradictions(name: str, *, misses: bool) -> Counter[tuple[str, bool]]:
    counts: Counter[tuple[str, bool]] = Counter()
    for pair in load(name):
        base = Base.of((entry("A", *pair["a"]), entry("B", *pair["b"])), date(2026, 6, 1))
        found = any(one.check == "KB01" for one in lint(base))
        counts[pair["label"], found] += 1
        if misses and found != (pair["label"] == "contradict"):
            print(f"  {'false' if found else 'missed'}: {pair['a']} / {pair['b']}")
    return counts


def fact_rows(counts: Counter[tuple[str, str]]) -> list[list[str]]:
    rows = []
    for slot in [*sorted({slot for _, slot in counts}), "all"]:
        right, false, missed = (
            sum(n for (kind, s), n in counts.items() if kind == wanted and slot in {s, "all"})
            for wanted in ("right", "false", "missed")
        )
        rows.append(
            [slot, str(right + missed), percent(share(right, right + false)), percent(share(right, right + missed))]
        )
    return rows


def percent(part: Share) -> str:
    if part.value is None or part.interval is None:
        return "–"
    return f"{100 * part.value:.0f} ({100 * part.interval.low:.0f}–{100 * part.interval.high:.0f})"


def told_pairs(pairs: Counter[tuple[str, bool]]) -> str:
    names = (("contradict", "contradictions found"), ("same", "agreeing accused"), ("other", "other matters accused"))
    return ", ".join(
        f"{name} {pairs[label, True]} of {pairs[label, True] + pairs[label, False]}" for label, name in names
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--misses", action="store_true", help="print every miss and false one")
    parser.add_argument("--quick", action="store_true", help="try it out; writes nothing")
    parser.add_argument("--write", action="store_true", help="put the tables into RESULTS.md")
    options = parser.parse_args()
    rows, told = [], []
    for title, texts, pairs in SETS:
        read = fact_rows(facts(texts, misses=options.misses))
        rows += [[title, *row] for row in (read if title == "first" else read[-1:])]
        told.append(f"{title} set: {told_pairs(contradictions(pairs, misses=options.misses))}")
    text = section("The knowledge base", ABOUT.format("; ".join(told)), HEADER, rows)
    print(text)
    if options.write and not options.quick:
        put(text)


HEADER = ("set", "slot", "facts", "precision % (95 %)", "recall % (95 %)")
ABOUT = (
    "Facts read out of the written answers of entries, and pairs of entries held against each other: {}. The first set "
    "was written before the code, the second by its author after it, and each before the code was run on it. On these "
    "first runs: facts, precision 93 % and recall 98 %, then 85 % and 87 %; contradictions found 5 of 8 and 4 of 6; "
    "nobody accused of 12 and of 6. What was mended after either run makes the figures below flatter."
)


if __name__ == "__main__":
    main()
