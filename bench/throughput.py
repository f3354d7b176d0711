"""Speed against errors: ours at every operating point beside faster-whisper, on calls made of real utterances.

    python bench/throughput.py [--set test|dev|samples] [--rounds 3] [--threads 2] [--only NAME,...] [--quick] [--write]

All modes have the same weights, compute type and threads. A round gives all calls to each mode, every round in another
order, so that a noisy machine slows all of them; ratios are taken within a round. faster-whisper gets each channel of
each call for itself; ours gets all calls and goes from the file to the placed words of the transcript.
"""

from __future__ import annotations

import argparse
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

from faster_whisper import BatchedInferencePipeline, WhisperModel, decode_audio

from bench.conversations import SPEECH, Conversation, available, build
from bench.curve import Point, draw
from bench.normalise import Errors, errors, traditional
from bench.ours import BEAM, COMPUTE, channel_text, ear, hear
from bench.results import machine, put, section
from bench.samples import sample_calls
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper.pace import PACES

TITLE = "Speed against errors"
SEQUENTIAL = "faster-whisper sequential"
BATCHED = "faster-whisper batched 8"
# These tell little that the others do not: they run in the first round alone.
ONCE = (f"{SEQUENTIAL}, word times", "faster-whisper batched 16")
OURS = "hotline-qa"
KINDS = {
    "dev": "calls of the dev set (`bench/conversations.py`), stereo, 8 kHz µ-law",
    "test": "calls of the test set (`bench/conversations.py`), stereo, 8 kHz µ-law",
    "samples": "sample calls with synthetic voices (`recordings_sample/`), stereo and mono",
}
CURVE = HERE / "curve.svg"

Texts = list[tuple[str, ...]]
Mode = Callable[[Sequence[Conversation]], Texts]


@dataclass(slots=True)
class Tally:
    """What a mode took in each round, and for each round what it got wrong in each call."""

    seconds: list[float] = field(default_factory=list)
    errors: list[list[Errors]] = field(default_factory=list)
    traditional: int = 0
    characters: int = 0
    texts: list[Texts] = field(default_factory=list)

    @property
    def total(self) -> Errors:
        """All errors of all rounds."""
        return sum((call for calls in self.errors for call in calls), Errors())


def modes(threads: int) -> dict[str, Callable[[], Mode]]:
    """Return what can be measured, by name, each made when it is asked for; faster-whisper's share one model."""

    @cache
    def model(workers: int = 1) -> WhisperModel:
        path = str(locate("whisper-base", default_cache()).path)
        return WhisperModel(
            path, device="cpu", compute_type=COMPUTE, cpu_threads=threads // workers, num_workers=workers
        )

    return {
        SEQUENTIAL: lambda: partial(_each_channel, partial(_sequential, model())),
        f"{SEQUENTIAL}, {threads} channels side by side": lambda: partial(_side_by_side, model(threads), threads),
        f"{SEQUENTIAL}, word times": lambda: partial(_each_channel, partial(_sequential, model(), word_times=True)),
        BATCHED: lambda: partial(_each_channel, partial(_batched, BatchedInferencePipeline(model()), 8)),
        "faster-whisper batched 16": lambda: partial(
            _each_channel, partial(_batched, BatchedInferencePipeline(model()), 16)
        ),
        **{f"{OURS} {pace}": partial(_ours, threads, pace) for pace in PACES},
    }


def _each_channel(recognise: Callable[[object], str], calls: Sequence[Conversation]) -> Texts:
    return [tuple(map(recognise, _channels(call))) for call in calls]


def _side_by_side(model: WhisperModel, threads: int, calls: Sequence[Conversation]) -> Texts:
    with ThreadPoolExecutor(threads) as pool:
        found = [[pool.submit(_sequential, model, samples) for samples in _channels(call)] for call in calls]
        return [tuple(text.result() for text in texts) for texts in found]


def _channels(call: Conversation) -> list[object]:
    decoded = decode_audio(str(call.path), split_stereo=call.channels == 2)
    return list(decoded) if call.channels == 2 else [decoded]


