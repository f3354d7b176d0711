"""Spoken facts and contradictions against other readers: ``python bench/facts.py [--rivals PYTHON] [--write]``.

Facts are read in the sentences of ``facts.jsonl`` and of ``bench/facts_unseen``, contradictions told in pairs of an
entry's sentence and an operator's; both also with a recogniser's slip in each. Rivals run in an interpreter that has
them (``--rivals``: cn2an, wetext, recognizers-text with emoji<2); one that is not installed there is left out and said.
Exit 0 done, and nothing else.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from bench.facts_plain import in_figures, typed
from bench.facts_scores import Tally, Typed, read, wanted
from bench.facts_slips import slipped
from bench.results import command, put
from qa_pipeline.knowledge.compare import compare
from qa_pipeline.knowledge.facts import spoken_facts
from qa_pipeline.knowledge.written import facts_in
from qa_pipeline.language.values import stated
from qa_pipeline.models import Agreement, Role
from scoring.intervals import Share, share
from tests.builders import Line, call
from tests.samples import entry, jsonl

SHARED = HERE.parent.parent / "shared" / "data" / "text"
UNSEEN = HERE / "facts_unseen"
RIVALS = ("cn2an", "wetext", "recognizers-text")
LABELS = ("contradict", "entail", "neutral")


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What was said of pairs, by label and verdict."""

    counts: Counter[tuple[str, str]]

    @property
    def precision(self) -> Share:
        called = sum(n for (_, verdict), n in self.counts.items() if verdict == "contradict")
        return share(self.counts["contradict", "contradict"], called)

    @property
    def recall(self) -> Share:
        return share(self.counts["contradict", "contradict"], self.of("contradict"))

    @property
    def open(self) -> int:
        return sum(n for (_, verdict), n in self.counts.items() if verdict == "unsure")

    def of(self, label: str) -> int:
        return sum(n for (one, _), n in self.counts.items() if one == label)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="spoken facts and contradictions")
    parser.add_argument("--shared", type=Path, default=SHARED, help="folder of facts.jsonl and statement_pairs.jsonl")
    parser.add_argument("--rivals", type=Path, help="a Python that has cn2an, wetext and recognizers-text")
    parser.add_argument("--verbose", action="store_true", help="list what was wrong")
    parser.add_argument("--quick", action="store_true", help="without rivals; writes nothing")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    options = parser.parse_args(argv)
    sets = _sets(options.shared, "facts.jsonl", "sentences*.jsonl")
    pairs = _sets(options.shared, "statement_pairs.jsonl", "pairs*.jsonl")
    text = report(sets, pairs, None if options.quick else options.rivals)
    print(text)
    if options.verbose:
        print("\n".join(str(wrong) for _, rows in sets.items() for wrong in facts(rows, ours).wrong))
    if options.write and not options.quick:
        put(text)
    return 0


def _sets(shared: Path, name: str, pattern: str) -> dict[str, list[dict[str, Any]]]:
    """Return the rows of the shared set, where it is there, and of each set of ours."""
    paths = [shared / name] if (shared / name).is_file() else []
    if not paths:
        print(f"no {name} at {shared}: give its folder by --shared; left out", file=sys.stderr)
    return {path.stem: jsonl(path) for path in [*paths, *sorted(UNSEEN.glob(pattern))]}


def ours(row: Mapping[str, Any]) -> list[Typed]:
    """Return what the product reads in a row's sentence."""
    return read(stated(str(row["text"])), _day(row))


def sure(row: Mapping[str, Any]) -> list[Typed]:
    """Return of it what needed no mending: what may cost somebody points."""
    return read((value for value in stated(str(row["text"])) if not value.mended), _day(row))


def _day(row: Mapping[str, Any]) -> date | None:
    return date.fromisoformat(row["day"]) if "day" in row else None


def facts(rows: Sequence[Mapping[str, Any]], reader: Callable[[Mapping[str, Any]], Sequence[Typed]]) -> Tally:
    """Count what a reader reads in some rows."""
    tally = Tally()
    for row in rows:
        tally.add(str(row["text"]), wanted(row), reader(row))
    return tally


