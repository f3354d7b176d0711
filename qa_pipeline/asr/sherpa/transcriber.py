"""Many channels at once by sherpa-onnx, turn by turn, batches of turns of like length."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from qa_pipeline.asr.base import ChannelAudio, ChannelFailure, ChannelWords
from qa_pipeline.asr.sherpa.folder import Kind, SherpaModel
from qa_pipeline.asr.sherpa.tokens import words_of
from qa_pipeline.asr.stretches import SHORTEST_SOUND_MS, Stretch, cut
from qa_pipeline.asr.utterances import TURN_PAUSE_MS
from qa_pipeline.errors import CallError, SettingsError, TransientError
from qa_pipeline.models import ModelStamp, Word

logger = logging.getLogger(__name__)

# Bump when the same audio and model would give another transcript.
_METHOD = "1"
_RATE_HZ = 16_000
# These models pay by the second and not by the window: a turn is decoded as it is.
_TURN_MS = 20_000
# How much speech is taken at once, and how much of it goes into one batch, each as long as its longest turn.
_ROUND_MS, _BATCH_MS, _BATCH_TURNS = 240_000, 120_000, 16
_HELD_MS = 1_200_000
_INSTALL = "pip install 'hotline-qa[sherpa]'"


@dataclass(slots=True)
class _Heard:
    """A channel and what came of its turns so far."""

    audio: ChannelAudio
    turns: list[Stretch]
    words: dict[int, list[Word]] = field(default_factory=dict)
    error: CallError | None = None


class SherpaTranscriber:
    """Recognises with a model that is loaded at its first use; see `qa_pipeline.asr.base.Transcriber`."""

    def __init__(self, model: SherpaModel, provider: str, threads: int, assumed_confidence: float | None) -> None:
        """Keep what to load.

        Args:
            model: From `read_folder`, which has looked at all that could end the process.
            provider: ``cpu`` or ``cuda``, from `provider_for`.
            threads: Of the neural network.
            assumed_confidence: The share of characters the model was measured to get right; goes into the stamp, where
                calibration reads it for words of which the model does not say how sure it is.
        """
        self._sherpa = model
        self._provider = provider
        self._threads = threads
        self._assumed = assumed_confidence

    @property
    def stamp(self) -> ModelStamp:
        """Engine, model and what changes words."""
        assumed = "" if self._assumed is None else f" assumed_confidence={self._assumed}"
        return ModelStamp(
            engine=f"sherpa-onnx {_installed()}",
            model=self._sherpa.name,
            sha256=self._sherpa.sha256,
            settings=f"method={_METHOD} kind={self._sherpa.kind} vad=silero{assumed}",
        )

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels, some minutes of speech at a time; see `qa_pipeline.asr.base.Transcriber`.

        Raises:
            SettingsError: The model cannot be loaded.
        """
        source = iter(channels)
        while taken := _round(source):
            turns = [(heard, number) for heard in taken for number in range(len(heard.turns))]
            for batch in _batches(turns):
                self._decode(batch)
            for heard in taken:
                yield _result(heard)

    @cached_property
    def _recogniser(self) -> Any:
        _installed()
        import sherpa_onnx  # noqa: PLC0415  # an extra, and a second to load

        make = sherpa_onnx.OfflineRecognizer
        shared = {"tokens": str(self._sherpa.tokens), "num_threads": self._threads, "provider": self._provider}
        parts = [str(part) for part in self._sherpa.parts]
        try:
            match self._sherpa.kind:
                case Kind.PARAFORMER:
                    return make.from_paraformer(paraformer=parts[0], **shared)
                case Kind.SENSE_VOICE:
                    return make.from_sense_voice(model=parts[0], language="zh", use_itn=False, **shared)
                case Kind.TRANSDUCER:
                    return make.from_transducer(*parts, **shared)
        except (RuntimeError, ValueError) as error:
            raise SettingsError(
                f"model {self._sherpa.name} cannot be loaded by sherpa-onnx: {error}", "copy the model's folder again"
            ) from error

    def _decode(self, batch: Sequence[tuple[_Heard, int]]) -> None:
        """Decode turns together; where that fails, each alone, so that one costs no other."""
        recogniser = self._recogniser
        turns = [heard.turns[number] for heard, number in batch]
        try:
            found = _recognised(recogniser, turns)
        except (SettingsError, TransientError):
            raise
        except Exception as error:  # noqa: BLE001  # told as a failure of its channel
            # Whatever the library raises: a token that is no UTF-8, memory, a number without a token. The message may
            # quote what was said.
            if len(batch) > 1:
                logger.warning("a batch of %d turns failed (%s); each alone", len(batch), type(error).__name__)
                for turn in batch:
                    self._decode([turn])
                return
            heard, _ = batch[0]
            short_id = heard.audio.recording_id[:12]
            logger.warning("recording %s: a turn failed: %s", short_id, type(error).__name__)
            heard.error = CallError(
                f"recording {short_id}: the recogniser failed ({type(error).__name__})",
                "free memory, or check that tokens.txt belongs to the model, and run again",
            )
            return
        for (heard, number), words in zip(batch, found, strict=True):
            heard.words[number] = words


