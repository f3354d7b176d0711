"""What every recogniser offers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from qa_pipeline.asr.channels import ChannelRoles
from qa_pipeline.models import ModelStamp, Recording, Transcript

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Transcriber(Protocol):
    """Turns the samples of a call into a transcript; the stamp says with what, so that it can be made again."""

    @property
    def stamp(self) -> ModelStamp:
        """The recogniser and its settings."""

    def transcribe(self, samples: NDArray[np.float32], recording: Recording, roles: ChannelRoles) -> Transcript:
        """Recognise a call.

        Args:
            samples: Array (channels, samples), 16 kHz, -1..1, as `qa_pipeline.asr.audio.decode` gives it.
            recording: What was decoded.
            roles: Who speaks on which channel, as far as it is known.
        """