def with_slips(rows: Sequence[Mapping[str, Any]], name: str) -> list[dict[str, Any]]:
    """Return rows with a slip in the sentence that was said."""
    return [{**row, name: slipped(str(row[name]), number)} for number, row in enumerate(rows)]


def rivals(rows: Sequence[Mapping[str, Any]], python: Path) -> dict[str, Tally]:
    """Return what each rival reads, run in another interpreter; one that is not there is left out."""
    texts = json.dumps([row["text"] for row in rows], ensure_ascii=False)
    started = [str(python), str(HERE / "facts_rivals.py")]
    done = subprocess.run(started, input=texts, capture_output=True, text=True, check=True, timeout=600)
    answers: dict[str, list[Any]] = json.loads(done.stdout)
    found: dict[str, Tally] = {}
    for name, said in answers.items():
        by_text = {str(row["text"]): one for row, one in zip(rows, said, strict=True)}
        found[name] = facts(rows, lambda row, by_text=by_text: _of_rival(by_text[str(row["text"])], _day(row)))  # type: ignore[misc]
    return found


def _of_rival(answer: Any, day: date | None) -> list[Typed]:
    if answer is None:
        return []
    return in_figures(answer) if isinstance(answer, str) else typed(answer, day)


_ORDER = (
    (Agreement.CONTRADICTS, "contradict"),
    (Agreement.CORRECTED, "contradict"),
    (Agreement.UNSURE, "unsure"),
    (Agreement.AGREES, "entail"),
)


def judge(premise: str, said: str, confidence: float = 0.95) -> str:
    """Return what the comparison says of an operator's sentence: contradict, unsure, entail or neutral."""
    row = entry({"id": "K1", "title": "事项", "answer": premise})
    ctx = call([Line(Role.OPERATOR, said, confidence=confidence)])
    checks = compare(replace(row, facts=facts_in(premise)), spoken_facts(ctx.transcript), ctx.transcript.utterances)
    found = {check.agreement for check in checks if check.said is not None}
    return next((name for agreement, name in _ORDER if agreement in found), "neutral")


def verdicts(rows: Sequence[Mapping[str, Any]]) -> Verdicts:
    """Judge pairs."""
    return Verdicts(Counter((str(r["label"]), judge(str(r["premise"]), str(r["hypothesis"]))) for r in rows))


def report(
    sets: Mapping[str, Sequence[Mapping[str, Any]]],
    pairs: Mapping[str, Sequence[Mapping[str, Any]]],
    python: Path | None,
) -> str:
    """Return the section."""
    every = [row for rows in sets.values() for row in rows]
    lines = ["## Spoken facts and contradictions", "", f"`{command()}`", "", _ABOUT, ""]
    header = ["sentences", "facts", "recall %", "precision %", "F1 %"]
    lines += [*_table(header, _fact_rows(sets)), "", _RIVALS_ABOUT, ""]
    lines += [*_table(["reader", *header[1:]], _rival_rows(every, python)), ""]
    lines += [*_table(["type", *header[1:4]], _type_rows(facts(every, ours))), "", _PAIRS_ABOUT, ""]
    head = ["pairs", "contradictions", "precision %", "recall %", "called contradictions falsely", "left to a person"]
    return "\n".join([*lines, *_table(head, _pair_rows(pairs))]) + "\n"


