"""What judging costs: the default ruleset, against its phrases in a loop of ``re``, in Hyperscan, in an automaton.

    python bench/rules_throughput.py [--calls 10000] [--quick] [--write]

Every call is other text (`bench.made_calls`), 1,500 characters. Only the time of the work itself counts, not that of
making the calls; one core. The rivals look for the same phrases, by their characters alone, and give places: no sound,
no exceptions, no speaker, no evidence, no probability, no other rule. Memory is a process's own peak, each in its own.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

import ahocorasick
import hyperscan

from bench.made_calls import everyday, made_calls
from bench.results import machine, own_peak_mb, put, section
from qa_pipeline.models import CallContext, Standing
from qa_pipeline.rules.conditions.own import ConditionParams, own_rule
from qa_pipeline.rules.conditions.parsing import Parser
from qa_pipeline.rules.matching import find, phrases
from qa_pipeline.rules.matching.book import Book
from qa_pipeline.rules.matching.phrases import Phrase, phrases_in
from qa_pipeline.rules.matching.reading import reading
from qa_pipeline.rules.ruleset import BoundRule, Ruleset, load_ruleset
from qa_pipeline.rules.run import check

Work = Callable[[CallContext], object]
WAYS = ("ours: every rule", "ours: phrases only", "a loop of re", "Aho-Corasick (pyahocorasick)", "Hyperscan")


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="what judging costs")
    parser.add_argument("--calls", type=int, default=10_000)
    parser.add_argument("--grow", type=int, default=100, help="calls for each size of a growing ruleset")
    parser.add_argument("--way", type=int, help="measure this way alone and print its numbers")
    parser.add_argument("--quick", action="store_true", help="30 calls and 5 of each size; writes nothing")
    parser.add_argument("--write", action="store_true", help="write the sections into RESULTS.md")
    options = parser.parse_args(argv)
    if options.way is not None:
        calls, seconds = timed(ways()[options.way], options.calls)
        print(calls, seconds, own_peak_mb())
        return 0
    calls, grow = (30, 5) if options.quick else (options.calls, options.grow)
    text = "\n\n".join([throughput(calls), growth(grow)])
    print(text)
    if options.write and not options.quick:
        for part in text.split("\n\n## "):
            put("## " + part.removeprefix("## "))
    return 0


def ways() -> tuple[Work, ...]:
    """Return the ways to look for the phrases of the default ruleset, in the order of ``WAYS``."""
    ruleset = load_ruleset()
    wanted = sorted({phrase.text for bound in ruleset.rules for phrase in phrases_in(bound.params)})
    lists = phrases(*wanted)
    book = Book(lists)
    patterns = [re.compile(re.escape(text)) for text in wanted]
    automaton = ahocorasick.Automaton()
    for text in wanted:
        automaton.add_word(text, text)
    automaton.make_automaton()
    scan = _hyperscan(wanted)

    def ours_phrases(ctx: CallContext) -> object:
        with reading(book):
            return find(lists, ctx.transcript.utterances)

    return (
        lambda ctx: check(ctx, ruleset),
        ours_phrases,
        lambda ctx: [m.span() for text in [_text(ctx)] for p in patterns for m in p.finditer(text)],
        lambda ctx: list(automaton.iter(_text(ctx))),
        lambda ctx: scan(_text(ctx)),
    )


def _text(ctx: CallContext) -> str:
    return "\n".join(utterance.text for utterance in ctx.transcript.utterances)


def _hyperscan(wanted: Sequence[str]) -> Callable[[str], list[tuple[int, int]]]:
    database = hyperscan.Database()
    database.compile(
        expressions=[re.escape(text).encode() for text in wanted],
        ids=list(range(len(wanted))),
        flags=[hyperscan.HS_FLAG_UTF8 | hyperscan.HS_FLAG_SOM_LEFTMOST] * len(wanted),
    )

    def scan(text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        database.scan(
            text.encode(), match_event_handler=lambda _id, start, end, _flags, _ctx: found.append((start, end))
        )
        return found

    return scan


def timed(work: Work, count: int) -> tuple[int, float]:
    """Return how many calls were worked through and the processor's seconds for them, the making left out."""
    calls = made_calls(count + 5)
    for _ in range(5):
        work(next(calls))
    seconds = 0.0
    for ctx in calls:
        started = time.process_time()
        work(ctx)
        seconds += time.process_time() - started
    return count, seconds


