"""Our run as the benchmarks start it: all that a month's run does from the file to the transcript, in the same order.

A thread makes calls ready (hash, decode, cross-talk, voice activity, whose voice) while the recogniser works on those
before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import channel_roles
from qa_pipeline.asr.engines import make_diarizer
from qa_pipeline.asr.listening import Listener, PreparedCall, prepare
from qa_pipeline.asr.speakers import Diarizer
from qa_pipeline.asr.stopwatch import Stopwatch
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper import WhisperTranscriber
from qa_pipeline.asr.whisper.pace import PACES
from qa_pipeline.engine import InProcess
from qa_pipeline.models import Transcript

COMPUTE = "int8"
BEAM = 5
DEFAULT = "balanced"
MAX_MINUTES = 130

Task = tuple[str, Path]


@dataclass(frozen=True, slots=True)
class Ear:
    """What hears calls: the listener, and what tells the voices of a mono call apart."""

    listener: Listener
    diarizer: Diarizer | None

    def make_ready(self, task: Task) -> PreparedCall:
        """Check, hash and decode a file, find what of it is to be recognised; the task's id becomes the recording's."""
        name, path = task
        recording = replace(probe(path, MAX_MINUTES), recording_id=name)
        roles = channel_roles(recording, 0 if recording.channels == 2 else None)
        return prepare(decode(path, recording, MAX_MINUTES), recording, roles, self.diarizer)


def ear(threads: int, pace: str = DEFAULT, stopwatch: Stopwatch | None = None) -> Ear:
    """Return our listener with the packaged weights at one of `PACES`; nothing is loaded before its first call."""
    weights = locate("whisper-base", default_cache())
    transcriber = WhisperTranscriber(weights, "cpu", COMPUTE, threads, PACES[pace], stopwatch=stopwatch)
    diarizer = make_diarizer("cpu")
    return Ear(Listener(transcriber, diarizer), diarizer)


def hear(ear: Ear, tasks: Iterable[Task], tell: Callable[[str, Transcript], None]) -> None:
    """Hear calls and tell each transcript as it is finished.

    Args:
        ear: See `ear`.
        tasks: An id for each call and its file, taken as there is room for them.
        tell: Gets the id and the transcript.

    Raises:
        CallError: A call could not be heard; a benchmark has no use for the rest then.
    """

    def work(stream: Iterator[tuple[Task, Callable[[], PreparedCall]]]) -> None:
        for call, transcript in ear.listener.listen(prepared() for _, prepared in stream):
            tell(call.recording.recording_id, transcript())

    InProcess().run(tasks, ear.make_ready, work)


def channel_text(transcript: Transcript, channel: int) -> str:
    """Return all that was heard on a channel."""
    return "".join(utterance.text for utterance in transcript.utterances if utterance.channel == channel)
