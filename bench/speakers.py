"""Who spoke: shares of speech and of words given to the wrong speaker, or to nobody.

    python bench/speakers.py [--calls 8] [--threads 2] [--data DIR] [--only voices|leaks|roles] [--write]

On real voices (calls made of AISHELL utterances, 8 kHz µ-law) separation alone: read speech has no operator. The
speakers of most utterances are not told there, so those that sound as one (cosine of CAM++ embeddings 0.65 and more,
each to each) count as one; the other side is one known speaker. On the sample calls (synthetic voices) roles, with the
program's own recogniser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from faster_whisper import decode_audio
from numpy.typing import NDArray
from scipy.cluster.hierarchy import fcluster, linkage

from bench.conversations import SPEECH, Conversation, Source, Turn, _write, available, sources
from bench.ours import MAX_MINUTES, Ear, ear
from bench.results import machine, put, section
from bench.samples import sample_calls
from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import ChannelRoles, channel_roles
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.embedding import Embedder, locate_voices
from qa_pipeline.asr.listening import PreparedCall, prepare
from qa_pipeline.asr.speakers import Diarizer, VoiceDiarizer
from qa_pipeline.models import Role, Transcript

TITLE = "Who spoke"
COMMAND = "python bench/speakers.py --write"
_HOP_MS = 10
_ONE_VOICE = 0.65
_ALL_OF = 12
LEAKS_DB = (-30.0, -20.0, -12.0, -8.0, -6.0)
Sound = NDArray[np.float32]
Row = list[object]


@dataclass(slots=True)
class Tally:
    """What was given to the wrong one, to nobody, and all, in any unit."""

    wrong: float = 0
    unknown: float = 0
    all: float = 0

    def cells(self) -> list[object]:
        """Return both shares in %."""
        return [f"{100 * part / max(self.all, 1):.1f}" for part in (self.wrong, self.unknown)]


def masks(turns: Sequence[Turn], frames: int, side: Callable[[Turn], int]) -> NDArray[np.bool_]:
    """Return who speaks in each 10 ms: (2, frames)."""
    found = np.zeros((2, frames), dtype=bool)
    for turn in turns:
        found[side(turn), turn.start_ms // _HOP_MS : turn.end_ms // _HOP_MS] = True
    return found


# Real voices -------------------------------------------------------------------------------------------------------


def real_calls(out: Path, data: Path) -> Iterator[tuple[str, Conversation]]:
    """Write and yield calls of two voices ("two"), and of one on both sides ("one")."""
    everything = [*sources(data, "dev"), *sources(data, "test")]
    names = [source.speaker for source in everything]
    main = max(set(names), key=names.count)
    big = [source for source in everything if source.speaker == main]
    groups = [group for group in one_voice_each([s for s in everything if s.speaker != main]) if len(group) >= 3]
    for number, group in enumerate(groups):
        mine = [big.pop() for _ in range(len(group) + 1)]
        yield "two", _write(out / f"two{number}.wav", "pair", _alternating(mine, group), 500 + number)
        if number and len(group) >= 4:
            other = groups[number - 1]
            yield "two", _write(out / f"pair{number}.wav", "pair", _alternating(group, other), 600 + number)
    for number in range(6):
        mine = [big.pop() for _ in range(_ALL_OF)]
        turns = _alternating(mine[: _ALL_OF // 2], mine[_ALL_OF // 2 :])
        yield "one", _write(out / f"one{number}.wav", "one voice", turns, 700 + number)


def _alternating(first: Sequence[Source], second: Sequence[Source]) -> list[list[Source]]:
    both = [[source] for pair in zip(first, second, strict=False) for source in pair]
    return [*both, [first[len(second)]]] if len(first) > len(second) else both


def one_voice_each(found: Sequence[Source]) -> list[list[Source]]:
    """Group utterances that sound as one voice, each to each of its group."""
    weights = locate_voices()
    if weights is None:
        return []
    embedder = Embedder(weights)
    sounds = [np.asarray(decode_audio(str(source.path))) for source in found]
    embeddings = np.concatenate([embedder.embed(sound, [(0, len(sound))]) for sound in sounds])
    labels = fcluster(linkage(embeddings, "complete", metric="cosine"), 1 - _ONE_VOICE, "distance")
    return [[found[n] for n in np.flatnonzero(labels == label)] for label in np.unique(labels)]


def voices(diarizer: Diarizer, data: Path) -> list[Row]:
    """Measure separation on real voices: mono, nothing but the sound."""
    error, calls, said_two, one, one_said_two = Tally(), 0, 0, 0, 0
    sure = Tally()
    with tempfile.TemporaryDirectory() as folder:
        for kind, call in real_calls(Path(folder), data):
            mono = np.stack(decode_audio(str(call.path), split_stereo=True)).sum(axis=0)
            found = diarizer.voices(mono, speech_spans(mono, 0))
            if kind == "one":
                one, one_said_two = one + 1, one_said_two + (found.two > 0.5)
                continue
            calls, said_two = calls + 1, said_two + (found.two > 0.5)
            truth = masks(call.turns, len(mono) // 160, lambda turn: turn.channel)
            heard = np.full(truth.shape[1], -1)
            known = np.zeros(truth.shape[1], dtype=bool)
            for turn in found.turns:
                heard[turn.start_ms // _HOP_MS : turn.end_ms // _HOP_MS] = turn.speaker
                known[turn.start_ms // _HOP_MS : turn.end_ms // _HOP_MS] = found.two * turn.confidence >= 0.6
            spoken = (heard >= 0) & truth.any(axis=0)
            right = [np.where(heard == first, truth[0], truth[1]) for first in (0, 1)]
            best = max(right, key=lambda own: (own & spoken).sum())
            error.wrong += float((spoken & ~best).sum())
            error.all += float(spoken.sum())
            sure.wrong += float((spoken & ~best & known).sum())
            sure.unknown += float((spoken & ~known).sum())
            sure.all += float(spoken.sum())
            print(f"{call.name}: two {found.two:.2f}", file=sys.stderr)
    return [
        [f"real, mono, two voices ({calls} calls, {said_two} said to have two)", "speech time", *sure.cells()],
        [f"the same without leaving any out ({calls} calls)", "speech time", error.cells()[0], "–"],
        [f"real, one voice alone ({one} calls, {one_said_two} said to have two)", "–", "–", "–"],
    ]


# Cross-talk --------------------------------------------------------------------------------------------------------


def leaks(data: Path) -> list[Row]:
    """Measure what of one side is heard as the other's, and what of their own speech is lost, by how much leaks."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        calls = [call for kind, call in real_calls(Path(folder), data) if kind == "two"][:6]
        clean = [np.stack(decode_audio(str(call.path), split_stereo=True)) for call in calls]
    rows.append(["stereo, no leak", "speech time", *_sides(calls, clean)])
    for leak_db in LEAKS_DB:
        leaking = [leak(samples, leak_db) for samples in clean]
        rows.append([f"stereo, {leak_db:.0f} dB of each side in the other, as it is", "speech time"])
        rows[-1] += _sides(calls, leaking)
        rows.append([f"stereo, {leak_db:.0f} dB, cross-talk muted", "speech time"])
        rows[-1] += _sides(calls, [without_crosstalk(samples) for samples in leaking])
        print(rows[-2:], file=sys.stderr)
    return rows


