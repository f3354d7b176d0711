"""Builders of test data: a call's context from a compact dialogue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.models import (
    AcousticProfile,
    CallContext,
    CallRecord,
    DeadAir,
    ModelStamp,
    Recording,
    Role,
    Span,
    TalkOver,
    Transcript,
    Utterance,
    UtteranceAcoustics,
    Word,
    WorkOrder,
)

MS_A_CHARACTER = 240  # 250 characters a minute
GAP_MS = 400
DEAD_AIR_MS = 3_000
STAMP = ModelStamp("test", "test", "0" * 64, "")
ROLES = {
    "话": Role.OPERATOR,
    "来": Role.CALLER,
    "？": Role.UNKNOWN,
    "op": Role.OPERATOR,
    "caller": Role.CALLER,
    "?": Role.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing said. Times in seconds; left out, it follows the line before at 250 characters a minute."""

    role: Role
    text: str
    start: float | None = None
    end: float | None = None
    confidence: float = 0.95
    role_confidence: float = 1.0


def call(
    dialogue: Iterable[Line | tuple[Any, ...]],
    *,
    duration_s: float | None = None,
    unintelligible: Sequence[Span] = (),
    work_order: WorkOrder | Mapping[str, str] | None = None,
    acoustics: AcousticProfile | Mapping[str, Any] | None = None,
    **changes: Any,
) -> CallContext:
    """Make a call. ``dialogue``: lines, or tuples ``(role, text[, start_s, end_s, confidence])``.

    A role is a `Role`, or 话 / 来 / ？ (or op / caller / ?); ``("静", 12)`` is 12 s of silence. ``acoustics`` as a
    mapping replaces fields of a quiet profile whose dead airs are the dialogue's gaps. ``changes`` replace fields of
    the call record, or ``exchanges`` and ``facts`` of the context.
    """
    utterances = _utterances(dialogue)
    last_ms = max((u.end_ms for u in utterances), default=0)
    duration_ms = int(duration_s * 1000) if duration_s is not None else last_ms + 500
    transcript = Transcript(
        "0" * 64,
        duration_ms,
        utterances,
        tuple(Span(u.start_ms, u.end_ms, u.channel, u.role) for u in utterances),
        tuple(unintelligible),
        STAMP,
    )
    extras = {name: tuple(changes.pop(name)) for name in ("exchanges", "facts") if name in changes}
    return CallContext(
        call=replace(record(duration_ms), **changes),
        recording=Recording("0" * 64, "call.wav", "pcm_alaw", 8000, 2, duration_ms),
        transcript=transcript,
        acoustics=acoustics if isinstance(acoustics, AcousticProfile) else profile(transcript, **(acoustics or {})),
        work_order=order(work_order),
        **extras,
    )


def record(duration_ms: int = 60_000) -> CallRecord:
    """Make a row of the call log: a morning call that the caller ended."""
    return CallRecord(
        call_id="H261003-001",
        started_at=datetime(2026, 10, 3, 8, 15, 20),
        duration_s=round(duration_ms / 1000),
        operator_id="1003",
        shift="早班",
        caller_number="13900001234",
        hang_up_by=Role.CALLER,
        satisfaction=None,
        recording_file="H261003-001.wav",
        operator_channel=0,
    )


def order(value: WorkOrder | Mapping[str, str] | None) -> WorkOrder | None:
    """Make a work order of a mapping of Chinese field names; 提交时间 becomes ``submitted_at``."""
    if value is None or isinstance(value, WorkOrder):
        return value
    fields = {str(name): str(text) for name, text in value.items()}
    submitted = fields.get("提交时间")
    return WorkOrder(
        fields.get("工单编号", "W1"), "H261003-001", fields, datetime.fromisoformat(submitted) if submitted else None
    )


def profile(transcript: Transcript, **changes: Any) -> AcousticProfile:
    """Make a quiet profile: even loudness and pitch, nobody talks over, dead airs where the dialogue has gaps."""
    quiet = AcousticProfile(
        utterances=tuple(UtteranceAcoustics(u.index, -24.0, 200.0, _rate(u)) for u in transcript.utterances),
        talk_overs=(),
        dead_airs=_dead_airs(transcript),
        operator_rate_cpm=250.0,
        caller_rate_cpm=250.0,
        noise_floor_db=(-60.0, -60.0),
    )
    return replace(quiet, **changes)


def _rate(utterance: Utterance) -> float | None:
    length_ms = utterance.end_ms - utterance.start_ms
    return len(utterance.text) * 60_000 / length_ms if length_ms >= 1_000 else None


def _dead_airs(transcript: Transcript) -> tuple[DeadAir, ...]:
    """Everybody silent for 3 s or more; the one who spoke next was awaited."""
    airs, heard_to, before = [], 0, None
    for utterance in transcript.utterances:
        if utterance.start_ms - heard_to >= DEAD_AIR_MS:
            airs.append(DeadAir(heard_to, utterance.start_ms, utterance.role, before))
        if utterance.end_ms >= heard_to:
            heard_to, before = utterance.end_ms, utterance.index
    return tuple(airs)


