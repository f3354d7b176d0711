"""Operators on how a call sounded: silence, rate, talk-over, loudness, pitch. Measures of a turn, not of its pieces."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import log2
from statistics import median
from typing import Literal

from pydantic import Field, model_validator

from qa_pipeline.models import CallContext, DeadAir, Evidence, Role, Span, TalkOver, UtteranceAcoustics
from qa_pipeline.rules.evidence import said_in, sound
from qa_pipeline.rules.matching import Phrase, find
from qa_pipeline.rules.operators.found import Found, Seen
from qa_pipeline.rules.operators.kleene import Answer, Place, no, unsure, yes
from qa_pipeline.rules.operators.strict import Strict
from qa_pipeline.rules.turns import Call, Turn, Window
from qa_pipeline.rules.windows import mixed

_MEASURED = 0.7
"""How sure a finding by one measure of the sound is: enough to be looked at; rules on tone go to a person anyhow."""
_BEFORE_MS = 15_000


class Silence(Strict):
    """Nobody speaks for longer than so many ms; ``except``: words shortly before excuse it.

    ``awaited`` should have spoken, ``between`` spoke before and after. ``from_end`` measures from the end of what was
    said before to the end of what is said after, as some engines do.
    """

    longer_than_ms: int = Field(ge=1_000, le=600_000)
    awaited: Role | None = None
    between: tuple[Role, Role] | None = None
    from_end: bool = False
    times: int = Field(default=1, ge=1, le=50)
    unless: tuple[Phrase, ...] = Field(default=(), alias="except")

    @model_validator(mode="after")
    def _measured(self) -> Silence:
        if self.longer_than_ms < 3_000 and not self.from_end:
            raise ValueError("silences under 3000 ms are pauses of speech and are not measured")
        return self


class Rate(Strict):
    """Characters a minute outside of ``below`` and ``above``, over the call or in a turn."""

    above: int | None = Field(default=None, ge=50, le=1000)
    below: int | None = Field(default=None, ge=10, le=500)
    of: Literal["call", "utterance"] = "call"
    at_least_characters: int = Field(default=10, ge=1, le=500, description="shorter turns are not measured")

    @model_validator(mode="after")
    def _has_a_bound(self) -> Rate:
        if self.above is None and self.below is None:
            raise ValueError("give above, below or both")
        if self.above is not None and self.below is not None and self.below > self.above:
            raise ValueError(f"every rate is below {self.below} or above {self.above}")
        return self


class Overlap(Strict):
    """Talk-overs that ``by`` began ``into_ms`` or more after the other, longer than so many ms, so many times."""

    by: Role
    longer_than_ms: int = Field(default=1_000, ge=200, le=60_000)
    into_ms: int = Field(default=0, ge=0, le=60_000)
    times: int = Field(default=3, ge=1, le=50)


class PitchJump(Strict):
    """A turn so many semitones above the median of the speaker's own, or above the speaker's turn before."""

    semitones: float = Field(ge=0.5, le=24)
    against: Literal["own", "previous"] = "own"
    fewest: int = Field(default=3, ge=2, le=50, description="fewer turns are not enough evidence")


class Jump(Strict):
    """A turn so many dB above the speaker's own median, the speaker's turn before, or the quietest of the range."""

    db: float = Field(ge=1, le=60)
    against: Literal["own", "previous", "span"] = "own"
    fewest: int = Field(default=3, ge=2, le=50, description="fewer turns are not enough evidence")


def silence(call: Call, window: Window, wanted: Silence) -> Found:
    """Whether there were silences beside the turns of the range that nothing excused."""
    numbers = {turn.number for turn in window}
    found = _gaps(call, wanted) if wanted.from_end else _dead_airs(call, wanted)
    hits, unknown = [], False
    for air, place in found:
        beside = not call.turns or bool(numbers & {place.first, place.last})
        if not beside or _announced(call, air, wanted.unless):
            continue
        unknown |= wanted.awaited is not None and air.awaited is Role.UNKNOWN
        if wanted.awaited in {None, air.awaited} and _between(call, place, wanted.between):
            span = Span(air.start_ms, air.end_ms, 0, air.awaited)
            hits.append(Seen((sound(span, "静默", utterance=air.after),), 1.0, place))
    return Found(tuple(hits), wanted.times, unheard=unknown)


def _dead_airs(call: Call, wanted: Silence) -> list[tuple[DeadAir, Place]]:
    long = [a for a in call.ctx.acoustics.dead_airs if a.end_ms - a.start_ms > wanted.longer_than_ms]
    return [(air, _gap(call, air)) for air in long]


def _gap(call: Call, air: DeadAir) -> Place:
    before = -1 if air.after is None else call.turn_of(air.after)
    return Place(before + 1, before)


def _gaps(call: Call, wanted: Silence) -> list[tuple[DeadAir, Place]]:
    """Return the turns that end too long after the turn before has ended."""
    return [
        (DeadAir(one.end_ms, other.end_ms, other.role, one.passage.utterances[-1].index), Place(number + 1, number))
        for number, (one, other) in enumerate(zip(call.turns, call.turns[1:], strict=False))
        if other.end_ms - one.end_ms > wanted.longer_than_ms
    ]


def _between(call: Call, place: Place, roles: tuple[Role, Role] | None) -> bool:
    if roles is None:
        return True
    if not 0 <= place.last < len(call.turns) - 1:
        return False
    return (call.turns[place.last].role, call.turns[place.first].role) == roles


def _announced(call: Call, air: DeadAir, phrases: Sequence[Phrase]) -> bool:
    spoken = call.ctx.transcript.utterances
    return bool(find(phrases, [u for u in spoken if air.start_ms - _BEFORE_MS <= u.end_ms <= air.start_ms + 500]))


def speech_rate(call: Call, window: Window, wanted: Rate) -> Found | Answer:
    """Whether the range's speaker is too fast or too slow; unsure where it could not be measured."""
    if wanted.of == "utterance":
        rates = {t.number: r for t in window if (r := _rate(call.ctx, t, wanted.at_least_characters)) is not None}
        turns = [turn for turn in window if turn.number in rates and _outside(rates[turn.number], wanted)]
        hits = [_turn_hit(turn, f"{rates[turn.number]:.0f}字/分", 0.9) for turn in turns]
        return Found(tuple(hits), unheard=not rates and bool(window))
    roles = {turn.role for turn in window}
    measured = {Role.OPERATOR: call.ctx.acoustics.operator_rate_cpm, Role.CALLER: call.ctx.acoustics.caller_rate_cpm}
    rate = measured.get(next(iter(roles))) if len(roles) == 1 else None
    if rate is None:
        return unsure()
    evidence = [said_in(turn.passage, note=f"{rate:.0f}字/分") for turn in window[:3]]
    return yes(evidence) if _outside(rate, wanted) else no(evidence)


