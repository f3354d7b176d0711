"""Which recogniser the settings ask for."""

from __future__ import annotations

from pathlib import Path

from qa_pipeline.asr.base import Transcriber
from qa_pipeline.asr.device import pick_device
from qa_pipeline.asr.embedding import Embedder, locate_voices
from qa_pipeline.asr.endpoint import EndpointClient, EndpointTranscriber
from qa_pipeline.asr.sherpa import SherpaTranscriber, is_sherpa, provider_for, read_folder
from qa_pipeline.asr.speakers import Diarizer, VoiceDiarizer
from qa_pipeline.asr.weights import default_cache, locate
from qa_pipeline.asr.whisper import PACES, WhisperTranscriber
from qa_pipeline.errors import SettingsError
from qa_pipeline.settings import Settings


def make_transcriber(settings: Settings) -> Transcriber:
    """Find the weights and make the recogniser; nothing is loaded into memory or sent before its first call.

    Raises:
        SettingsError: The model or the device is not to be had.
    """
    match engine_of(settings):
        case "endpoint":
            return EndpointTranscriber(endpoint_of(settings), settings.endpoint_requests, settings.assumed_confidence)
        case "sherpa":
            return SherpaTranscriber(
                read_folder(Path(settings.model).expanduser(), settings.compute_type, default_cache()),
                provider_for(settings.device),
                settings.threads,
                settings.assumed_confidence,
            )
    return WhisperTranscriber(
        locate(settings.model, default_cache()),
        pick_device(settings.device),
        settings.compute_type,
        settings.threads,
        PACES[settings.pace],
    )


def engine_of(settings: Settings) -> str:
    """Return ``whisper``, ``sherpa`` or ``endpoint``: what is set, or what the other settings speak for."""
    if settings.engine != "auto":
        return settings.engine
    if settings.endpoint_url is not None:
        return "endpoint"
    return "sherpa" if is_sherpa(Path(settings.model).expanduser()) else "whisper"


def endpoint_of(settings: Settings) -> EndpointClient:
    """Return the server that the settings name.

    Raises:
        SettingsError: There is no address, or the file of the key cannot be read.
    """
    if settings.endpoint_url is None:
        raise SettingsError("engine: endpoint is set and endpoint_url is not", "set it, as in http://10.0.0.5:8000/v1")
    return EndpointClient(settings.endpoint_url, settings.model, settings.endpoint_key, settings.endpoint_timeout_s)


def make_diarizer(device: str) -> Diarizer | None:
    """Find the voice weights; None, with a line in the log, where they are not installed: mono calls stay unnamed.

    Args:
        device: ``cpu`` or ``cuda``, see `qa_pipeline.asr.device.pick_device`.
    """
    weights = locate_voices()
    return VoiceDiarizer(Embedder(weights, device)) if weights is not None else None
