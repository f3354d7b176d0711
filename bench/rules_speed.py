"""What checking costs: the default ruleset on a call of 1,500 characters, by family, and phrases as lists grow.

python -m bench.rules_speed [--calls 50]
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from dataclasses import replace

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.matching import find, phrases
from qa_pipeline.rules.ruleset import load_ruleset
from qa_pipeline.rules.run import check
from tests.builders import call

CHARACTERS = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下"


def spoken(seed: int, characters: int = 1500) -> CallContext:
    """Make a call of nonsense of everyday characters, 50 a turn."""
    chance = random.Random(seed)  # noqa: S311  # text to measure with, not a secret
    turns = ["".join(chance.choices(CHARACTERS, k=50)) for _ in range(characters // 50)]
    return call([(("话", "来")[place % 2], text) for place, text in enumerate(turns)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--calls", type=int, default=50)
    calls = [spoken(seed) for seed in range(parser.parse_args().calls)]
    ruleset = load_ruleset()
    check(calls[0], ruleset)
    spent: Counter[str] = Counter()
    for bound in ruleset.rules:
        started = time.process_time()
        for ctx in calls:
            check(ctx, replace(ruleset, rules=(bound,)))
        spent[bound.code[:2]] += time.process_time() - started
    for family, seconds in sorted(spent.items()):
        print(f"{family}: {seconds / len(calls) * 1000:.2f} ms a call")
    print(
        f"all: {sum(spent.values()) / len(calls) * 1000:.2f} ms a call, {len(calls) / sum(spent.values()):.0f} calls/s"
    )
    chance = random.Random(0)  # noqa: S311  # the same
    for count in (20, 200, 2000):
        listed = phrases(*{"".join(chance.choices(CHARACTERS, k=5)) for _ in range(count)})
        find(listed, calls[0].transcript.of(Role.OPERATOR))
        started = time.process_time()
        for ctx in calls:
            find(listed, ctx.transcript.utterances)
        print(f"{count} phrases: {(time.process_time() - started) / len(calls) * 1000:.2f} ms a call")


if __name__ == "__main__":
    main()