def _outside(rate: float, wanted: Rate) -> bool:
    return (wanted.above is not None and rate > wanted.above) or (wanted.below is not None and rate < wanted.below)


def _rate(ctx: CallContext, turn: Turn, fewest: int) -> float | None:
    """Return the rate of a turn: its characters over the time that its measured pieces took."""
    measured = {m.index: m.rate_cpm for m in ctx.acoustics.utterances if m.rate_cpm}
    pieces = [
        (sum(c.isalnum() for c in u.text), measured[u.index]) for u in turn.passage.utterances if u.index in measured
    ]
    characters = sum(count for count, _ in pieces)
    minutes = sum(count / rate for count, rate in pieces)
    return characters / minutes if characters >= fewest and minutes else None


def talk_over(call: Call, window: Window, wanted: Overlap) -> Found | Answer:
    """Whether somebody talked over the other so many times; a mono recording does not tell."""
    if mixed(call.ctx):
        return unsure()
    hits = []
    for over in call.ctx.acoustics.talk_overs:
        turn = _turn_of(call, window, over)
        begun = over.by is wanted.by and (over.into_ms or 0) >= wanted.into_ms
        if begun and over.end_ms - over.start_ms > wanted.longer_than_ms and (turn is not None or not call.turns):
            span = Span(over.start_ms, over.end_ms, role=over.by)
            place = turn.place if turn is not None else None
            hits.append(Seen((sound(span, "抢话", utterance=over.utterance),), 1.0, place))
    return Found(tuple(hits), wanted.times)


