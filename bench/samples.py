"""The sample calls as the benchmarks take calls: their file, and what is said on each channel when."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bench.conversations import Conversation, Turn

TAIL_MS = 500
SAMPLES = Path(__file__).resolve().parent.parent / "recordings_sample"


def sample_calls(limit: int | None = None, every: int = 5) -> list[Conversation]:
    """Read one in ``every`` of the sample calls: stereo, mono, and all formats are among them.

    Args:
        limit: How many at most.
        every: Take the first, and then one after as many.
    """
    return [_read(path) for path in sorted((SAMPLES / "audio").glob("H*.*"))[::every][:limit]]


def _read(path: Path) -> Conversation:
    script: dict[str, Any] = YAML(typ="safe", pure=True).load(
        (SAMPLES / "scripts" / f"{path.stem}.yaml").read_text("utf-8")
    )
    timing = json.loads((SAMPLES / "timing" / f"{path.stem}.json").read_text("utf-8"))
    operator = script["audio"].get("operator_channel")
    turns = tuple(
        Turn(
            channel=0 if operator is None else operator if said["who"] == "operator" else 1 - operator,
            start_ms=span["start_ms"],
            end_ms=span["end_ms"],
            text=said["say"],
            speaker=said["who"],
            source=path.name,
        )
        for said, span in zip(script["turns"], timing, strict=True)
    )
    return Conversation(path.stem, path, script["audio"]["layout"], turns[-1].end_ms + TAIL_MS, turns)
