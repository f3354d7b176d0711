"""What recognition costs answers and records: ``python bench/recognition_costs.py [--write]``.

Every item of C (was the answer right) and D (is the record complete) is judged twice by the shipped ruleset, on the
words of the scripts and on those that the product heard, and one verdict is held against the other, call by call.
Whether a verdict is right is `bench/rules_quality.py`'s question; here it is only what the recogniser changes in it.
What was heard is kept (``--work``); where it is not, the sample calls are heard first, half an hour on two idle cores.
``--verbose`` lists every call and item that is judged otherwise, and why. Exit 0 done, 2 the set could not be heard.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from bench.call_sets import SETS, WORK, call_set, knowledge
from bench.results import machine, put, section
from bench.rule_counts import Verdicts
from bench.rules_quality import judged, percent
from bench.unseen import reason
from qa_pipeline.errors import UserError
from qa_pipeline.planted import Said, said_of
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.runs.stages import hearing_stamp
from qa_pipeline.settings import Settings
from scoring.intervals import share
from scoring.scorecard import default_scorecard

GROUPS = ("C", "D")
TITLE = "Answers and records: what recognition costs"
HEADER = (
    *(
        "item",
        "calls",
        "judged the same",
        "% (95 %)",
        "deducted on reference text",
        "still deducted",
        "left open",
        "lost",
    ),
    *("deducted only as recognised", "left open only as recognised", "left open only on reference text"),
)
ABOUT = (
    "{calls} calls of `{name}` as {model} hears them on {machine} (another processor hears a few words otherwise); "
    "ruleset `{version}`; in calls. Verdicts on the words that were heard against those on the words of the script: "
    "what the recogniser leaves of the deductions on reference text, and what is deducted or left open on one of the "
    "two texts only. Planted against found, by item and by rule: sections `Rules, planted against found`."
)
_QUIET = (Said.SILENT, Said.REFERRED)
Pairs = Mapping[str, Counter[tuple[Said, Said]]]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="what recognition changes in verdicts on answers and records")
    parser.add_argument("--set", dest="name", default="samples", choices=SETS, help="which calls")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of what was heard")
    parser.add_argument("--quick", action="store_true", help="as without options: writes nothing")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    parser.add_argument("--verbose", action="store_true", help="list what is judged otherwise")
    options = parser.parse_args(argv)
    rules = load_ruleset()
    try:
        said, heard = judged(call_set(options.name, options.work), knowledge(), rules)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    model, where = hearing_stamp(Settings()).model, machine(os.cpu_count() or 1)
    about = ABOUT.format(calls=len(said), name=options.name, model=model, machine=where, version=rules.version)
    text = section(TITLE, about, HEADER, list(rows(pairs(said, heard))))
    print(text)
    if options.verbose:
        print("\n".join(listing(said, heard)))
    if options.write and not options.quick:
        put(text)
    return 0


def pairs(said: Sequence[Verdicts], heard: Sequence[Verdicts]) -> Pairs:
    """Return, by item of the groups, how often which verdict on reference text became which."""
    counted: dict[str, Counter[tuple[Said, Said]]] = {}
    for one, other in _calls(said, heard):
        was, now = said_of(one.results), said_of(other.results)
        for item in sorted(was.keys() | now.keys()):
            if item.startswith(GROUPS):
                pair = was.get(item, Said.SILENT), now.get(item, Said.SILENT)
                counted.setdefault(item, Counter())[pair] += 1
    return dict(sorted(counted.items()))


def rows(counted: Pairs) -> Iterator[list[str]]:
    """Yield a row an item and one a group."""
    names = {item.code: item.name for item in default_scorecard().items}
    for group in GROUPS:
        own = {item: count for item, count in counted.items() if item.startswith(group)}
        yield from (_row(f"{item} {names[item]}", count) for item, count in own.items())
        yield _row(f"**{group}**", sum(own.values(), Counter()))


def _row(name: str, count: Counter[tuple[Said, Said]]) -> list[str]:
    calls, same = count.total(), sum(n for (was, now), n in count.items() if was is now)
    kept = [count[Said.DEDUCTED, now] for now in (Said.DEDUCTED, Said.UNSURE)]
    deducted = sum(n for (was, _), n in count.items() if was is Said.DEDUCTED)
    new = sum(n for (was, now), n in count.items() if now is Said.DEDUCTED is not was)
    # What was deducted and is left open now is told among the deductions.
    opened = sum(n for (was, now), n in count.items() if now is Said.UNSURE and was in _QUIET)
    closed = sum(n for (was, now), n in count.items() if was is Said.UNSURE and now in _QUIET)
    figures = (deducted, *kept, deducted - sum(kept), new, opened, closed)
    return [name, str(calls), str(same), percent(share(same, calls)), *map(str, figures)]


def listing(said: Sequence[Verdicts], heard: Sequence[Verdicts]) -> Iterator[str]:
    """Yield every call and item that is judged otherwise as recognised, with what the rules say there."""
    for one, other in _calls(said, heard):
        was, now = said_of(one.results), said_of(other.results)
        for item in sorted(item for item in was.keys() | now.keys() if item.startswith(GROUPS)):
            if was.get(item) is not now.get(item):
                yield f"{one.call_id} {item}: {was.get(item)} → {now.get(item)}"
                yield from (reason(result) for result in other.results if result.item == item)


def _calls(said: Sequence[Verdicts], heard: Sequence[Verdicts]) -> Iterator[tuple[Verdicts, Verdicts]]:
    by_id = {one.call_id: one for one in heard}
    yield from ((one, by_id[one.call_id]) for one in said)


if __name__ == "__main__":
    sys.exit(main())
