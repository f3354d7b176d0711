"""How often the voice of calm real speech is said to have risen, and how often a raised one is.

    python bench/tone.py [--data ../shared/data/speech] [--write]

Calls are made of one speaker's read sentences, twelve each, at the level at which they were spoken, over line noise, as
8 kHz µ-law. In some, one sentence is then spoken up: 8 dB louder and, by playing it faster, 2.4 semitones higher.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench import conversations
from bench.results import put, section
from qa_pipeline.asr.acoustics import measure
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.assessment import voice_baseline
from qa_pipeline.models import CallContext, Role, Voice, VoiceBaseline
from qa_pipeline.rules.own_voice import Risen, VoiceParams, raised_throughout, risen
from tests.builders import Line, call
from tests.sounds import write_wav

RATE_HZ = conversations.RATE_HZ
SENTENCES = 12
GAP_MS = 700
RAISED = SENTENCES // 2
LOUDER_DB = 8.0
FASTER = (20, 23)  # by how much a raised sentence is shortened: 1.15 times as fast, 2.4 semitones higher
MICROPHONE_DB = 10.0
Sound = NDArray[np.float32]
PARAMS = VoiceParams()


@dataclass(frozen=True, slots=True)
class Kind:
    """One way to speak: what is done to one sentence (or to every one), and to the whole line."""

    name: str
    sentence_db: float = 0.0
    faster: bool = False
    line_db: float = 0.0
    throughout: bool = False


KINDS = (
    Kind("calm"),
    Kind("calm, microphone 10 dB louder", line_db=MICROPHONE_DB),
    Kind("one sentence 8 dB louder", sentence_db=LOUDER_DB),
    Kind("one sentence 8 dB louder and 2.4 semitones higher", sentence_db=LOUDER_DB, faster=True),
    Kind("every sentence 8 dB louder and 2.4 semitones higher", sentence_db=LOUDER_DB, faster=True, throughout=True),
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", type=Path, default=conversations.SPEECH)
    parser.add_argument("--quick", action="store_true", help="four calls only, to try it out")
    parser.add_argument("--write", action="store_true", help="put the table into RESULTS.md")
    options = parser.parse_args()
    if not conversations.available(options.data):
        print(f"no real speech in {options.data}", file=sys.stderr)
        return 2
    spoken = _one_speakers(options.data)[: 4 * SENTENCES if options.quick else None]
    with tempfile.TemporaryDirectory() as folder:
        calls = {kind: _calls(kind, spoken, Path(folder)) for kind in KINDS}
    voices = [next(v for v in ctx.acoustics.voices if v.role is Role.OPERATOR) for ctx in calls[KINDS[0]]]
    baselines = [_without(voices, place) for place in range(len(voices))]
    rows = [
        row
        for kind, made in calls.items()
        for row in (
            _counted(kind, "the call", made, [None] * len(made)),
            _counted(kind, "the call and a baseline", made, baselines),
        )
    ]
    header = (
        "spoken",
        "against",
        "sentences",
        "a sign",
        "loud",
        "loud and a second sign",
        "the raised one",
        "calls up",
    )
    jumps = f"{PARAMS.jump_db:g} dB, {PARAMS.jump_semitones:g} semitones, {PARAMS.jump_rate:g} times"
    about = (
        f"{len(spoken) // SENTENCES} calls of one man's read sentences at their own level; a sign is a rise of "
        f"loudness, pitch or rate against the call's median ({jumps}), and with a baseline also against the "
        "speaker's other calls, spoken calmly. Read speech is more even than talk: real calls will show more signs."
    )
    text = section("Tone", about, header, rows)
    print(text)
    if options.write:
        put(text)
    return 0


def _one_speakers(data: Path) -> list[conversations.Source]:
    found = [source for part in conversations.SETS for source in conversations.sources(data, part)]
    by_speaker: dict[str, list[conversations.Source]] = {}
    for source in found:
        by_speaker.setdefault(source.speaker, []).append(source)
    return max(by_speaker.values(), key=len)


def _calls(kind: Kind, spoken: Sequence[conversations.Source], folder: Path) -> list[CallContext]:
    starts = range(0, len(spoken) - SENTENCES + 1, SENTENCES)
    return [_call(kind, spoken[first : first + SENTENCES], number, folder) for number, first in enumerate(starts)]


def _without(voices: Sequence[Voice], place: int) -> VoiceBaseline | None:
    return voice_baseline([*voices[:place], *voices[place + 1 :]])


def _counted(
    kind: Kind, against: str, calls: Sequence[CallContext], baselines: Sequence[VoiceBaseline | None]
) -> tuple[object, ...]:
    judged = [replace(ctx, baseline=baseline) for ctx, baseline in zip(calls, baselines, strict=True)]
    found = [risen(ctx, PARAMS) or () for ctx in judged]
    every = [one for call_found in found for one in call_found]
    raised = sum(any(_twice(one) and one.index == RAISED for one in call_found) for call_found in found)
    up = sum(bool(raised_throughout(ctx, PARAMS)) for ctx in judged)
    signs = sum(bool(one.signs) for one in every)
    loud = sum("响度" in one.signs for one in every)
    twice = sum(_twice(one) for one in every)
    caught = f"{raised}/{len(calls)}" if kind.sentence_db and not kind.throughout else "–"
    return kind.name, against, len(calls) * SENTENCES, signs, loud, twice, caught, f"{up}/{len(calls)}"


def _twice(one: Risen) -> bool:
    return "响度" in one.signs and len(one.signs) > 1


def _call(kind: Kind, sentences: Sequence[conversations.Source], number: int, folder: Path) -> CallContext:
    """Make a call's sound at the sentences' own level, and measure it."""
    noise = np.random.default_rng(number)
    sounds = [_spoken(kind, source, place) for place, source in enumerate(sentences)]
    lines, lengths, now = [], [], GAP_MS
    for source, sound in zip(sentences, sounds, strict=True):
        ms = len(sound) * 1000 // RATE_HZ
        lines.append(Line(Role.OPERATOR, source.text, now / 1000, (now + ms) / 1000))
        lengths.append((now * RATE_HZ // 1000, sound))
        now += ms + GAP_MS
    audio = (noise.standard_normal((2, now * RATE_HZ // 1000 + RATE_HZ)) * 10 ** (-58 / 20)).astype(np.float32)
    for start, sound in lengths:
        audio[0, start : start + len(sound)] += sound
    path = folder / "call.wav"
    write_wav(path, np.clip(audio * 10 ** (kind.line_db / 20), -1, 1), RATE_HZ, "pcm_mulaw")
    ctx = call(lines, duration_s=audio.shape[1] / RATE_HZ)
    recording = probe(path, 60)
    return replace(ctx, acoustics=measure(decode(path, recording, 60), ctx.transcript))


def _spoken(kind: Kind, source: conversations.Source, place: int) -> Sound:
    # 12 dB down, so that neither a raised sentence nor a louder microphone runs into full scale.
    sound = conversations.loaded(source.path) * 10 ** (-12 / 20)
    if place != RAISED and not kind.throughout:
        return np.asarray(sound, np.float32)
    louder = sound * 10 ** (kind.sentence_db / 20)
    return np.asarray(resample_poly(louder, *FASTER) if kind.faster else louder, np.float32)


if __name__ == "__main__":
    sys.exit(main())
