"""Which recogniser the settings ask for."""

from __future__ import annotations

from qa_pipeline.asr.base import Transcriber
from qa_pipeline.asr.device import pick_device
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper import WhisperTranscriber
from qa_pipeline.settings import Settings


def make_transcriber(settings: Settings) -> Transcriber:
    """Find the weights and make the recogniser; nothing is loaded into memory before its first call.

    Raises:
        SettingsError: The model or the device is not to be had.
    """
    return WhisperTranscriber(
        locate(settings.model, default_cache()),
        pick_device(settings.device),
        settings.compute_type,
        settings.threads,
        settings.beam_size,
    )
