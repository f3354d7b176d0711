"""The pieces of sound behind evidence, written once each beside the pages."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path

from qa_pipeline.models import CallFile, Evidence

Clip = Callable[[CallFile, Evidence], bytes | None]


def file_name(call_id: str) -> str:
    """Return a name that is safe in any file system and address, different for different calls."""
    plain = re.sub(r"[^A-Za-z0-9_-]", "_", call_id)[:80]
    return plain if plain == call_id else f"{plain}-{hashlib.sha256(call_id.encode()).hexdigest()[:8]}"


class ClipFolder:
    """Writes the clips of one call and remembers which stretches it has.

    Args:
        folder: ``clips/`` of the report.
        clip: Returns the sound (mp3 or wav) of a piece of evidence, None where there is none.
        file: The call.
    """

    def __init__(self, folder: Path, clip: Clip, file: CallFile) -> None:
        self._folder, self._clip, self._file = folder, clip, file
        self._names: dict[tuple[int, int, int], str | None] = {}

    def of(self, evidence: Evidence) -> str | None:
        """Return the file name of the clip of a piece of evidence, None where nothing can be heard."""
        if evidence.end_ms <= evidence.start_ms:
            return None
        stretch = (evidence.start_ms, evidence.end_ms, evidence.channel)
        if stretch not in self._names:
            self._names[stretch] = self._written(evidence)
        return self._names[stretch]

    def _written(self, evidence: Evidence) -> str | None:
        sound = self._clip(self._file, evidence)
        if not sound:
            return None
        ending = "wav" if sound.startswith(b"RIFF") else "mp3"
        name = f"{file_name(self._file.call.call_id)}-{len(self._names) + 1:02d}.{ending}"
        (self._folder / name).write_bytes(sound)
        return name
