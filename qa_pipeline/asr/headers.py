"""How much audio a file promises: FFmpeg shortens its answer for a cut file, so the header itself is read."""

from __future__ import annotations

import struct
from pathlib import Path

# Longest page of Ogg: 27 bytes of header, 255 of table, 255 * 255 of body.
_OGG_PAGE = 27 + 255 + 255 * 255
_UNKNOWN_LENGTHS = (0, 0xFFFFFFFF)


def missing_share(path: Path) -> float:
    """Return the share of the audio, 0–1, that a WAV or Ogg file promises and does not hold; 0 for other formats.

    A WAV written to a pipe promises nothing (its length is 0 or 0xFFFFFFFF). An Ogg file that lacks its last page
    cannot say how much is missing and returns 1.
    """
    with path.open("rb") as file:
        magic = file.read(12)
    if magic[:4] == b"RIFF" and magic[8:12] == b"WAVE":
        return _missing_from_wav(path)
    if magic[:4] == b"OggS":
        return 0.0 if _ogg_is_closed(path) else 1.0
    return 0.0


def _missing_from_wav(path: Path) -> float:
    size = path.stat().st_size
    with path.open("rb") as file:
        place = 12
        while place + 8 <= size:
            file.seek(place)
            name, length = struct.unpack("<4sI", file.read(8))
            if name == b"data":
                return 0.0 if length in _UNKNOWN_LENGTHS else max(0.0, 1 - (size - place - 8) / length)
            place += 8 + length + length % 2
    return 1.0


def _ogg_is_closed(path: Path) -> bool:
    """Whether the last page is whole and marked as the end of its stream."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _OGG_PAGE))
        tail = file.read()
    place = tail.rfind(b"OggS")
    if place < 0 or len(tail) < place + 27:
        return False
    segments = tail[place + 26]
    table = tail[place + 27 : place + 27 + segments]
    whole = len(table) == segments and len(tail) - place >= 27 + segments + sum(table)
    return whole and bool(tail[place + 5] & 0x04)
