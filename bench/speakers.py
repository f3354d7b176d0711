"""Who spoke: shares of speech and of words given to the wrong speaker, or to nobody.

    python bench/speakers.py [--calls 8] [--threads 2] [--data DIR] [--only voices|leaks|roles] [--write]

On real voices (calls made of AISHELL utterances, see `bench/voices.py`) separation and cross-talk. On the sample calls
(synthetic voices) roles, with the program's own recogniser.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

HERE = Path(__file__).resolve().parent
if __name__ == "__main__":  # started by its path: the packages lie beside this folder, not in it
    sys.path[0] = str(HERE.parent)

import numpy as np
from faster_whisper import decode_audio
from numpy.typing import NDArray

from bench.conversations import SPEECH, Conversation, available
from bench.ours import MAX_MINUTES, Ear, ear
from bench.results import machine, put, section
from bench.samples import sample_calls
from bench.voices import HOP_MS, Row, Sound, Tally, masks, real_calls, voices
from qa_pipeline.asr.activity import speech_spans
from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import ChannelRoles, channel_roles
from qa_pipeline.asr.crosstalk import without_crosstalk
from qa_pipeline.asr.embedding import Embedder, locate_voices
from qa_pipeline.asr.listening import PreparedCall, prepare
from qa_pipeline.asr.speakers import Diarizer, VoiceDiarizer
from qa_pipeline.models import Role, Transcript

TITLE = "Who spoke"
LEAKS_DB = (-30.0, -20.0, -12.0, -8.0, -6.0)


# Cross-talk --------------------------------------------------------------------------------------------------------


def leaks(data: Path) -> list[Row]:
    """Measure what of one side is heard as the other's, and what of their own speech is lost, by how much leaks."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        calls = [call for kind, call in real_calls(Path(folder), data) if kind == "two"][:6]
        clean = [np.stack(decode_audio(str(call.path), split_stereo=True)) for call in calls]
    own = [_heard(samples) for samples in clean]
    rows.append(["real voices, stereo, no leak", "speech time", *_sides(calls, clean, own)])
    for leak_db in LEAKS_DB:
        leaking = [leak(samples, leak_db) for samples in clean]
        rows.append([f"real voices, stereo, {leak_db:.0f} dB of each side in the other, as it is", "speech time"])
        rows[-1] += _sides(calls, leaking, own)
        rows.append([f"— {leak_db:.0f} dB, cross-talk muted", "speech time"])
        rows[-1] += _sides(calls, [without_crosstalk(samples) for samples in leaking], own)
        print(rows[-2:], file=sys.stderr)
    return rows


def leak(samples: Sound, leak_db: float, late_ms: int = 20) -> Sound:
    """Return both channels with some of the other in each, a little late."""
    late = np.roll(samples[::-1], late_ms * 16, axis=1)
    late[:, : late_ms * 16] = 0
    return (samples + np.float32(10 ** (leak_db / 20)) * late).astype(np.float32)


def _heard(samples: Sound) -> NDArray[np.bool_]:
    """Return where voice activity hears speech on each channel: (2, frames)."""
    heard = np.zeros((2, samples.shape[1] // 160 + 1), dtype=bool)
    for channel in (0, 1):
        for span in speech_spans(samples[channel], channel):
            heard[channel, span.start_ms // HOP_MS : span.end_ms // HOP_MS] = True
    return heard


def _sides(calls: Sequence[Conversation], sounds: Sequence[Sound], without: Sequence[NDArray[np.bool_]]) -> Row:
    """Return the share of the other's time heard here, and of what is heard here without a leak that is not now."""
    other, lost = Tally(), Tally()
    for call, samples, own in zip(calls, sounds, without, strict=True):
        truth = masks(call.turns, own.shape[1], lambda turn: turn.channel)
        heard = _heard(samples)
        only_other = truth[::-1] & ~truth
        other.wrong += float((heard & only_other).sum())
        other.all += float(only_other.sum())
        lost.unknown += float((own & truth & ~heard).sum())
        lost.all += float((own & truth).sum())
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
    truth = masks(call.turns, transcript.duration_ms // HOP_MS + 1, lambda turn: names.index(Role(turn.speaker)))
    for utterance in transcript.utterances:
        for word in utterance.words:
            _add(words, truth[:, word.start_ms // HOP_MS : word.end_ms // HOP_MS + 1], utterance.role, len(word.text))
    for span in transcript.speech:
        frames = truth[:, span.start_ms // HOP_MS : span.end_ms // HOP_MS]
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
        "confidence under 0.6); with cross-talk, own speech that is heard without it and not with it. "
        "Real: calls of AISHELL utterances (`bench/conversations.py`); the constants were chosen on utterances of the "
        "same corpus. Sample calls have synthetic voices, easier to tell apart than many real pairs."
    )
    if not rows:
        return 0
    text = section(TITLE, about, ["calls", "share of", "wrong %", "to nobody %"], rows)
    print(text)
    if options.write:
        put(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
