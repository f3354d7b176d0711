"""Hostile callers of the sample calls and of bench/unseen: by words, by words and sound, with the model beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.hostility import HostilityParams, calm, doubts_of, moments
from qa_pipeline.rules.hostility.model import THRESHOLD, offensive
from qa_pipeline.settings import load_settings
from qa_pipeline.store.queries import month_data
from qa_pipeline.store.session import close_store, open_store
from tests.builders import script_call

ROOT = Path(__file__).resolve().parent.parent
SETS = {"sample": ROOT / "recordings_sample" / "scripts", "unseen": ROOT / "bench" / "unseen" / "scripts"}
TURN_HEADER = ("calls", "method", "hostile turns", "found", "other turns", "false", "false in 100")
CALL_HEADER = (
    *("calls", "read", "method", "hostile", "found", "doubt", "missed", "grade as marked"),
    *("others", "false", "false doubt"),
)
PARAMS = HostilityParams()
MONTH = "2026-10"


@dataclass(frozen=True, slots=True)
class Marked:
    """A call and what its script's author marked: level and the caller's hostile turns."""

    ctx: CallContext
    level: int
    turns: frozenset[int]


def turn_rows() -> list[tuple[object, ...]]:
    """Return how many turns of callers each method finds and finds falsely, on reference text."""
    methods: dict[str, Callable[[Marked], set[int]]] = {
        "words": lambda one: {i for m in moments(_flat(one.ctx), PARAMS) for i in m.utterances},
        f"model, {THRESHOLD:g}": lambda one: _by_model(one.ctx, THRESHOLD),
        "model, 0.9": lambda one: _by_model(one.ctx, 0.9),
        "words or model, 0.9": lambda one: (
            {i for m in moments(_flat(one.ctx), PARAMS) for i in m.utterances} | _by_model(one.ctx, 0.9)
        ),
    }
    rows: list[tuple[object, ...]] = []
    for name, folder in SETS.items():
        calls = [one for one in _scripts(folder) if one.ctx.transcript.of(Role.CALLER)]
        for method, find in methods.items():
            rows.append((name, method, *_turns(calls, find)))
    return rows


def _turns(calls: Sequence[Marked], find: Callable[[Marked], set[int]]) -> tuple[object, ...]:
    hostile = found = others = false = 0
    for one in calls:
        said = find(one)
        for u in one.ctx.transcript.of(Role.CALLER):
            hostile += u.index in one.turns
            found += u.index in one.turns and u.index in said
            others += u.index not in one.turns
            false += u.index not in one.turns and u.index in said
    return hostile, found, others, false, f"{false / others * 100:.1f}"


def _by_model(ctx: CallContext, threshold: float) -> set[int]:
    return {u.index for u in ctx.transcript.of(Role.CALLER) if offensive(u.text) >= threshold}


def call_rows(demo: Path | None) -> list[tuple[object, ...]]:
    """Return how many hostile calls each method finds; as recognised too where there is a demo's workspace."""
    read = [(name, "as written", list(_scripts(folder))) for name, folder in SETS.items()]
    if demo is not None:
        read.append(("sample", "as recognised", list(_recognised(demo))))
    return [(name, how, method, *row) for name, how, calls in read for method, row in _methods(calls)]


def _methods(calls: Sequence[Marked]) -> Iterator[tuple[str, tuple[object, ...]]]:
    yield "words", _calls(calls, lambda ctx: (_level(_flat(ctx)), False))
    yield "words, sound", _calls(calls, lambda ctx: (_level(ctx), _doubtful(ctx, model=False)))
    yield "words, sound, model beside sound (shipped)", _calls(calls, lambda ctx: (_level(ctx), _doubtful(ctx)))
    yield (
        "words, sound, model alone at 0.9 as a doubt",
        _calls(calls, lambda ctx: (_level(ctx), _doubtful(ctx) or bool(_by_model(ctx, 0.9)))),
    )


def _calls(calls: Sequence[Marked], judge: Callable[[CallContext], tuple[int, bool]]) -> tuple[object, ...]:
    hostile, others = [one for one in calls if one.level >= 2], [one for one in calls if one.level < 2]
    said = [(one, *judge(one.ctx)) for one in hostile]
    told = [judge(one.ctx) for one in others]
    return (
        len(hostile),
        sum(level >= 2 for _, level, _ in said),
        sum(level < 2 and doubt for _, level, doubt in said),
        sum(level < 2 and not doubt for _, level, doubt in said),
        sum(level == one.level for one, level, _ in said),
        len(others),
        sum(level >= 2 for level, _ in told),
        sum(level < 2 and doubt for level, doubt in told),
    )


def _level(ctx: CallContext) -> int:
    return max((moment.level for moment in moments(ctx, PARAMS)), default=0)


def _doubtful(ctx: CallContext, *, model: bool = True) -> bool:
    """Whether a person would be asked to listen: sound without words, or words that were not heard."""
    known = moments(ctx, PARAMS)
    doubts = [d for d in doubts_of(ctx, Role.CALLER, known) if model or "model" not in d.how]
    return bool(doubts) or (not known and "没有听清" in calm(ctx).doubt)


def _flat(ctx: CallContext) -> CallContext:
    """Return a call of which nothing but the words is known."""
    even = tuple(replace(m, loudness_db=-24.0, pitch_hz=200.0) for m in ctx.acoustics.utterances)
    return replace(ctx, acoustics=replace(ctx.acoustics, utterances=even))


def _scripts(folder: Path) -> Iterator[Marked]:
    for path in sorted(folder.glob("*.yaml")):
        level, turns = _marks(path)
        yield Marked(_roles_told(script_call(path), path), level, turns)


def _marks(path: Path) -> tuple[int, frozenset[int]]:
    marked: dict[str, Any] | None = YAML(typ="safe").load(path.read_text("utf-8"))["hostility"]
    return (0, frozenset()) if marked is None else (int(marked["level"]), frozenset(marked["turns"]))


def _roles_told(ctx: CallContext, path: Path) -> CallContext:
    """Return the call with its speakers told apart, a mono one too: this is about callers, not about speakers."""
    turns = YAML(typ="safe").load(path.read_text("utf-8"))["turns"]
    said = tuple(
        replace(u, role=Role(turn["who"]), role_confidence=1.0)
        for u, turn in zip(ctx.transcript.utterances, turns, strict=True)
    )
    return replace(ctx, transcript=replace(ctx.transcript, utterances=said))


def _recognised(workspace: Path) -> Iterator[Marked]:
    settings = load_settings(workspace)
    sessions = open_store(settings.url)
    with sessions() as session:
        files = month_data(session, MONTH).files
    close_store(sessions)
    for file in files:
        if file.recording is None or file.transcript is None or file.acoustics is None:
            continue
        level, _ = _marks(SETS["sample"] / f"{file.call.call_id}.yaml")
        yield Marked(CallContext(file.call, file.recording, file.transcript, file.acoustics, None), level, frozenset())
