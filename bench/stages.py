"""Where the time goes: the share of each stage from the file to the transcript.

    python bench/stages.py [--set test] [--calls N] [--threads 2] [--quick] [--write]

The recogniser counts its own stages (`qa_pipeline.asr.stopwatch`); the others are timed here, where they are called.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import wraps
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import bench.ours
from bench.conversations import SETS, SPEECH, Conversation, available, build
from bench.ours import BEAM, COMPUTE, ear, hear
from bench.results import machine, put, section
from qa_pipeline.asr import listening
from qa_pipeline.asr.stopwatch import Stopwatch

BEFORE: tuple[tuple[str, object, str], ...] = (
    ("check and hash", bench.ours, "probe"),
    ("decode", bench.ours, "decode"),
    ("cross-talk", listening, "without_crosstalk"),
    ("voice activity", listening, "speech_spans"),
)
AFTER = ("place words", listening.Listener, "_transcript")


@contextmanager
def timed(clock: Stopwatch) -> Iterator[None]:
    """Time what is not the recogniser's until the end, then put the functions back."""
    with ExitStack() as undo:
        for stage, owner, name in (*BEFORE, AFTER):
            original = getattr(owner, name)
            setattr(owner, name, _timed(clock, stage, original))
            undo.callback(setattr, owner, name, original)
        yield


def _timed(clock: Stopwatch, stage: str, function: Callable[..., object]) -> Callable[..., object]:
    @wraps(function)
    def run(*args: object, **kwargs: object) -> object:
        with clock(stage):
            return function(*args, **kwargs)

    return run


def measure(calls: Sequence[Conversation], threads: int) -> tuple[dict[str, float], float, float]:
    """Hear the calls; return the seconds of each stage, the wall seconds and the processor seconds of all threads."""
    clock = Stopwatch()
    ours = ear(threads, stopwatch=clock)
    hear(ours, [(call.name, call.path) for call in calls[:1]], lambda *_: None)
    warm = clock.seconds
    with timed(clock):
        began, worked = time.perf_counter(), time.process_time()
        hear(ours, [(call.name, call.path) for call in calls], lambda *_: None)
        took = (time.perf_counter() - began, time.process_time() - worked)
    return {stage: seconds - warm.get(stage, 0) for stage, seconds in clock.seconds.items()}, *took


def report(seconds: dict[str, float], wall_s: float, cpu_s: float, calls: Sequence[Conversation], threads: int) -> str:
    """Return the section."""
    audio_s = sum(call.duration_ms for call in calls) / 1000
    about = (
        f"{len(calls)} calls, {audio_s:.0f} s of stereo, from the file to the transcript at the default settings in "
        f"{wall_s:.1f} s, {cpu_s / wall_s:.2f} processors busy. Seconds are of wall time, added up over the threads "
        "that work side by side: one makes calls ready, as many as are set recognise. The decoder's share includes the "
        f"beam search; alignment gives the word times. Whisper base {COMPUTE}, beam {BEAM}; {machine(threads)}."
    )
    total = sum(seconds.values())
    stages = [stage for stage, _, _ in BEFORE]
    stages += [stage for stage in seconds if stage not in stages and stage != AFTER[0]] + [AFTER[0]]
    rows = [
        (stage, f"{seconds[stage]:.2f}", f"{100 * seconds[stage] / total:.1f}", f"{audio_s / seconds[stage]:.0f}")
        for stage in stages
        if seconds.get(stage)
    ]
    header = ("stage", "seconds", "share %", "× real time alone")
    return section("Where the time goes", about, header, rows)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--set", choices=SETS, default="test", dest="part")
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of refs.tsv and wav/")
    parser.add_argument("--calls", type=int, help="only the first calls")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--quick", action="store_true", help="two calls")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    options = parser.parse_args()
    if not available(options.data):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        calls = build(Path(folder), options.part, options.data, 2 if options.quick else options.calls)
        seconds, wall_s, cpu_s = measure(calls, options.threads)
    text = report(seconds, wall_s, cpu_s, calls, options.threads)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
