"""The stages of a call as a run calls them; the real ones load the heavy libraries, tests pass their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from qa_pipeline.models import (
    AcousticProfile,
    CallContext,
    CallFile,
    KnowledgeEntry,
    Recording,
    RuleResult,
    Transcript,
)
from qa_pipeline.settings import Settings
from scoring.score import Evaluation

Samples = Any
"""Array (channels, samples), float32, 16 kHz, -1..1."""


@dataclass(frozen=True, slots=True)
class Stages:
    """What is done with a call: ``decode``, ``listen`` (recognise and measure), ``index`` (once a run), ``judge``."""

    decode: Callable[[Path, Recording], Samples]
    listen: Callable[[Samples, Recording, int | None], tuple[Transcript, AcousticProfile]]
    index: Callable[[Sequence[KnowledgeEntry]], Any]
    judge: Callable[[CallFile, Recording, Transcript, AcousticProfile, Any], tuple[tuple[RuleResult, ...], Evaluation]]


def real_stages(settings: Settings, transcriber: Any, scorecard: Any, ruleset: Any) -> Stages:
    """Return the stages of the program."""
    # Loaded here and not above: the commands that audit nothing start in a tenth of a second.
    from qa_pipeline.asr.acoustics import measure  # noqa: PLC0415
    from qa_pipeline.asr.audio import decode  # noqa: PLC0415
    from qa_pipeline.asr.channels import channel_roles  # noqa: PLC0415
    from qa_pipeline.asr.device import pick_device  # noqa: PLC0415
    from qa_pipeline.audit import audit_call, gather  # noqa: PLC0415
    from qa_pipeline.knowledge.retrieval import KnowledgeIndex  # noqa: PLC0415

    device = pick_device(settings.device)

    def listen(
        samples: Samples, recording: Recording, operator_channel: int | None
    ) -> tuple[Transcript, AcousticProfile]:
        transcript = transcriber.transcribe(samples, recording, channel_roles(recording, operator_channel))
        return transcript, measure(samples, transcript, device)

    def judge(
        file: CallFile, recording: Recording, transcript: Transcript, acoustics: AcousticProfile, index: KnowledgeIndex
    ) -> tuple[tuple[RuleResult, ...], Evaluation]:
        context: CallContext = gather(file.call, recording, transcript, acoustics, file.work_order, index)
        return audit_call(context, ruleset, scorecard)

    return Stages(partial(decode, max_minutes=settings.max_recording_minutes), listen, KnowledgeIndex, judge)
