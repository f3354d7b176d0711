"""What every recogniser offers: the speech of many channels in, their words out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from qa_pipeline.errors import CallError
from qa_pipeline.models import ModelStamp, Span, Word

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class ChannelAudio:
    """One channel to recognise: ``samples`` (samples,), 16 kHz, -1..1, and where it holds speech, in order."""

    recording_id: str
    channel: int
    samples: NDArray[np.float32]
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class ChannelWords:
    """The words of one channel in order, timed in it, their confidence as the recogniser gave it (NaN: none)."""

    recording_id: str
    channel: int
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class ChannelFailure:
    """A channel that could not be recognised, and why."""

    recording_id: str
    channel: int
    error: CallError


class Transcriber(Protocol):
    """A recogniser; the stamp says with what words were made, so that they can be made again."""

    @property
    def stamp(self) -> ModelStamp:
        """The recogniser and every setting that changes words."""

    def transcribe(self, channels: Iterable[ChannelAudio]) -> Iterator[ChannelWords | ChannelFailure]:
        """Recognise channels; each comes back once, in any order.

        Channels are taken one by one, as there is room for them, so that memory is bounded however many there are.
        What is wrong with one channel is told with it, and the others go on.

        Raises:
            SettingsError: The model cannot be loaded.
            TransientError: The recogniser is out of reach for now.
        """
