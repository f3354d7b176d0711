"""Phrases in recognised real speech, by sound and otherwise: ``python bench/sound_matching.py [--write]``.

200 phrases that were said somewhere in the read speech beside the checkout (`bench.phrase_draw`) are looked for in
every recognised utterance of it, at 16 kHz and as a telephone carries it. A hit is right where the reference text of
the utterance holds the phrase, and false anywhere else. What was recognised is kept in ``--cache``: after a change of
matching a run takes seconds. Exit 0 done (or no speech there), and nothing else.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from rapidfuzz import fuzz

from bench.call_sets import WORK
from bench.conversations import SPEECH
from bench.matching_scores import Pair, Score, bins, by_length, crossed, score
from bench.phrase_draw import draw
from bench.results import command, machine, put
from bench.speech_heard import Heard, hear, read_references
from qa_pipeline.language.pinyin import nearest, syllables
from qa_pipeline.language.script import bare, simplify
from qa_pipeline.models import CallContext
from qa_pipeline.rules.matching import find, heard, phrases
from qa_pipeline.rules.operators.found import decide
from qa_pipeline.rules.operators.kleene import Truth
from qa_pipeline.rules.operators.words import Sounds, sounds_like
from qa_pipeline.rules.turns import Call
from scoring.intervals import Share
from tests.builders import call

COUNT, SEED = 200, "sound-matching"
CONDITIONS = ("8 kHz µ-law", "16 kHz")
SURE = 0.6  # what rules deduct from, see rules.base.Params
ROUNDS = 3
Method = Callable[[Heard], Mapping[str, float]]
"""Gives the phrases found in an utterance, each with a score from 0 to 1."""


@dataclass(frozen=True, slots=True)
class Row:
    """One method on one condition; ``ms`` an utterance for all phrases, None where it is timed by another row."""

    name: str
    score: Score
    ms: float | None


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="sound matching against exact and fuzzy matching on real speech")
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of the speech (refs.tsv and wav/)")
    parser.add_argument("--cache", type=Path, default=WORK / "speech", help="folder for what was recognised")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--verbose", action="store_true", help="list what `find` missed and what was heard there")
    parser.add_argument("--quick", action="store_true", help="one round of timing; writes nothing")
    parser.add_argument("--write", action="store_true", help="put the tables into bench/RESULTS.md")
    options = parser.parse_args(argv)
    if not (options.data / "refs.tsv").is_file():
        print(f"no speech at {options.data} (refs.tsv and wav/): give its folder by --data; skipped", file=sys.stderr)
        return 0
    wanted = draw([text for _, text in sorted(read_references(options.data).items())], COUNT, SEED)
    heard_in = {c: hear(options.data, c, options.cache, options.threads) for c in CONDITIONS}
    text = report(wanted, heard_in, options.threads, 1 if options.quick else ROUNDS)
    print(text)
    if options.verbose:
        print("\n".join(line for condition, spoken in heard_in.items() for line in missed(wanted, condition, spoken)))
    if options.write and not options.quick:
        put(text)
    return 0


def methods(wanted: Sequence[str]) -> dict[str, Method]:
    """Return what is compared; scores of methods without a probability are 1, or their similarity."""
    plain = {phrase: bare(phrase) for phrase in wanted}
    compiled = {phrase: re.compile(re.escape(text)) for phrase, text in plain.items()}
    letters = {phrase: "".join(syllables(phrase)) for phrase in wanted}
    chosen = phrases(*wanted)

    def exact(one: Heard) -> dict[str, float]:
        text = bare(one.text)
        return {phrase: 1.0 for phrase, spelt in plain.items() if spelt in text}

    def regular(one: Heard) -> dict[str, float]:
        text = bare(one.text)
        return {phrase: 1.0 for phrase, pattern in compiled.items() if pattern.search(text)}

    def fuzzy(one: Heard) -> dict[str, float]:
        text = bare(one.text)
        return {phrase: fuzz.partial_ratio(spelt, text) / 100 for phrase, spelt in plain.items()}

    def fuzzy_pinyin(one: Heard) -> dict[str, float]:
        text = "".join(syllables(one.text))
        return {phrase: fuzz.partial_ratio(spelt, text) / 100 for phrase, spelt in letters.items()}

    def ours(one: Heard) -> dict[str, float]:
        return _best((hit.phrase.text, hit.confidence) for hit in find(chosen, one.utterances))

    def all_heard(one: Heard) -> dict[str, float]:
        return _best((hit.phrase.text, hit.confidence) for hit in heard(chosen, one.utterances))

    def operator(one: Heard) -> dict[str, float]:
        ctx = _context(one)
        call = Call(ctx, SURE)
        window = call.window(call.turns)
        answers = {p.text: decide(sounds_like(call, window, Sounds(phrases=(p,))), SURE) for p in chosen}
        found = {Truth.YES: 1.0, Truth.UNSURE: 0.5}
        return {phrase: found[answer.truth] for phrase, answer in answers.items() if answer.truth in found}

    return {
        EXACT: exact,
        REGULAR: regular,
        FUZZY: fuzzy,
        FUZZY_PINYIN: fuzzy_pinyin,
        FIND: ours,
        HEARD: all_heard,
        OPERATOR: operator,
    }


EXACT, REGULAR = "exact substring", "`re`, one pattern a phrase"
FUZZY = "rapidfuzz `partial_ratio`, characters"
FUZZY_PINYIN = "rapidfuzz `partial_ratio`, toneless pinyin"
FIND, HEARD, OPERATOR = "ours: `find`", "ours: `heard` (no floor)", "ours: operator `sounds_like`"
TUNED = (FUZZY, FUZZY_PINYIN)
CUTS: Mapping[str, Sequence[tuple[str, float]]] = {
    EXACT: (("", 1.0),),
    REGULAR: (("", 1.0),),
    FUZZY: ((", at 80", 0.8), (", at 90", 0.9)),
    FUZZY_PINYIN: ((", at 90", 0.9),),
    FIND: ((f", {SURE} and surer", SURE), (", every hit", 0.0)),
    HEARD: (("", 0.0),),
    OPERATOR: ((", yes", 1.0), (", yes or unsure", 0.5)),
}


def _best(hits: Iterable[tuple[str, float]]) -> dict[str, float]:
    found: dict[str, float] = {}
    for phrase, confidence in hits:
        found[phrase] = max(confidence, found.get(phrase, 0.0))
    return found


def _context(one: Heard) -> CallContext:
    ctx = call([])
    return replace(ctx, transcript=replace(ctx.transcript, utterances=one.utterances))


def pairs(found: Sequence[Mapping[str, float]], spoken: Sequence[Heard], wanted: Sequence[str]) -> list[Pair]:
    """Return every phrase of every utterance that was said or found there."""
    return [
        Pair(phrase, number, phrase in one.said, hits.get(phrase))
        for number, (one, hits) in enumerate(zip(spoken, found, strict=True))
        for phrase in wanted
        if phrase in one.said or phrase in hits
    ]


def measure(wanted: Sequence[str], spoken: Sequence[Heard], rounds: int) -> tuple[list[Row], dict[str, list[Pair]]]:
    """Look for the phrases by every method; return the rows of the table, and what each method found."""
    rows, every = list[Row](), dict[str, list[Pair]]()
    for name, method in methods(wanted).items():
        times, found = list[float](), list[Mapping[str, float]]()
        for _ in range(rounds):
            started = time.process_time()
            found = [method(one) for one in spoken]
            times.append((time.process_time() - started) * 1000 / len(spoken))
        every[name] = pairs(found, spoken, wanted)
        if name in TUNED:
            cuts, chosen = crossed(every[name], wanted)
            at = " and ".join(f"{100 * cut:.0f}" for cut in cuts)
            rows.append(Row(f"{name}, best F1 on the other half of the phrases ({at})", chosen, min(times)))
        for label, cut in CUTS[name]:
            rows.append(Row(name + label, score(every[name], cut), min(times)))
    return rows, every


def report(wanted: Sequence[str], heard_in: Mapping[str, Sequence[Heard]], threads: int, rounds: int) -> str:
    """Return the section."""
    lines = ["## Sound matching", "", f"`{command()}`", "", ABOUT.format(machine(threads)), ""]
    for condition, spoken in heard_in.items():
        rows, every = measure(wanted, spoken, rounds)
        said = sum(phrase in one.said for one in spoken for phrase in wanted)
        silent = len(spoken) * len(wanted) - said
        lines += [f"{condition}: {said} pairs of phrase and utterance were said, {silent} were not.", ""]
        lines += [
            *_table(HEADER, [_cells(row) for row in rows]),
            "",
            "Recall · precision in % by length of phrase:",
            "",
        ]
        lines += [*_table(("method", *LENGTHS), list(_length_rows(every))), ""]
        lines += ["How far the hits' probability can be believed (`heard`, every hit):", ""]
        lines += [*_table(BINS, [_bin(*one) for one in bins(every[HEARD])]), ""]
    return "\n".join(lines)


def missed(wanted: Sequence[str], condition: str, spoken: Sequence[Heard]) -> Iterator[str]:
    """Yield what was said and is no hit of `find`, with the nearest that was heard and how far it sounds off."""
    look = methods(wanted)[FIND]
    for one in spoken:
        hits = look(one)
        for phrase in (p for p in wanted if p in one.said and p not in hits):
            near, text = nearest(phrase, one.text), simplify(one.text)
            stretch = f"{text[near.start : near.end]} {near.distance:.2f}" if near else "nothing"
            yield f"{condition} {one.file}: {phrase}: {stretch}"


HEADER = ("method", "recall % (95 %)", "precision % (95 %)", "F1 % (95 %)", "false hits", "ms an utterance")
LENGTHS = tuple(f"{length} characters" for length in range(2, 9))
BINS = ("said", "hits", "mean of what was said %", "truly said % (95 %)")
ABOUT = (
    "200 phrases of 2 to 8 characters, drawn by seed from the reference texts (whole words, no numerals, none "
    "overlapping another), looked for in each utterance as Whisper base int8 recognised it. Found: a hit in an "
    "utterance whose reference holds the phrase; false: a hit in any other. Intervals: Wilson; of F1 by drawing "
    "utterances anew. Time: all phrases in one utterance, processor time, the best of the rounds. {}."
)


def _cells(row: Row) -> list[str]:
    low, high = row.score.f1_interval
    ms = "–" if row.ms is None else f"{row.ms:.2f}"
    f1 = f"{100 * row.score.f1:.1f} ({100 * low:.0f}–{100 * high:.0f})"
    return [row.name, _percent(row.score.recall), _percent(row.score.precision), f1, str(row.score.false), ms]


def _length_rows(every: Mapping[str, Sequence[Pair]]) -> Iterator[list[str]]:
    for name, cut in ((EXACT, 1.0), (FUZZY, 0.8), (FIND, SURE), (FIND, 0.0)):
        scores = by_length(every[name], cut)
        label = {(FUZZY, 0.8): f"{name}, at 80", (FIND, SURE): f"{name}, {SURE} and surer"}.get((name, cut), name)
        yield [label, *(f"{_short(one.recall)} · {_short(one.precision)}" for one in scores.values())]


def _bin(low: float, high: float, mean: float, truly: Share) -> list[str]:
    return [f"{low:.1f}–{high:.1f}", str(truly.n), f"{100 * mean:.1f}", _percent(truly)]


def _percent(part: Share) -> str:
    if part.value is None or part.interval is None:
        return "–"
    return f"{100 * part.value:.1f} ({100 * part.interval.low:.0f}–{100 * part.interval.high:.0f})"


def _short(part: Share) -> str:
    return "–" if part.value is None else f"{100 * part.value:.0f}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield "|" + "---|" * len(header)
    yield from (f"| {' | '.join(row)} |" for row in rows)


if __name__ == "__main__":
    sys.exit(main())
