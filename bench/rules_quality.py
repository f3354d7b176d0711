"""Precision and recall of every rule, on reference text and as recognised: ``python bench/rules_quality.py [--write]``.

Every set of `bench.call_sets` is judged twice by the shipped ruleset: as its scripts say it, and as the product hears
it. What a rule loses from the first to the second is what recognition costs. What was heard is kept (``--work``), so
that after a change of rules a run takes seconds. ``--render`` speaks held-out calls that have no audio yet (half an
hour on two idle cores); without it their sets are left out. ``--verbose`` lists every miss and every false finding of
an item with what was planted and what the rules said. Exit 0 done, 2 a named set could not be heard.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from ruamel.yaml import YAML

from bench.call_sets import SETS, WORK, CallSet, call_set, knowledge, recognised, reference, render_missing, tell
from bench.results import command, put
from bench.rule_counts import Counts, Slip, Verdicts, by_item, by_rule, slips, total
from bench.unseen import reason
from qa_pipeline.errors import UserError
from qa_pipeline.knowledge.retrieval import KnowledgeIndex
from qa_pipeline.models import CallContext
from qa_pipeline.planted import GROUPS, planted_faults
from qa_pipeline.rules.ruleset import Ruleset, load_ruleset
from qa_pipeline.rules.run import check
from scoring.intervals import Share

K = TypeVar("K", str, tuple[str, str])
COLUMNS = ("deducted", "hinted", "left_open", "missed", "false_deductions", "false_hints", "unsure")
HEADER = (
    *("calls planted", "deducted", "hinted", "left open", "missed", "false deductions", "false hints"),
    *("left open, nothing planted", "recall % (95 %)", "precision % (95 %)"),
)
ABOUT = (
    "{calls} calls, {faults} pairs of call and item planted; ruleset `{version}`. Each cell: on reference text → as "
    "recognised, in calls. Reference: every word as the script has it and sure, voices told apart. Recall: planted and "
    "deducted, hinted (a FAIL that only advises) or left open for a person; precision: planted among deductions and "
    "hints; Wilson intervals. A rule that shares its item with others misses what they find: the miss that counts is "
    "the item's."
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="precision and recall of every rule")
    parser.add_argument("--set", dest="sets", action="append", choices=SETS, help="only this one (may be repeated)")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of rendered audio and of what was heard")
    parser.add_argument("--run", default="", help="what to call this run in RESULTS.md, such as 'first run'")
    parser.add_argument("--render", action="store_true", help="speak the calls that have no audio yet")
    parser.add_argument("--quick", action="store_true", help="the sample calls alone; writes nothing")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    parser.add_argument("--verbose", action="store_true", help="list every miss and false finding")
    options = parser.parse_args(argv)
    index, rules = knowledge(), load_ruleset()
    for name in ("samples",) if options.quick else options.sets or SETS:
        calls = call_set(name, options.work)
        try:
            if options.render:
                render_missing(calls)
            said, heard = judged(calls, index, rules)
        except UserError as error:
            print(error, file=sys.stderr)
            if options.sets:
                return 2
            continue
        text = report(calls, rules, said, heard, options.run)
        print(text)
        if options.verbose:
            print("\n".join(listing(calls, slips(planted_faults(calls.scripts), said, heard))))
        if options.write and not options.quick:
            put(text)
    return 0


def judged(calls: CallSet, index: KnowledgeIndex, rules: Ruleset) -> tuple[list[Verdicts], list[Verdicts]]:
    """Judge every call of a set as it was said and as it was heard."""
    heard = recognised(calls, index, tell)
    return _verdicts(reference(calls, index), rules), _verdicts(heard, rules)


def _verdicts(calls: Sequence[CallContext], rules: Ruleset) -> list[Verdicts]:
    return [Verdicts(ctx.call.call_id, check(ctx, rules)) for ctx in calls]


def report(calls: CallSet, rules: Ruleset, said: Sequence[Verdicts], heard: Sequence[Verdicts], run: str) -> str:
    """Return a set's section: a table by group and item, and one by rule."""
    planted = planted_faults(calls.scripts)
    names = {bound.code: bound.name for bound in rules.rules}
    items = by_item(planted, said), by_item(planted, heard)
    coded = by_rule(planted, said), by_rule(planted, heard)
    about = ABOUT.format(calls=len(planted), faults=sum(map(len, planted.values())), version=rules.version)
    title = f"Rules, planted against found: {calls.name}" + (f", {run}" if run else "")
    return "\n".join(
        [
            *(f"## {title}", "", f"`{command()}`", "", about, ""),
            *_table("item", [*_group_rows(*items), *_rows({i: i for i in {*items[0], *items[1]}}, *items)]),
            "",
            *_table("rule", _rows({key: f"{key[1]} {names[key[1]]} ({key[0]})" for key in coded[1]}, *coded)),
            "",
        ]
    )


def _table(first: str, rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {first} | {' | '.join(HEADER)} |"
    yield "|" + "---|" * (len(HEADER) + 1)
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _group_rows(said: Mapping[str, Counts], heard: Mapping[str, Counts]) -> Iterator[list[str]]:
    for group in GROUPS:
        both = (total(c for item, c in counts.items() if item.startswith(group)) for counts in (said, heard))
        yield [f"**{group}**", *cells(*both)]
    yield ["**all**", *cells(total(said.values()), total(heard.values()))]


def _rows(names: Mapping[K, str], said: Mapping[K, Counts], heard: Mapping[K, Counts]) -> Iterator[list[str]]:
    for key in sorted(names):
        yield [names[key], *cells(said.get(key, Counts()), heard.get(key, Counts()))]


def cells(said: Counts, heard: Counts) -> list[str]:
    """Return a row's cells: on reference text, then as recognised."""
    counts = [arrow(str(getattr(said, name)), str(getattr(heard, name))) for name in COLUMNS]
    shares = [
        arrow(percent(said.recall), percent(heard.recall)),
        arrow(percent(said.precision), percent(heard.precision)),
    ]
    return [str(heard.planted), *counts, *shares]


def arrow(said: str, heard: str) -> str:
    """Return both, or one where they are the same and nothing."""
    return said if said == heard in {"0", "–"} else f"{said} → {heard}"


def percent(part: Share) -> str:
    """Return a share in percent with its interval."""
    if part.value is None or part.interval is None:
        return "–"
    return f"{100 * part.value:.0f} ({100 * part.interval.low:.0f}–{100 * part.interval.high:.0f})"


def listing(calls: CallSet, found: Sequence[Slip]) -> Iterator[str]:
    """Yield every slip with what was planted, what was said there, and what the rules made of it."""
    yaml = YAML(typ="safe")
    for kind in ("missed", "false deduction", "false hint"):
        own = [slip for slip in found if slip.kind == kind]
        yield f"--- {calls.name}: {kind}, {len(own)}"
        for slip in own:
            yield f"{slip.call_id} {slip.item}: on reference text {slip.said}, as recognised {slip.heard}"
            yield from _planted_lines(yaml.load((calls.scripts / f"{slip.call_id}.yaml").read_text("utf-8")), slip.item)
            yield from (reason(result) for result in slip.results)


def _planted_lines(script: Mapping[str, object], item: str) -> Iterator[str]:
    turns: Sequence[Mapping[str, str]] = script["turns"]  # type: ignore[assignment]
    faults: Sequence[Mapping[str, object]] = script["faults"] or ()  # type: ignore[assignment]
    for fault in faults:
        if fault["item"] == item:
            yield f"    planted: {fault['note']}"
            yield from (f"      [{turn}] {turns[turn]['say']}" for turn in fault["turns"])  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(main())
