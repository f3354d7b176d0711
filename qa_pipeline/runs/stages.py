"""The stages of a call as a run calls them; the real ones load the heavy libraries, tests pass their own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa_pipeline.judging.call import Judged, judge_by
from qa_pipeline.models import (
    AcousticProfile,
    CallFile,
    KnowledgeEntry,
    ModelStamp,
    Recording,
    Transcript,
    VoiceBaseline,
)
from qa_pipeline.settings import Settings

if TYPE_CHECKING:
    from qa_pipeline.asr.base import Transcriber
    from qa_pipeline.knowledge.background import Background
    from qa_pipeline.rules.ruleset import Ruleset
    from scoring.scorecard import Scorecard

Prepared = Any
"""What `Stages.listen` takes: a call decoded and made ready, `qa_pipeline.asr.listening.PreparedCall`."""

Heard = tuple[Transcript, AcousticProfile]


@dataclass(frozen=True, slots=True)
class Stages:
    """What is done with calls.

    ``prepare`` decodes one and finds its speech, in a thread of its own. ``listen`` recognises and measures many at
    once: it takes them as it has room and gives each back once, by its recording's id, with a function that returns
    what was heard or raises what was wrong. ``index`` is done once a run, ``judge`` once a call, with the operator's
    usual voice where it is known. ``stamp`` is of all that hears, where that is more than the recogniser. ``beside``
    opens what is done with the index beside the calls.
    """

    prepare: Callable[[Path, Recording, int | None], Prepared]
    listen: Callable[[Iterable[Prepared]], Iterator[tuple[str, Callable[[], Heard]]]]
    index: Callable[[Sequence[KnowledgeEntry]], Any]
    judge: Callable[[CallFile, Recording, Transcript, AcousticProfile, Any, VoiceBaseline | None], Judged]
    stamp: ModelStamp | None = None
    beside: Callable[[Any], AbstractContextManager[object]] = nullcontext


def real_stages(
    settings: Settings,
    transcriber: Transcriber,
    scorecard: Scorecard,
    ruleset: Ruleset,
    demotions: Mapping[str, str] | None = None,
    background: Background | None = None,
) -> Stages:
    """Return the stages of the program; ``ruleset`` is that in effect, ``demotions`` why some of it only advises.

    ``background`` is what the centre knows beside its knowledge base.
    """
    # Loaded here and not above: the commands that audit nothing start in a tenth of a second.
    from qa_pipeline.asr.acoustics import measure  # noqa: PLC0415
    from qa_pipeline.asr.audio import decode  # noqa: PLC0415
    from qa_pipeline.asr.channels import channel_roles  # noqa: PLC0415
    from qa_pipeline.asr.device import pick_device  # noqa: PLC0415
    from qa_pipeline.asr.engines import make_diarizer  # noqa: PLC0415
    from qa_pipeline.asr.listening import Listener, PreparedCall, prepare  # noqa: PLC0415
    from qa_pipeline.knowledge.meanings import CACHE  # noqa: PLC0415
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex  # noqa: PLC0415

    device = pick_device(settings.device)
    diarizer = make_diarizer(device)
    listener = Listener(transcriber, diarizer)

    def make_ready(path: Path, recording: Recording, operator_channel: int | None) -> PreparedCall:
        samples = decode(path, recording, settings.max_recording_minutes)
        return prepare(samples, recording, channel_roles(recording, operator_channel), diarizer)

    def listen(calls: Iterable[PreparedCall]) -> Iterator[tuple[str, Callable[[], Heard]]]:
        for call, transcript in listener.listen(calls):
            yield call.recording.recording_id, partial(measured, call, transcript)
            # Samples of a long call are a gigabyte: let go of them before others are waited for.
            del call, transcript

    def measured(call: PreparedCall, transcript: Callable[[], Transcript]) -> Heard:
        heard = transcript()
        return heard, measure(call.samples, heard, device)

    judge = judge_by(settings, scorecard, ruleset, demotions, background)
    searchable = partial(KnowledgeIndex, cache=settings.workspace / CACHE)
    return Stages(make_ready, listen, searchable, judge, listener.stamp, KnowledgeIndex.keeping)


def hearing_stamp(settings: Settings) -> ModelStamp:
    """Return the stamp that a run with these settings gives its transcripts; nothing is loaded or asked.

    Raises:
        SettingsError: The recogniser cannot be found or is not whole.
    """
    from qa_pipeline.asr.device import pick_device  # noqa: PLC0415
    from qa_pipeline.asr.engines import make_diarizer, make_transcriber  # noqa: PLC0415
    from qa_pipeline.asr.listening import Listener  # noqa: PLC0415

    return Listener(make_transcriber(settings), make_diarizer(pick_device(settings.device))).stamp
