"""Our run as the benchmarks start it: all that a month's run does from the file to the transcript, in the same order.

A thread makes calls ready (hash, decode, cross-talk, voice activity) while the recogniser works on those before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from qa_pipeline.asr.audio import decode, probe
from qa_pipeline.asr.channels import channel_roles
from qa_pipeline.asr.engines import make_transcriber
from qa_pipeline.asr.listening import Listener, PreparedCall, prepare
from qa_pipeline.engine import InProcess
from qa_pipeline.models import Transcript
from qa_pipeline.settings import Settings

COMPUTE = "int8"
BEAM = 5
MAX_MINUTES = 130
# The operating points that a centre can choose, by what their settings are.
POINTS: dict[str, dict[str, object]] = {"default": {}}

Task = tuple[str, Path]


def listener(threads: int, point: str = "default") -> Listener:
    """Return our listener with the packaged weights; nothing is loaded before its first call."""
    settings = Settings(device="cpu", compute_type=COMPUTE, threads=threads, beam_size=BEAM)
    return Listener(make_transcriber(settings.model_copy(update=POINTS[point])))


def hear(listener: Listener, tasks: Iterable[Task], tell: Callable[[str, Transcript], None]) -> None:
    """Hear calls and tell each transcript as it is finished.

    Args:
        listener: See `listener`.
        tasks: An id for each call and its file, taken as there is room for them.
        tell: Gets the id and the transcript.

    Raises:
        CallError: A call could not be heard; a benchmark has no use for the rest then.
    """

    def work(stream: Iterator[tuple[Task, Callable[[], PreparedCall]]]) -> None:
        for call, transcript in listener.listen(prepared() for _, prepared in stream):
            tell(call.recording.recording_id, transcript())

    InProcess().run(tasks, make_ready, work)


def make_ready(task: Task) -> PreparedCall:
    """Check, hash and decode a file, and find what of it is to be recognised; the task's id becomes the recording's."""
    name, path = task
    recording = replace(probe(path, MAX_MINUTES), recording_id=name)
    roles = channel_roles(recording, 0 if recording.channels == 2 else None)
    return prepare(decode(path, recording, MAX_MINUTES), recording, roles)


def channel_text(transcript: Transcript, channel: int) -> str:
    """Return all that was heard on a channel."""
    return "".join(utterance.text for utterance in transcript.utterances if utterance.channel == channel)
