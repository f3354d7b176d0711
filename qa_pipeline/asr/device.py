"""Where models and acoustic measures run."""

from __future__ import annotations

from functools import cache

from qa_pipeline.errors import SettingsError


@cache
def pick_device(setting: str) -> str:
    """Return ``cuda`` or ``cpu`` for the setting ``auto``, ``cuda`` or ``cpu``.

    Raises:
        SettingsError: ``cuda`` is asked for and torch finds no such device.
    """
    if setting == "cpu":
        return "cpu"
    import torch  # noqa: PLC0415  # seconds to import

    if torch.cuda.is_available():
        return "cuda"
    if setting == "cuda":
        raise SettingsError("device: cuda is set and no CUDA device was found", "set device to auto or cpu")
    return "cpu"
