"""Who spoke over whom, how long a caller waited for an answer, and when nobody spoke: from the speech of a call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise, zip_longest

from qa_pipeline.models import DeadAir, Response, Role, Span, TalkOver, Transcript, Utterance

# A pause under this does not end a turn; overlaps under _SHORTEST_OVERLAP_MS are within voice activity's precision.
_BREATH_MS = 300
_SHORTEST_OVERLAP_MS = 200
_DEAD_AIR_MS = 3_000
# An operator's 嗯 this short, after which the caller goes on within this time, is a nod and no answer.
_NOD_MS = 600
_GOES_ON_MS = 1_000
_STILL_THERE = re.compile("喂|还在吗|在吗|在不在|听得到|听得见|人呢|说话")
_ASKS = re.compile("(吗|呢|么|多少|什么|哪里|哪儿|哪个|几号|几点|谁|是不是|有没有|对不对|[?？])[,，。啊呀]?$")


def talk_overs(transcript: Transcript) -> tuple[TalkOver, ...]:
    """Return where two parties speak at once, from when the second begins.

    A party is a channel, or on mono a role; where one voice at a time is all that can be told there are none.
    """
    parties = [_turns(spans) for spans in _parties(transcript.speech)]
    found = [_talk_over(*both, transcript.utterances) for both in _overlaps(parties)]
    return tuple(sorted(found, key=lambda t: t.start_ms))


def _parties(speech: Sequence[Span]) -> list[list[Span]]:
    stereo = len({s.channel for s in speech}) > 1
    known = [s for s in speech if stereo or s.role is not Role.UNKNOWN]
    keys = sorted({s.channel if stereo else s.role for s in known}, key=str)
    return [[s for s in known if (s.channel if stereo else s.role) == key] for key in keys]


def _overlaps(parties: Sequence[Sequence[Span]]) -> Iterator[tuple[Span, Span]]:
    """Yield the turns that overlap for long enough, the one that began first in front."""
    if len(parties) != 2:
        return
    left, right = parties
    nearest = 0
    for one in left:
        while nearest < len(right) and right[nearest].end_ms <= one.start_ms:
            nearest += 1
        for other in right[nearest:]:
            if other.start_ms >= one.end_ms:
                break
            first, second = sorted((one, other), key=lambda s: s.start_ms)
            if min(first.end_ms, second.end_ms) - second.start_ms >= _SHORTEST_OVERLAP_MS:
                yield first, second


def _talk_over(first: Span, second: Span, utterances: Sequence[Utterance]) -> TalkOver:
    end = min(first.end_ms, second.end_ms)
    gave_way = first.role if first.end_ms <= second.end_ms else second.role
    utterance = _said(second, second.start_ms, end, utterances)
    return TalkOver(second.start_ms, end, second.role, utterance, second.start_ms - first.start_ms, gave_way)


def _said(span: Span, start_ms: int, end_ms: int, utterances: Sequence[Utterance]) -> int | None:
    """Return the utterance of a span's party between two times that begins nearest to the first."""
    theirs = [u for u in utterances if _same(u, span) and u.start_ms < end_ms and u.end_ms > start_ms]
    return min(theirs, key=lambda u: abs(u.start_ms - start_ms)).index if theirs else None


def _same(utterance: Utterance, span: Span) -> bool:
    return utterance.channel == span.channel and (
        utterance.role is span.role or Role.UNKNOWN in {utterance.role, span.role}
    )


def _turns(speech: Iterable[Span], pause_ms: int = _BREATH_MS) -> list[Span]:
    """Join one party's stretches that a breath parts."""
    turns: list[Span] = []
    for span in speech:
        if turns and span.start_ms - turns[-1].end_ms <= pause_ms:
            turns[-1] = replace(turns[-1], end_ms=max(span.end_ms, turns[-1].end_ms))
        else:
            turns.append(span)
    return turns


def responses(transcript: Transcript) -> tuple[Response, ...]:
    """Return each time that the floor went from the caller to the operator; none where roles cannot be told.

    What is said wholly within the other's turn, and a nod after which the caller goes on, takes no floor.
    """
    turns = _floor(transcript.speech)
    return tuple(
        Response(before.end_ms, after.start_ms, _said(after, after.start_ms, after.end_ms, transcript.utterances))
        for before, after in pairwise(turns)
        if before.role is Role.CALLER and after.role is Role.OPERATOR
    )


def _floor(speech: Sequence[Span]) -> list[Span]:
    """Return the turns of both in order, without those that took no floor."""
    roles = (Role.OPERATOR, Role.CALLER)
    turns = [t for role in roles for t in _turns(s for s in speech if s.role is role)]
    taken: list[Span] = []
    for turn in sorted(turns, key=lambda t: (t.start_ms, -t.end_ms)):
        if not taken or turn.end_ms > taken[-1].end_ms:
            taken.append(turn)
    return [t for t, following in zip_longest(taken, taken[1:]) if not _is_nod(t, following)]


def _is_nod(turn: Span, following: Span | None) -> bool:
    short = turn.role is Role.OPERATOR and turn.length_ms < _NOD_MS
    goes_on = following is not None and following.role is Role.CALLER
    return short and goes_on and following is not None and following.start_ms - turn.end_ms < _GOES_ON_MS


def dead_airs(transcript: Transcript) -> tuple[DeadAir, ...]:
    """Return where nobody speaks for over 3 s, the call's beginning and end included.

    Awaited is the operator at the start, after the caller's words, where the operator is also the next to speak (but
    for the operator's own question), and where the caller breaks the silence by asking whether anybody is there.
    Otherwise it is the caller. Where the role of who spoke cannot be told it is unknown.
    """
    found = []
    heard_to = 0
    last: Span | None = None
    for span in (*transcript.speech, None):
        start = span.start_ms if span else transcript.duration_ms
        if start - heard_to > _DEAD_AIR_MS:
            before = _utterance_before(start, transcript.utterances)
            awaited = _awaited(last, span, before, transcript.utterances)
            found.append(DeadAir(heard_to, start, awaited, None if before is None else before.index))
        if span and span.end_ms > heard_to:
            heard_to, last = span.end_ms, span
    return tuple(found)


def _awaited(last: Span | None, following: Span | None, before: Utterance | None, said: Sequence[Utterance]) -> Role:
    known = last or following
    if known is None or known.role is Role.UNKNOWN:
        return Role.UNKNOWN
    if last is None or last.role is Role.CALLER:
        return Role.OPERATOR
    if following is None:
        return Role.CALLER
    if following.role is Role.OPERATOR:
        asked = before is not None and before.role is Role.OPERATOR and _ASKS.search(before.text)
        return Role.CALLER if asked else Role.OPERATOR
    heard = next((u for u in said if _same(u, following) and u.end_ms > following.start_ms), None)
    return Role.OPERATOR if heard is not None and _STILL_THERE.search(heard.text[:8]) else following.role


def _utterance_before(time_ms: int, utterances: Sequence[Utterance]) -> Utterance | None:
    before = [u for u in utterances if u.start_ms < time_ms]
    return max(before, key=lambda u: u.end_ms) if before else None
