"""Who spoke over whom, and when nobody spoke: from the stretches of speech of a call."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa_pipeline.models import DeadAir, Role, Span, TalkOver, Transcript, Utterance

# A pause under this does not end a turn; overlaps under _SHORTEST_OVERLAP_MS are within voice activity's precision.
_BREATH_MS = 300
_SHORTEST_OVERLAP_MS = 200
_DEAD_AIR_MS = 3_000
_STILL_THERE = re.compile("喂|还在吗|在吗|在不在|听得到|听得见|人呢|说话")


def talk_overs(transcript: Transcript) -> tuple[TalkOver, ...]:
    """Return where two channels speak at once, from when the second begins; none on mono."""
    turns = [_turns([s for s in transcript.speech if s.channel == channel]) for channel in (0, 1)]
    found = [
        _talk_over(first, second, transcript.utterances)
        for left in turns[0]
        for right in turns[1]
        for first, second in (sorted((left, right), key=lambda s: s.start_ms),)
        if min(first.end_ms, second.end_ms) - second.start_ms >= _SHORTEST_OVERLAP_MS
    ]
    return tuple(sorted(found, key=lambda t: t.start_ms))


def _talk_over(first: Span, second: Span, utterances: Sequence[Utterance]) -> TalkOver:
    end = min(first.end_ms, second.end_ms)
    theirs = [u for u in utterances if u.channel == second.channel and u.start_ms < end and u.end_ms > second.start_ms]
    utterance = min(theirs, key=lambda u: abs(u.start_ms - second.start_ms)).index if theirs else None
    return TalkOver(second.start_ms, end, second.role, utterance)


def _turns(speech: Sequence[Span]) -> list[Span]:
    """Join stretches that a breath parts."""
    turns: list[Span] = []
    for span in speech:
        if turns and span.start_ms - turns[-1].end_ms <= _BREATH_MS:
            turns[-1] = Span(turns[-1].start_ms, max(span.end_ms, turns[-1].end_ms), span.channel, span.role)
        else:
            turns.append(span)
    return turns


def dead_airs(transcript: Transcript) -> tuple[DeadAir, ...]:
    """Return where nobody speaks on any channel for over 3 s, the call's beginning and end included.

    Awaited is the operator at the start, after the caller's words, where the operator is also the next to speak, and
    where the caller breaks the silence by asking whether anybody is there. Otherwise it is the caller. On a channel
    of unknown role it is unknown.
    """
    found = []
    heard_to = 0
    last: Span | None = None
    for span in (*transcript.speech, None):
        start = span.start_ms if span else transcript.duration_ms
        if start - heard_to > _DEAD_AIR_MS:
            awaited = _awaited(last, span, transcript.utterances)
            found.append(DeadAir(heard_to, start, awaited, _utterance_before(start, transcript.utterances)))
        if span and span.end_ms > heard_to:
            heard_to, last = span.end_ms, span
    return tuple(found)


def _awaited(last: Span | None, following: Span | None, utterances: Sequence[Utterance]) -> Role:
    known = last or following
    if known is None or known.role is Role.UNKNOWN:
        return Role.UNKNOWN
    if last is None or last.role is Role.CALLER:
        return Role.OPERATOR
    if following is None or following.role is Role.OPERATOR:
        return following.role if following else Role.CALLER
    said = [u for u in utterances if u.channel == following.channel and u.end_ms > following.start_ms]
    asks = bool(said) and _STILL_THERE.search(said[0].text[:8])
    return Role.OPERATOR if asks else Role.CALLER


def _utterance_before(time_ms: int, utterances: Sequence[Utterance]) -> int | None:
    before = [u for u in utterances if u.start_ms < time_ms]
    return max(before, key=lambda u: u.end_ms).index if before else None