def _sequential(model: WhisperModel, samples: object, *, word_times: bool = False) -> str:
    found, _ = model.transcribe(samples, language="zh", beam_size=BEAM, vad_filter=True, word_timestamps=word_times)
    return "".join(segment.text for segment in found)


def _batched(pipeline: BatchedInferencePipeline, size: int, samples: object) -> str:
    found, _ = pipeline.transcribe(samples, language="zh", beam_size=BEAM, vad_filter=True, batch_size=size)
    return "".join(segment.text for segment in found)


def _ours(threads: int, pace: str) -> Mode:
    ours = ear(threads, pace)

    def recognise(calls: Sequence[Conversation]) -> Texts:
        heard = {}
        hear(ours, [(call.name, call.path) for call in calls], heard.__setitem__)
        return [tuple(channel_text(heard[call.name], side) for side in range(call.channels)) for call in calls]

    return recognise


def measure(calls: Sequence[Conversation], running: dict[str, Mode], rounds: int) -> dict[str, Tally]:
    """Give all calls to every mode in every round; the first call warms each up uncounted."""
    tallies = {name: Tally() for name in running}
    for mode in running.values():
        mode(calls[:1])
    for number in range(rounds):
        for name in _order([name for name in running if number == 0 or name not in ONCE], number):
            began = time.perf_counter()
            texts = running[name](calls)
            tallies[name].seconds.append(time.perf_counter() - began)
            score(tallies[name], calls, texts)
            print(f"round {number + 1} {name}: {tallies[name].seconds[-1]:.1f} s", file=sys.stderr, flush=True)
    return tallies


def _order(names: list[str], number: int) -> list[str]:
    """Return the names forwards and backwards in turn, each time beginning one later."""
    turned = names[number % len(names) :] + names[: number % len(names)]
    return turned[::-1] if number % 2 else turned


def score(tally: Tally, calls: Sequence[Conversation], texts: Texts) -> None:
    """Count what was misheard, each channel against what was said on it."""
    tally.texts.append(texts)
    tally.errors.append([_of_call(call, heard) for call, heard in zip(calls, texts, strict=True)])
    for text in (text for pair in texts for text in pair):
        tally.characters += len(text)
        tally.traditional += traditional(text)


def _of_call(call: Conversation, heard: Sequence[str]) -> Errors:
    return sum((errors(call.text(channel), text) for channel, text in enumerate(heard)), Errors())