def provider_for(device: str) -> str:
    """Return what sherpa-onnx runs on for the setting ``auto``, ``cpu`` or ``cuda``.

    Raises:
        SettingsError: ``cuda`` is asked for and this build of sherpa-onnx has none; or it is not installed.
    """
    has_cuda = "cuda" in _installed()
    if device == "cuda" and not has_cuda:
        raise SettingsError(
            "device: cuda is set and this sherpa-onnx runs on the CPU only",
            "set device to cpu, or install the CUDA build of sherpa-onnx from its own site",
        )
    return "cuda" if has_cuda and device != "cpu" else "cpu"


def _installed() -> str:
    try:
        return version("sherpa-onnx")
    except PackageNotFoundError as error:
        raise SettingsError("engine: sherpa is set and sherpa-onnx is not installed", _INSTALL) from error


def _round(source: Iterator[ChannelAudio]) -> list[_Heard]:
    """Take channels until there is enough speech for some batches, or enough silence to hold in memory."""
    taken: list[_Heard] = []
    speech_ms = held_ms = 0
    for audio in source:
        taken.append(_Heard(audio, cut(audio.samples, audio.speech, TURN_PAUSE_MS, _TURN_MS)))
        speech_ms += sum(turn.length_ms for turn in taken[-1].turns)
        held_ms += len(audio.samples) * 1000 // _RATE_HZ
        if speech_ms >= _ROUND_MS or held_ms >= _HELD_MS:
            break
    return taken


def _batches(turns: Sequence[tuple[_Heard, int]]) -> Iterator[list[tuple[_Heard, int]]]:
    """Yield turns of like length together, the longest first."""
    batch: list[tuple[_Heard, int]] = []
    longest_ms = 0
    for heard, number in sorted(turns, key=lambda turn: -turn[0].turns[turn[1]].length_ms):
        if batch and (len(batch) == _BATCH_TURNS or (len(batch) + 1) * longest_ms > _BATCH_MS):
            yield batch
            batch = []
        if not batch:
            longest_ms = heard.turns[number].length_ms
        batch.append((heard, number))
    if batch:
        yield batch


def _recognised(recogniser: Any, turns: Sequence[Stretch]) -> list[list[Word]]:
    streams = []
    for turn in turns:
        stream = recogniser.create_stream()
        samples = turn.samples
        short = max(0, SHORTEST_SOUND_MS * _RATE_HZ // 1000 - len(samples))
        stream.accept_waveform(_RATE_HZ, np.pad(samples, (0, short)))
        streams.append(stream)
    recogniser.decode_streams(streams)
    return [words_of(stream.result, turn) for stream, turn in zip(streams, turns, strict=True)]


def _result(heard: _Heard) -> ChannelWords | ChannelFailure:
    audio = heard.audio
    if heard.error is not None:
        return ChannelFailure(audio.recording_id, audio.channel, heard.error)
    words = [word for number in sorted(heard.words) for word in heard.words[number]]
    return ChannelWords(audio.recording_id, audio.channel, tuple(words))