def _turn_of(call: Call, window: Window, over: TalkOver) -> Turn | None:
    """Return the turn of the range that was begun over the other's words, or that lies there in time."""
    if over.utterance is not None:
        number = call.turn_of(over.utterance)
        return next((turn for turn in window if turn.number == number), None)
    return next((turn for turn in window if turn.start_ms < over.end_ms and over.start_ms < turn.end_ms), None)


def loudness_jump(call: Call, window: Window, wanted: Jump) -> Found:
    """Whether a turn of the range is much louder than its speaker's level."""
    loudness = _of_turns(call, lambda measured: measured.loudness_db)
    return _jump(call, window, loudness, wanted.db, wanted.against, wanted.fewest, "音量突然提高")


def pitch_jump(call: Call, window: Window, wanted: PitchJump) -> Found:
    """Whether a turn of the range is much higher than its speaker's level."""
    octaves = _of_turns(call, lambda measured: 12 * log2(measured.pitch_hz) if measured.pitch_hz else None)
    return _jump(call, window, octaves, wanted.semitones, wanted.against, wanted.fewest, "音高突然提高")


def _of_turns(call: Call, measure: Callable[[UtteranceAcoustics], float | None]) -> dict[int, float]:
    """Return a measure of each turn: the mean over its pieces by their length."""
    by_index = {m.index: value for m in call.ctx.acoustics.utterances if (value := measure(m)) is not None}
    found = {}
    for turn in call.turns:
        pieces = [(u.end_ms - u.start_ms, by_index[u.index]) for u in turn.passage.utterances if u.index in by_index]
        if total := sum(length for length, _ in pieces):
            found[turn.number] = sum(length * value for length, value in pieces) / total
    return found


def _jump(
    call: Call, window: Window, measured: Mapping[int, float], by: float, against: str, fewest: int, note: str
) -> Found:
    """Return the turns whose measure leaves the level of their own speaker by so much."""
    hits: list[Seen] = []
    known = False
    for role in dict.fromkeys(turn.role for turn in window):
        own = [turn for turn in call.of(role) if turn.number in measured]
        if len(own) < fewest:
            continue
        known = True
        levels = _levels(own, [turn for turn in window if turn.role is role], measured, against)
        jumped = [t for t in window if t.number in levels and measured[t.number] - levels[t.number] >= by - 1e-9]
        hits += [_turn_hit(turn, note, _MEASURED) for turn in jumped]
    return Found(tuple(hits), unheard=not known)


def _levels(
    own: Sequence[Turn], window: Sequence[Turn], measured: Mapping[int, float], against: str
) -> dict[int, float]:
    """Return what each measured turn of a speaker in the range is compared with."""
    here = [turn.number for turn in window if turn.number in measured]
    match against:
        case "previous":
            numbers = [turn.number for turn in own]
            before = dict(zip(numbers[1:], numbers, strict=False))
            return {number: measured[before[number]] for number in here if number in before}
        case "span":
            return dict.fromkeys(here, min((measured[number] for number in here), default=0.0))
        case _:
            return dict.fromkeys(here, median(measured[turn.number] for turn in own))


def _turn_hit(turn: Turn, note: str, confidence: float) -> Seen:
    evidence: Evidence = said_in(turn.passage, note=note)
    return Seen((evidence,), confidence, turn.place)