def interval(tally: Tally, base: Tally, seed: int = 1, draws: int = 2000) -> tuple[float, float]:
    """Return between what the difference of two CERs lies with 95 % if the calls had been others (paired bootstrap)."""
    ours, theirs = (_by_call(each) for each in (tally, base))
    chance = random.Random(seed)  # noqa: S311  # chance for a measurement
    found = []
    for _ in range(draws):
        drawn = chance.choices(range(len(ours)), k=len(ours))
        mine, other = (sum((each[place] for place in drawn), Errors()) for each in (ours, theirs))
        found.append(mine.percent(mine.wrong) - other.percent(other.wrong))
    found.sort()
    return found[draws // 40], found[-(draws // 40) - 1]


def _by_call(tally: Tally) -> list[Errors]:
    return [sum(rounds, Errors()) for rounds in zip(*tally.errors, strict=True)]


def report(tallies: dict[str, Tally], calls: Sequence[Conversation], threads: int, part: str) -> str:
    """Return the section."""
    said_s = sum(turn.end_ms - turn.start_ms for call in calls for turn in call.turns) / 1000
    same = all(a == b for name, tally in tallies.items() if name.startswith(OURS) for a, b in pairwise(tally.texts))
    about = (
        f"{len(calls)} {KINDS[part]}, {_audio_s(calls):.0f} s (stereo counts once), {said_s:.0f} s of speech; "
        f"Whisper base {COMPUTE}, beam {BEAM}; {machine(threads)}. Rounds in turn: {_rounds(tallies)}; medians, in "
        f"brackets the lowest and highest round; {_once(tallies)}. Errors after `bench/normalise.py`, in % of the "
        "characters said; the interval is a paired bootstrap over calls. faster-whisper: each channel for itself, "
        "Mandarin, VAD. Ours includes decoding, cross-talk, voice activity, word times and in mono whose voice it is; "
        f"its texts were {'the same' if same else 'NOT the same'} in all rounds."
    )
    header = (
        "mode",
        "× real time",
        "× sequential",
        "× batched 8",
        "CER %",
        "CER − sequential, points",
        "substituted %",
    )
    header = (*header, "deleted %", "inserted %", "Traditional %")
    title = TITLE if part == "test" else f"{TITLE}: the {part} set"
    return section(title, about, header, list(_rows(tallies, calls)))


def _rows(tallies: dict[str, Tally], calls: Sequence[Conversation]) -> Iterator[tuple[str, ...]]:
    base, batched = tallies[SEQUENTIAL], tallies.get(BATCHED)
    for name, tally in tallies.items():
        total = tally.total
        low, high = interval(tally, base)
        difference = total.percent(total.wrong) - base.total.percent(base.total.wrong)
        yield (
            name,
            f"{_audio_s(calls) / statistics.median(tally.seconds):.1f}",
            faster(tally, base),
            faster(tally, batched) if batched else "",
            f"{total.percent(total.wrong):.1f}",
            "" if tally is base else f"{difference:+.1f} ({low:+.1f} to {high:+.1f})",
            f"{total.percent(total.substitutions):.1f}",
            f"{total.percent(total.deletions):.1f}",
            f"{total.percent(total.insertions):.1f}",
            f"{100 * tally.traditional / max(tally.characters, 1):.1f}",
        )


def faster(tally: Tally, base: Tally) -> str:
    """Return how many times the speed of ``base`` it was: the median of the rounds that both ran in, and the spread."""
    ratios = [theirs / own for own, theirs in zip(tally.seconds, base.seconds, strict=False)]
    return f"{statistics.median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"


def points(tallies: dict[str, Tally], calls: Sequence[Conversation]) -> list[Point]:
    """Return the curve's points."""
    return [
        Point(
            name,
            _audio_s(calls) / statistics.median(tally.seconds),
            tally.total.percent(tally.total.wrong),
            own=name.startswith(OURS),
        )
        for name, tally in tallies.items()
    ]


def _audio_s(calls: Sequence[Conversation]) -> float:
    return sum(call.duration_ms for call in calls) / 1000


def _once(tallies: dict[str, Tally]) -> str:
    names = [name for name in ONCE if name in tallies]
    return f"once only: {' and '.join(names)}" if names and _rounds(tallies) > 1 else "each mode in every round"


def _rounds(tallies: dict[str, Tally]) -> int:
    return len(tallies[SEQUENTIAL].seconds)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=tuple(KINDS), default="test", dest="part", help="dev is for tuning")
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of refs.tsv and wav/")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--calls", type=int, help="only the first calls")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", help="modes whose names hold one of these, by comma; the sequential is always there")
    parser.add_argument("--quick", action="store_true", help="two calls, one round: does it run at all")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md, the curve beside it")
    options = parser.parse_args()
    if options.part != "samples" and not available(options.data):
        return 0
    wanted = (options.only or "").split(",")
    chosen = {
        name: make()
        for name, make in modes(options.threads).items()
        if name == SEQUENTIAL or any(word in name for word in wanted)
    }
    with tempfile.TemporaryDirectory() as folder:
        count = 2 if options.quick else options.calls
        made = options.part == "samples"
        calls = sample_calls(count) if made else build(Path(folder), options.part, options.data, count)
        tallies = measure(calls, chosen, 1 if options.quick else options.rounds)
    text = report(tallies, calls, options.threads, options.part)
    print(text)
    if options.write:
        put(text)
        if options.part == "test":
            CURVE.write_text(draw(points(tallies, calls)), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