def _utterances(dialogue: Iterable[Line | tuple[Any, ...]]) -> tuple[Utterance, ...]:
    lines, clock, gap = [], 0.5, 0.0
    for entry in dialogue:
        if isinstance(entry, tuple) and entry[0] == "静":
            gap += float(entry[1])
            continue
        line = entry if isinstance(entry, Line) else Line(ROLES.get(entry[0], entry[0]), *entry[1:])
        start = line.start if line.start is not None else clock + gap
        end = line.end if line.end is not None else start + _spoken(line.text) * MS_A_CHARACTER / 1000
        lines.append(replace(line, start=start, end=end))
        clock, gap = max(clock, end) + GAP_MS / 1000, 0.0
    lines.sort(key=lambda one: one.start or 0.0)
    return tuple(utterance(index, line) for index, line in enumerate(lines))


def _spoken(text: str) -> int:
    return max(1, sum(c.isalnum() for c in text))


def utterance(index: int, line: Line) -> Utterance:
    """Make an utterance with words of up to two characters, evenly spread over its time."""
    start_ms, end_ms = round((line.start or 0) * 1000), round((line.end or 0) * 1000)
    return Utterance(
        index,
        line.role,
        0 if line.role is not Role.CALLER else 1,
        start_ms,
        end_ms,
        line.text,
        _words(line, start_ms, end_ms),
        line.confidence,
        line.role_confidence if line.role is not Role.UNKNOWN else 0.0,
    )


def _words(line: Line, start_ms: int, end_ms: int) -> tuple[Word, ...]:
    spoken = "".join(c for c in line.text if c.isalnum())
    step = (end_ms - start_ms) / max(1, len(spoken))
    return tuple(
        Word(
            spoken[i : i + 2],
            start_ms + round(i * step),
            start_ms + round(min(i + 2, len(spoken)) * step),
            line.confidence,
        )
        for i in range(0, len(spoken), 2)
    )


def read_yaml(path: Path) -> Any:
    """Return what a committed file holds, parsed once a process; each caller has a copy of its own."""
    return deepcopy(_parsed(path))


@cache
def _parsed(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def script_call(
    path: Path, timing: Path | None = None, *, told_apart: bool = False, confidence: float = 0.95
) -> CallContext:
    """Make a call of a sample script (``recordings_sample/scripts/<id>.yaml``) as if it were heard without a slip.

    Times come from ``timing/<id>.json`` beside the scripts folder where it exists, else from the text's length.
    Loudness follows ``gain_db`` (a raised voice is a little higher too), rate follows the times; a mono call has no
    known roles unless its voices are ``told_apart``. Exchanges and facts are left empty.
    """
    script = read_yaml(path)
    placed = timing or path.parent.parent / "timing" / f"{path.stem}.json"
    times = json.loads(placed.read_text(encoding="utf-8")) if placed.exists() else _estimated(script["turns"])
    mono = script["audio"]["layout"] == "mono"
    unknown = mono and not told_apart
    lines = [
        Line(
            Role.UNKNOWN if unknown else Role(turn["who"]),
            turn["say"],
            time["start_ms"] / 1000,
            time["end_ms"] / 1000,
            confidence,
            role_confidence=0.0 if unknown else 1.0,
        )
        for turn, time in zip(script["turns"], times, strict=True)
    ]
    changes = {
        "call_id": script["call_id"],
        "started_at": datetime.fromisoformat(script["started_at"]),
        "operator_id": script["operator_id"],
        "shift": script["shift"],
        "caller_number": script["caller_number"],
        "hang_up_by": Role(script["hang_up_by"]),
        "satisfaction": script["satisfaction"],
    }
    ctx = call(lines, work_order=script["work_order"], **changes)
    recording = replace(ctx.recording, channels=1 if mono else 2)
    return replace(ctx, recording=recording, acoustics=_scripted(ctx.transcript, script["turns"], unknown))


def _estimated(turns: Sequence[Mapping[str, Any]]) -> list[dict[str, int]]:
    times, clock = [], 300
    for turn in turns:
        start = clock + turn.get("pause_ms", 350) if "overlap_ms" not in turn else clock - turn["overlap_ms"]
        end = start + round(_spoken(turn["say"]) * MS_A_CHARACTER / turn.get("speed", 1))
        times.append({"start_ms": start, "end_ms": end})
        clock = max(clock, end)
    return times


def _scripted(transcript: Transcript, turns: Sequence[Mapping[str, Any]], mono: bool) -> AcousticProfile:
    quiet = profile(transcript)
    # Utterances are in order of their start, and so are a script's turns.
    measured = tuple(
        replace(m, loudness_db=-24.0 + t.get("gain_db", 0), pitch_hz=200.0 * 1.03 ** max(0, t.get("gain_db", 0)))
        for m, t in zip(quiet.utterances, turns, strict=True)
    )
    overs = tuple(
        TalkOver(u.start_ms, min(u.end_ms, before.end_ms), u.role, u.index)
        for before, u in pairwise(transcript.utterances)
        if u.start_ms < before.end_ms and not mono
    )
    return replace(
        quiet,
        utterances=measured,
        talk_overs=overs,
        dead_airs=() if mono else quiet.dead_airs,
        operator_rate_cpm=None if mono else _role_rate(transcript, Role.OPERATOR),
        caller_rate_cpm=None if mono else _role_rate(transcript, Role.CALLER),
    )


def _role_rate(transcript: Transcript, role: Role) -> float | None:
    spoken = transcript.of(role)
    length_ms = sum(u.end_ms - u.start_ms for u in spoken)
    return sum(_spoken(u.text) for u in spoken) * 60_000 / length_ms if length_ms >= 10_000 else None
