"""Finding the entry a question is about: ``python bench/retrieval.py [--write]``.

Recall at 1 and 5 and the mean reciprocal rank of ours and of libraries, on the measuring set's questions and on
questions that nothing was tuned on; how often a hit is right where it is held to be so sure, with entries taken out of
the base and with questions that nothing covers; calls cut into exchanges against a cut by hand; what it costs over 100,
5,000 and 100,000 entries. Exit 0 done (or no measuring set there), and nothing else.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np

from bench.cut_calls import SETS, CutScore, cut_calls, score
from bench.question_sets import DAY, SHARED, Question, base, development, tuning, unseen
from bench.results import command, machine, put
from bench.retrieval_costs import Costs, costs
from bench.retrieval_rivals import TOP, Method, methods
from qa_pipeline.knowledge.retrieval import SURE, KnowledgeIndex
from qa_pipeline.models import KnowledgeEntry
from scoring.intervals import Share, share

SIZES, QUICK = (100, 5_000, 100_000), (100,)
BINS = ((0.0, 0.1), (0.1, 0.3), (0.3, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01))
_DRAWS = 2_000
_ABOUT = (
    "{machine}. {entries} entries of title and text. The unseen questions were written before anything was tuned; lay "
    "words and weights were chosen on the other two sets, whose figures are therefore too good. Tuning and unseen sets "
    "are of one hand; the unseen ones were scored several times, and what failed in them was never read. Intervals: "
    "Wilson for shares, bootstrap for the mean reciprocal rank, 95 %."
)
Observed = tuple[float, bool]
"""How sure a first hit is, and whether it is right."""


@dataclass(frozen=True, slots=True)
class Found:
    """Where the right entry stood for every question: 1 is first, 0 is not among the first five."""

    ranks: tuple[int, ...]

    def at(self, most: int) -> Share:
        return share(sum(0 < rank <= most for rank in self.ranks), len(self.ranks))

    @property
    def reciprocal(self) -> str:
        """The mean reciprocal rank with a bootstrapped 95 % interval."""
        values = np.asarray([1 / rank if rank else 0.0 for rank in self.ranks])
        drawn = np.random.default_rng(1).choice(values, (_DRAWS, len(values))).mean(axis=1)
        low, high = np.quantile(drawn, (0.025, 0.975))
        return f"{values.mean():.3f} ({low:.3f}–{high:.3f})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="retrieval against libraries, its certainty, its exchanges, its cost")
    parser.add_argument("--data", type=Path, default=SHARED, help="folder of the measuring set (kb.jsonl and others)")
    parser.add_argument("--quick", action="store_true", help="costs of 100 entries only; writes nothing")
    parser.add_argument("--verbose", action="store_true", help="list what was cut otherwise than by hand")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    options = parser.parse_args(argv)
    if not (options.data / "kb.jsonl").is_file():
        print(f"no measuring set at {options.data}: give its folder by --data; skipped", file=sys.stderr)
        return 0
    entries = base(options.data)
    measured = [costs(size, options.data) for size in (QUICK if options.quick else SIZES)]
    text = report(entries, options.data, measured)
    print(text)
    if options.verbose:
        index = KnowledgeIndex(entries)
        print("\n".join(line for name in SETS for line in score(cut_calls(name), index)[1]))
    if options.write and not options.quick:
        put(text)
    return 0


def report(entries: Sequence[KnowledgeEntry], data: Path, measured: Sequence[Costs]) -> str:
    """Return the section of RESULTS.md."""
    sets = {"measuring set": development(data), "tuning set": tuning(), "unseen": unseen()}
    ways = methods(entries)
    lines = [
        "## Retrieval and exchanges",
        "",
        f"`{command()}`",
        "",
        _ABOUT.format(machine=machine(1), entries=len(entries)),
        "",
    ]
    for name, questions in sets.items():
        asked = [question for question in questions if question.gold]
        lines += [f"### {name}: {len(asked)} questions", "", *_recall(asked, entries, ways), ""]
    lines += ["### Unseen, recall@1 by kind", "", *_kinds(sets["unseen"], entries, ways), ""]
    for name in ("measuring set", "unseen"):
        covered, out = observed(sets[name], entries)
        lines += [f"### How sure a first hit is: {name}", "", *_reliability(covered, out), ""]
    lines += ["### Calls cut into exchanges", "", *_cuts(entries), "", "### Costs", "", *_costs(measured)]
    return "\n".join(lines) + "\n"


def ranks(method: Method, questions: Sequence[Question], entries: Sequence[KnowledgeEntry]) -> Found:
    """Return where a method finds the entries of questions."""
    found = []
    for question in questions:
        names = [entries[place].entry_id for place in method(question.text)[:TOP]]
        found.append(names.index(question.gold) + 1 if question.gold in names else 0)
    return Found(tuple(found))


def _recall(
    questions: Sequence[Question], entries: Sequence[KnowledgeEntry], ways: Mapping[str, Method]
) -> Iterator[str]:
    yield from _head("method", "recall@1", "recall@5", "mean reciprocal rank")
    for name, method in ways.items():
        found = ranks(method, questions, entries)
        yield _row(name, _share(found.at(1)), _share(found.at(TOP)), found.reciprocal)


def _kinds(
    questions: Sequence[Question], entries: Sequence[KnowledgeEntry], ways: Mapping[str, Method]
) -> Iterator[str]:
    kinds = list(dict.fromkeys(question.kind for question in questions if question.gold))
    yield from _head("method", *kinds)
    for name, method in ways.items():
        shares = [ranks(method, [q for q in questions if q.kind == kind], entries).at(1) for kind in kinds]
        yield _row(name, *map(_share, shares))


def observed(questions: Sequence[Question], entries: Sequence[KnowledgeEntry]) -> tuple[list[Observed], list[Observed]]:
    """Return first hits in the whole base; and of questions that nothing covers, their entry being taken out."""
    whole = KnowledgeIndex(entries)
    covered = [_first(whole, question) for question in questions if question.gold]
    out = [_first(whole, question) for question in questions if not question.gold]
    for gold in dict.fromkeys(question.gold for question in questions if question.gold):
        without = KnowledgeIndex([entry for entry in entries if entry.entry_id != gold])
        out += [_first(without, question) for question in questions if question.gold == gold]
    return covered, out


def _first(index: KnowledgeIndex, question: Question) -> Observed:
    hits = index.search(question.text, DAY, 1)
    return (hits[0].score, hits[0].entry.entry_id == question.gold) if hits else (0.0, False)


def _reliability(covered: Sequence[Observed], out: Sequence[Observed]) -> Iterator[str]:
    both = [*covered, *out]
    yield from _head("held to be right with", "hits", "held, mean", "are right")
    error = 0.0
    for low, high in BINS:
        inside = [(sure, right) for sure, right in both if low <= sure < high]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            right = share(sum(right for _, right in inside), len(inside))
            error += abs(mean - right.hits / right.n) * len(inside) / len(both)
            yield _row(f"{low:.2f}–{min(high, 1.0):.2f}", len(inside), f"{mean:.2f}", _share(right))
    sure = [right for score_, right in both if score_ >= SURE]
    yield ""
    yield (
        f"Expected calibration error {error:.3f} over {len(covered)} questions with their entry in the base and "
        f"{len(out)} with none. Surer than {SURE}: {_share(share(sum(sure), len(sure)))} right; of covered questions "
        f"{_share(share(sum(s >= SURE and right for s, right in covered), len(covered)))} surely and rightly found; of "
        f"those that nothing covers {_share(share(sum(s < SURE for s, _ in out), len(out)))} not surely found."
    )


def _cuts(entries: Sequence[KnowledgeEntry]) -> Iterator[str]:
    index = KnowledgeIndex(entries)
    yield from _head(
        "calls", "exchanges found", "found ones right", "asking turns", "answering turns", "other turns kept out"
    )
    for name in SETS:
        calls = cut_calls(name)
        marks: CutScore = score(calls, index)[0]
        cells = (marks.found, marks.right, marks.questions, marks.answers, marks.kept_out)
        yield _row(f"{name} ({len(calls)})", *map(_share, cells))


def _costs(measured: Sequence[Costs]) -> Iterator[str]:
    yield (
        "Processor time on one core. With meaning, the entries that come into question are encoded once; the encoder "
        f"itself holds {measured[0].encoder_mb} MB."
    )
    yield ""
    yield from _head(
        *("entries", "index made in s", "MB", "ms a question by words alone", "with meaning, first time"),
        *("after a new start", "again", "MB with meanings"),
    )
    for one in measured:
        ms = (one.words_ms, one.first_ms, one.kept_ms, one.warm_ms)
        yield _row(f"{one.size:,}", f"{one.start_s:.2f}", one.mb, *(f"{value:.1f}" for value in ms), one.warm_mb)


def _head(*cells: str) -> Iterator[str]:
    yield _row(*cells)
    yield "|" + "---|" * len(cells)


def _row(*cells: object) -> str:
    return "| " + " | ".join(map(str, cells)) + " |"


def _share(part: Share) -> str:
    if part.value is None or part.interval is None:
        return "–"
    return f"{part.value:.2f} ({part.interval.low:.2f}–{part.interval.high:.2f})"


if __name__ == "__main__":
    sys.exit(main())
