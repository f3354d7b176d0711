"""Words invented where nobody speaks: 10 minutes of noises, signals and music, 8 kHz µ-law.

python bench/nonspeech.py [--seconds 30] [--threads 2] [--quick] [--write]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from bench.ours import BEAM, COMPUTE, ear
from bench.results import machine, put, section
from qa_pipeline.asr.audio import RATE_HZ
from qa_pipeline.asr.channels import channel_roles
from qa_pipeline.asr.listening import prepare
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper.pace import PACES
from qa_pipeline.models import Recording
from tests.line_sounds import all_sounds
from tests.sounds import write_wav

Samples = NDArray[np.float32]
Mode = Callable[[Mapping[str, Samples]], dict[str, str]]


def plain(model: WhisperModel, *, vad: bool) -> Mode:
    """faster-whisper on each sound, everything else as in `bench/throughput.py`."""

    def recognise(sounds: Mapping[str, Samples]) -> dict[str, str]:
        heard = {}
        for name, samples in sounds.items():
            found, _ = model.transcribe(samples, language="zh", beam_size=BEAM, vad_filter=vad)
            heard[name] = "".join(segment.text for segment in found)
            print(f"{name}, VAD {vad}: {heard[name][:60]}", file=sys.stderr, flush=True)
        return heard

    return recognise


def ours(threads: int, pace: str) -> Mode:
    """Our recogniser without the check that refuses silent files: nothing may be heard in silence either."""

    def recognise(sounds: Mapping[str, Samples]) -> dict[str, str]:
        recordings = {name: _recording(name, samples) for name, samples in sounds.items()}
        mine = ear(threads, pace)
        calls = (
            prepare(sounds[name][None], recording, channel_roles(recording, None), mine.diarizer)
            for name, recording in recordings.items()
        )
        return {
            call.recording.path: "".join(utterance.text for utterance in transcript().utterances)
            for call, transcript in mine.listener.listen(calls)
        }

    return recognise


def _recording(name: str, samples: Samples) -> Recording:
    return Recording(name, name, "pcm_mulaw", 8000, 1, len(samples) * 1000 // RATE_HZ)


def through_the_line(sounds: Mapping[str, Samples]) -> dict[str, Samples]:
    """Return the sounds (samples,) at 16 kHz, as they come out of a µ-law file."""
    from faster_whisper import decode_audio  # noqa: PLC0415  # beside its only use

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sound.wav"
        return {
            name: np.asarray(decode_audio(str(write_wav(path, wave[None], 8000, "pcm_mulaw"))))
            for name, wave in sounds.items()
        }


def report(heard: Mapping[str, Mapping[str, str]], sounds: Mapping[str, Samples], threads: int) -> str:
    """Return the section: invented characters a minute for each mode, and on which sounds."""
    minutes = sum(map(len, sounds.values())) / RATE_HZ / 60
    about = (
        f"{len(sounds)} sounds, {minutes:.1f} minutes: {'; '.join(sounds)} (`tests/line_sounds.py`), through 8 kHz "
        f"µ-law. Whisper base {COMPUTE}, beam {BEAM}; {machine(threads)}."
    )
    header = ("mode", "invented characters", "a minute", "sounds with words", "worst")
    return section("Words where nobody speaks", about, header, list(_rows(heard, minutes)))


def _rows(heard: Mapping[str, Mapping[str, str]], minutes: float) -> Iterable[Sequence[object]]:
    for mode, texts in heard.items():
        counts = {name: sum(character.isalnum() for character in text) for name, text in texts.items()}
        wrong = sum(counts.values())
        worst = max(counts, key=lambda name: counts[name])
        example = f"{worst}: {texts[worst].strip()[:20]}" if counts[worst] else ""
        yield mode, wrong, f"{wrong / minutes:.1f}", sum(count > 0 for count in counts.values()), example


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=25, help="length of each of the 24 sounds")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only-ours", action="store_true", help="leave faster-whisper out")
    parser.add_argument("--quick", action="store_true", help="5 s of each sound")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    options = parser.parse_args()
    sounds = through_the_line(all_sounds(1000 * (5 if options.quick else options.seconds)))
    weights = locate("whisper-base", default_cache())
    heard = {f"hotline-qa {pace}": ours(options.threads, pace)(sounds) for pace in PACES}
    if not options.only_ours:
        model = WhisperModel(str(weights.path), device="cpu", compute_type=COMPUTE, cpu_threads=options.threads)
        heard["faster-whisper sequential, VAD"] = plain(model, vad=True)(sounds)
        heard["faster-whisper sequential, no VAD"] = plain(model, vad=False)(sounds)
    for mode, texts in heard.items():
        for name, text in texts.items():
            if text.strip():
                print(f"{mode} | {name}: {text}", file=sys.stderr)
    text = report(heard, sounds, options.threads)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