def throughput(count: int) -> str:
    """Measure each way in a process of its own and return the section."""
    rows = []
    seconds: list[float] = []
    for number, name in enumerate(WAYS):
        done = subprocess.run(
            [sys.executable, __file__, "--way", str(number), "--calls", str(count)],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        calls, took, peak = done.stdout.split()
        seconds.append(float(took))
        rows.append((name, f"{int(calls) / float(took):.0f}", f"{float(took) / int(calls) * 1000:.2f}", peak))
    rows = [(*row, f"{seconds[2] / took:.2f}") for row, took in zip(rows, seconds, strict=True)]
    header = ("way", "calls a second on a core", "ms a call", "peak memory, MB", "× the loop of re")
    about = (
        f"{count} calls of 1,500 characters, every one other text; {len(load_ruleset().rules)} rules, "
        f"{_phrases()} phrases. The rivals find the characters of the same phrases and nothing else. {machine(1)}."
    )
    return section("Rules: throughput", about, header, rows)


def _phrases() -> int:
    return len({phrase.text for bound in load_ruleset().rules for phrase in phrases_in(bound.params)})


def growth(count: int) -> str:
    """Measure rulesets of 20 to 2,000 own rules, and one rule of as many phrases, and return the section."""
    calls = list(made_calls(count, seed=1))
    text = everyday()
    chance = random.Random(5)  # noqa: S311  # text to measure with, not a secret
    rows = []
    base: dict[str, float] = {}
    for size in (20, 200, 2_000):
        starts = [chance.randrange(len(text) - 6) for _ in range(size * 5)]
        wanted = [text[start : start + 5] for start in starts]
        costs = {
            "rules": _per_call(calls, _own_rules([wanted[n * 5 : n * 5 + 5] for n in range(size)])),
            "one rule of as many phrases": _per_call(calls, _own_rules([wanted])),
            "re": _loop(calls, wanted),
        }
        base = base or costs
        rows.append((size, size * 5, *(f"{cost:.2f} ({cost / base[name]:.1f} ×)" for name, cost in costs.items())))
    header = (
        "own rules",
        "phrases",
        "every rule, ms a call",
        "one rule with all phrases, ms a call",
        "the phrases in a loop of re",
    )
    about = f"Own rules of five phrases each ({{role: operator, any_keywords: […]}}), {count} calls. {machine(1)}."
    return section("Rules: cost as they grow", about, header, rows)


def _own_rules(lists: Sequence[Sequence[str]]) -> Ruleset:
    """Make a ruleset of own rules, one a list of phrases."""

    def fail(_node: object, _key: object, message: str, hint: str) -> Exception:
        return ValueError(f"{message}: {hint}")

    parser = Parser({}, fail, lambda word, _known: word)
    bound = []
    for number, wanted in enumerate(lists):
        when = parser.parse({"role": "operator", "any_keywords": list(dict.fromkeys(wanted))})
        about = {"item": "A6", "name": f"规则{number}"}
        rule = own_rule(f"X{number}", about, Standing.ADVISE, when, None)
        bound.append(BoundRule(rule, ConditionParams(conditions=(when,)), Standing.ADVISE))
    found: list[Phrase] = [phrase for one in bound for phrase in phrases_in(one.params)]
    return Ruleset("bench", "0" * 64, tuple(bound), Book(found))


def _per_call(calls: Sequence[CallContext], ruleset: Ruleset) -> float:
    check(calls[0], ruleset)
    started = time.process_time()
    for ctx in calls:
        check(ctx, ruleset)
    return (time.process_time() - started) / len(calls) * 1000


def _loop(calls: Sequence[CallContext], wanted: Sequence[str]) -> float:
    patterns = [re.compile(re.escape(text)) for text in wanted]
    started = time.process_time()
    for ctx in calls:
        text = _text(ctx)
        for pattern in patterns:
            pattern.search(text)
    return (time.process_time() - started) / len(calls) * 1000


if __name__ == "__main__":
    sys.exit(main())
