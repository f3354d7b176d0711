"""Puts words and voice together: the moments of a call in which somebody was hostile, and those that raise a doubt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qa_pipeline.models import CallContext, Role, Utterance
from qa_pipeline.rules.hostility.demands import Repeat, repeated_demands
from qa_pipeline.rules.hostility.kinds import How, Kind, Moment, ordered
from qa_pipeline.rules.hostility.params import LEVELS, HostilityParams
from qa_pipeline.rules.hostility.voice import Raised, raised
from qa_pipeline.rules.hostility.words import Word, hostile_words
from qa_pipeline.rules.matching import passages
from qa_pipeline.rules.windows import heard_well


def moments(ctx: CallContext, params: HostilityParams) -> tuple[Moment, ...]:
    """Return the caller's hostile moments in the order of the call; words show every one of them."""
    return moments_of(ctx, Role.CALLER, params)


def moments_of(ctx: CallContext, role: Role, params: HostilityParams) -> tuple[Moment, ...]:
    """Return a role's hostile moments in the order of the call, a turn each; words show every one of them.

    The strongest word makes the level. A voice that is raised in level and pitch makes anger (2) of distress (1);
    abuse and threats (3) need words of their own.
    """
    words, repeats = hostile_words(ctx, role, params), repeated_demands(ctx, role, params)
    if not words and not repeats:
        return ()
    by_turn: dict[int, list[Word]] = {}
    for word in words:
        by_turn.setdefault(word.hit.passage, []).append(word)
    again = {repeat.turn[0].index: repeat for repeat in repeats}
    turns = {turn[0].index: turn for turn in passages(ctx.transcript.of(role))}
    voice = raised(ctx, role)
    places = sorted(by_turn.keys() | again.keys())
    return tuple(_moment(turns[place], by_turn.get(place, []), again.get(place), voice) for place in places)


def _moment(turn: Sequence[Utterance], words: Sequence[Word], repeat: Repeat | None, voice: Raised) -> Moment:
    levels = _levels(turn, words, repeat)
    hits = tuple(word.hit for word in words)
    shown = tuple(dict.fromkeys(hit.utterance.index for hit in hits)) or tuple(u.index for u in turn)
    loud = any(index in voice.voice for index in shown)
    kinds = {word.kind for word in words} | ({Kind.DEMAND} if repeat else set()) | ({Kind.SHOUTING} if loud else set())
    highest = max(levels)
    return Moment(
        level=2 if loud and highest == 1 else highest,
        kinds=ordered(kinds),
        start_ms=hits[0].start_ms if hits else turn[0].start_ms,
        end_ms=max(hit.end_ms for hit in hits) if hits else max(u.end_ms for u in turn),
        role=turn[0].role,
        utterances=shown,
        hits=hits,
        how=(How.WORDS, How.SOUND) if loud else (How.WORDS,),
        confidence=round(levels[highest], 3),
        demand=repeat.words if repeat else "",
    )


def _levels(turn: Sequence[Utterance], words: Sequence[Word], repeat: Repeat | None) -> Mapping[int, float]:
    """Return how sure it is that the turn is as grave as each level that something in it speaks for."""
    found: dict[int, float] = {}
    if repeat is not None:
        found[LEVELS[Kind.DEMAND]] = repeat.similar * heard_well(turn)
    for word in words:
        found[word.level] = max(found.get(word.level, 0.0), word.hit.confidence)
    return found
