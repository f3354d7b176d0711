"""What the rules find in the sample scripts, read as if every word had been heard: planted, found, missed, false.

Recognition costs nothing here, so what is wrong here is the rules' own fault. Run it from the repository's root:

    python -m bench.rules_on_scripts [--items A1,A6] [--codes PH01] [--verbose]
"""

from __future__ import annotations

import argparse
from collections import Counter, defaultdict
from pathlib import Path

from ruamel.yaml import YAML

from qa_pipeline.models import Outcome, RuleResult
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from tests.builders import script_call

SCRIPTS = Path(__file__).parent.parent / "recordings_sample" / "scripts"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--items", default="", help="only these, such as A1,B3")
    parser.add_argument("--verbose", action="store_true", help="print every finding that is not as planted")
    options = parser.parse_args()
    wanted = set(filter(None, options.items.split(",")))
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(SCRIPTS.glob("*.yaml")):
        script = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
        planted = Counter(fault["item"] for fault in script["faults"])
        for result in check(script_call(path), load_ruleset()):
            if wanted and result.item not in wanted:
                continue
            word = verdict(result, planted[result.item])
            counts[f"{result.item} {result.code}"][word] += 1
            if options.verbose and word in {"missed", "false", "open", "unsure"}:
                print(f"{path.stem} {result.item} {result.code} {word}: {result.reason}")
    show(counts)


def verdict(result: RuleResult, planted: int) -> str:
    """Name how a result stands to what was planted."""
    if result.outcome is Outcome.FAIL:
        return "found" if planted else "false"
    if result.outcome is Outcome.UNDETERMINED:
        return "open" if planted else "unsure"
    return "missed" if planted else "clean"


def show(counts: dict[str, Counter[str]]) -> None:
    columns = ("found", "open", "missed", "false", "unsure", "clean")
    print(f"{'item rule':<10}" + "".join(f"{name:>8}" for name in columns))
    for name in sorted(counts):
        print(f"{name:<10}" + "".join(f"{counts[name][column]:>8}" for column in columns))


if __name__ == "__main__":
    main()