_ABOUT = (
    "Typed values in operators' sentences: type, value and unit must all be right; dates are resolved on the call's"
    " day. `facts` is the shared set; the others were written for this, each before it was first read. When they "
    "were first read F1 was 95.7, 85.0, 92.9, 81.8, 93.5, 79.7 and 84.4 %. What was missed in the first six has "
    "been mended since, so their first readings tell what to expect of new sentences. `sentences_7` and "
    "`sentences_8` have been counted and never opened: their rows tell what to expect of new ones."
    " *With slips*: one character of a number word in each sentence is replaced by a common one of its sound; "
    "*unmended*: without the values that were mended by sound, on which no deduction rests. Intervals: Wilson."
)
_RIVALS_ABOUT = (
    "All sentences by other readers. cn2an and wetext write numbers as figures, in which regular expressions find the "
    "types (`bench/facts_plain.py`); recognizers-text types what it finds. None reads documents, places or "
    "channels, so the second row of each counts only the types that it has."
)
_PAIRS_ABOUT = (
    "An entry's sentence and what an operator said: whether it contradicts the entry. `statement_pairs` is the "
    "shared set. Of the others, when they were first judged, 21 of 24, 15 of 23, 14 of 20, 17 of 20 and 10 of 13 "
    "contradictions were found (77 of 100), and none was called falsely; in the newest two, in words of the street,"
    " 15 of 20 with 2 false, and 10 of 20 with 1 false. `pairs_misleading` are sentences made to mislead: values of"
    " the caller's own case, sums, other fees, other offices; when they were first judged 27 of 53, 10 of 37, 6 of "
    "28, 3 of 30 and 6 of 30 were called contradictions. `pairs_7` and `pairs_misleading_5` were read and "
    "mended for after that (first 13 of 20 found with 1 false, 5 of 30 called falsely), and so were "
    "`pairs_8` and `pairs_misleading_6` after those (first 6 of 20 with 3 false, 5 of 30): contradictions "
    "without a number, sums and rates, steps of use, slips of the tongue. `pairs_9`, the mix of an ordinary month, "
    "and `pairs_misleading_7` have been counted and never opened: their rows tell what to expect of new ones (before "
    "that mending 10 of 30 were found with 2 false, and 3 of 30 called falsely). "
    "Facts are taken from the sentence itself, as an owner would confirm them; every word counts as well heard."
)


def _fact_rows(sets: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[list[str]]:
    for name, rows in sets.items():
        yield _tallied(name, facts(rows, ours))
    every = [row for rows in sets.values() for row in rows]
    yield _tallied("all", facts(every, ours))
    yield _tallied("all, with slips", facts(with_slips(every, "text"), ours))
    yield _tallied("all, with slips, unmended", facts(with_slips(every, "text"), sure))


def _rival_rows(every: Sequence[Mapping[str, Any]], python: Path | None) -> Iterator[list[str]]:
    yield _tallied("ours", facts(every, ours))
    found = rivals(every, python) if python is not None else {}
    for name in RIVALS:
        if name not in found:
            yield [f"{name}: not installed, skipped", "–", "–", "–", "–"]
            continue
        yield _tallied(name, found[name])
        kinds = {kind for kind, n in found[name].read.items() if n}
        yield _tallied(f"{name}, its types only", _only(found[name], kinds))


def _only(tally: Tally, kinds: set[str]) -> Tally:
    def kept(counts: Counter[str]) -> Counter[str]:
        return Counter({kind: n for kind, n in counts.items() if kind in kinds})

    return Tally(kept(tally.wanted), kept(tally.read), kept(tally.right))


def _type_rows(tally: Tally) -> Iterator[list[str]]:
    for kind in sorted(tally.wanted, key=lambda kind: -tally.wanted[kind]):
        recall, precision = tally.share(tally.wanted, kind), tally.share(tally.read, kind)
        yield [kind, str(tally.wanted[kind]), _percent(recall), _percent(precision)]


def _pair_rows(pairs: Mapping[str, Sequence[Mapping[str, Any]]]) -> Iterator[list[str]]:
    every = [row for rows in pairs.values() for row in rows]
    for name, rows in {**pairs, "all": every, "all, with slips": with_slips(every, "hypothesis")}.items():
        judged = verdicts(rows)
        false = judged.precision.n - judged.precision.hits
        yield [
            f"{name} ({len(rows)})",
            str(judged.of("contradict")),
            _percent(judged.precision),
            _percent(judged.recall),
            str(false),
            str(judged.open),
        ]


def _tallied(name: str, tally: Tally) -> list[str]:
    recall, precision = tally.share(tally.wanted), tally.share(tally.read)
    return [name, str(tally.wanted.total()), _percent(recall), _percent(precision), f"{100 * tally.f1:.1f}"]


def _percent(part: Share) -> str:
    if part.value is None or part.interval is None:
        return "–"
    return f"{100 * part.value:.1f} ({100 * part.interval.low:.0f}–{100 * part.interval.high:.0f})"


def _table(header: Sequence[str], rows: Iterator[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
