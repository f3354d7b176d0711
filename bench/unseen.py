"""Planted against found on calls that the rules were never tuned on: ``python bench/unseen.py [--set unseen2]``.

The sets, where their audio lies and how it is made: `bench.call_sets`. This prints the account that the demo prints of
the sample calls, and every finding that is not as planted; tables with reference text beside it are made by
``bench/rules_quality.py``. Exit 0 done, 2 could not run.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from bench.call_sets import SETS, WORK, CallSet, call_set, knowledge, recognised, tell
from bench.rule_counts import Verdicts
from qa_pipeline.demo import tally_lines
from qa_pipeline.errors import QaError
from qa_pipeline.models import RuleResult
from qa_pipeline.planted import Judged, Said, compare, planted_faults, said_of
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="measure the audit on calls that it was never tuned on")
    parser.add_argument("--set", dest="name", choices=SETS, default="unseen")
    parser.add_argument("--work", type=Path, default=WORK, help="folder of rendered audio and of what was heard")
    options = parser.parse_args(argv)
    try:
        print("\n".join(measure(call_set(options.name, options.work))))
    except QaError as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def measure(calls: CallSet) -> list[str]:
    """Judge the calls as they were heard and return the printed account."""
    rules = load_ruleset()
    judged = [Verdicts(ctx.call.call_id, check(ctx, rules)) for ctx in recognised(calls, knowledge(), tell)]
    planted = planted_faults(calls.scripts)
    return [*tally_lines(compare(planted, judged)), "", *listing(planted, judged)]


def listing(planted: Mapping[str, frozenset[str]], judged: Sequence[Judged]) -> Iterator[str]:
    """Yield every false deduction, false referral, doubt and miss with what the rules said of the item."""
    kinds = {
        "误扣": (False, Said.DEDUCTED),
        "误提": (False, Said.REFERRED),
        "存疑": (False, Said.UNSURE),
        "漏": (True, Said.SILENT),
    }
    for name, (is_planted, word) in kinds.items():
        yield f"【{name}】"
        for call in judged:
            faults, said = planted.get(call.call_id, frozenset()), said_of(call.results)
            items = faults if is_planted else said.keys() - faults
            for item in sorted(item for item in items if said.get(item, Said.SILENT) is word):
                yield f"  {call.call_id} {item}"
                yield from (reason(result) for result in call.results if result.item == item)


def reason(result: RuleResult) -> str:
    """Return what one rule said, with the words that it points at."""
    heard = "；".join(f"{piece.text}（{piece.note}）" for piece in result.evidence)
    return f"      {result.code} {result.outcome} {result.standing} {result.confidence:.2f}：{result.reason}｜{heard}"


if __name__ == "__main__":
    sys.exit(main())