def leak(samples: Sound, leak_db: float, late_ms: int = 20) -> Sound:
    """Return both channels with some of the other in each, a little late."""
    late = np.roll(samples[::-1], late_ms * 16, axis=1)
    late[:, : late_ms * 16] = 0
    return (samples + np.float32(10 ** (leak_db / 20)) * late).astype(np.float32)


def _sides(calls: Sequence[Conversation], sounds: Sequence[Sound]) -> list[object]:
    other, lost = Tally(), Tally()
    for call, samples in zip(calls, sounds, strict=True):
        truth = masks(call.turns, samples.shape[1] // 160, lambda turn: turn.channel)
        for channel in (0, 1):
            heard = np.zeros(truth.shape[1], dtype=bool)
            for span in speech_spans(samples[channel], channel):
                heard[span.start_ms // _HOP_MS : span.end_ms // _HOP_MS] = True
            only_other = truth[1 - channel] & ~truth[channel]
            other.wrong += float((heard & only_other).sum())
            other.all += float(only_other.sum())
            lost.unknown += float((truth[channel] & ~heard).sum())
            lost.all += float(truth[channel].sum())
    return [other.cells()[0], lost.cells()[1]]


# Roles -------------------------------------------------------------------------------------------------------------


def stated(call: Conversation, samples: Sound, *, known: bool) -> tuple[Sound, ChannelRoles]:
    """Return a call as it is, with the roles that the log states or without."""
    operator = next((turn.channel for turn in call.turns if turn.speaker == "operator"), 0)
    recording = probe(call.path, MAX_MINUTES)
    return samples, channel_roles(recording, operator if known else None)


def mixed(samples: Sound) -> tuple[Sound, ChannelRoles]:
    """Return both channels as one."""
    return samples.sum(axis=0, keepdims=True), ChannelRoles((Role.UNKNOWN,), 0.0)


Change = Callable[[Conversation, Sound], tuple[Sound, ChannelRoles]]
_KNOWN: Change = lambda call, samples: stated(call, samples, known=True)  # noqa: E731
_CHANGES: dict[str, tuple[str, Change]] = {
    "sample calls, stereo, channels by the call log": ("stereo", _KNOWN),
    "sample calls, stereo, channels by content": ("stereo", lambda c, s: stated(c, s, known=False)),
    "sample calls, stereo by content, -12 dB of cross-talk": (
        "stereo",
        lambda c, s: (leak(s, -12.0), stated(c, s, known=False)[1]),
    ),
    "sample calls, stereo mixed down to mono": ("stereo", lambda _, s: mixed(s)),
    "sample calls that are mono": ("mono", lambda _, s: mixed(s)),
}


def roles(listener: Ear, count: int) -> list[Row]:
    """Measure roles on the sample calls, all that a run does."""
    calls = sample_calls(every=1)
    rows = []
    for name, (layout, change) in _CHANGES.items():
        chosen = [call for call in calls if call.kind == layout][:: max(1, len(calls) // count)]
        chosen = [call for call in calls if call.kind == layout] if layout == "mono" else chosen
        words, time = Tally(), Tally()
        by_name = {call.name: call for call in chosen}
        for prepared, transcript in listener.listener.listen(_prepared(chosen, change, listener.diarizer)):
            call = by_name[prepared.recording.recording_id]
            _count(call, transcript(), words, time)
        title = f"{name} ({len(chosen)} calls)"
        rows += [[title, "characters", *words.cells()], [title, "speech time", *time.cells()]]
        print(rows[-2:], file=sys.stderr)
    return rows


def _prepared(calls: Sequence[Conversation], change: Change, diarizer: Diarizer | None) -> Iterator[PreparedCall]:
    for call in calls:
        recording = probe(call.path, MAX_MINUTES)
        samples, told = change(call, decode(call.path, recording, MAX_MINUTES))
        yield prepare(samples, replace(recording, recording_id=call.name, channels=len(samples)), told, diarizer)


def _count(call: Conversation, transcript: Transcript, words: Tally, time: Tally) -> None:
    names = (Role.OPERATOR, Role.CALLER)
    truth = masks(call.turns, transcript.duration_ms // _HOP_MS + 1, lambda turn: names.index(Role(turn.speaker)))
    for utterance in transcript.utterances:
        for word in utterance.words:
            _add(words, truth[:, word.start_ms // _HOP_MS : word.end_ms // _HOP_MS + 1], utterance.role, len(word.text))
    for span in transcript.speech:
        frames = truth[:, span.start_ms // _HOP_MS : span.end_ms // _HOP_MS]
        time.all += float(frames.any(axis=0).sum())
        if span.role is Role.UNKNOWN:
            time.unknown += float(frames.any(axis=0).sum())
        else:
            time.wrong += float((frames.any(axis=0) & ~frames[names.index(span.role)]).sum())


def _add(tally: Tally, frames: NDArray[np.bool_], role: Role, characters: int) -> None:
    """Count a word: wrong where its speaker was silent and the other was not."""
    spoke = frames.sum(axis=1)
    if not spoke.any():
        return
    tally.all += characters
    if role is Role.UNKNOWN:
        tally.unknown += characters
    elif spoke[0 if role is Role.OPERATOR else 1] < spoke.max() / 2:
        tally.wrong += characters


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=8, help="how many stereo sample calls, about")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--data", type=Path, default=SPEECH, help="folder of refs.tsv and wav/")
    parser.add_argument("--only", choices=("voices", "leaks", "roles"), help="one part")
    parser.add_argument("--write", action="store_true", help="put the table into bench/RESULTS.md")
    options = parser.parse_args()
    weights = locate_voices()
    rows: list[Row] = []
    if weights is not None and available(options.data):
        rows += voices(VoiceDiarizer(Embedder(weights)), options.data) if options.only in {None, "voices"} else []
        rows += leaks(options.data) if options.only in {None, "leaks"} else []
    if options.only in {None, "roles"}:
        rows += roles(ear(options.threads), options.calls)
    about = (
        f"{machine(options.threads)}. Wrong: given to the other speaker; with cross-talk, of the time in which "
        "only the other spoke, what was heard as speech on this channel. To nobody: left without a role (role "
        "confidence under 0.6); with cross-talk, own speech that voice activity missed, pauses inside turns included. "
        "Real: calls of AISHELL utterances (`bench/conversations.py`); the constants were chosen on utterances of the "
        "same corpus. Sample calls have synthetic voices, easier to tell apart than many real pairs."
    )
    text = section(TITLE, COMMAND, about, ["calls", "share of", "wrong %", "to nobody %"], rows)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
