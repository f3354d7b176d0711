"""Mono calls: words to the voice that spoke them, and voices to operator and caller."""

from __future__ import annotations

import logging
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from qa_pipeline.asr.content import operator_score, sureness
from qa_pipeline.asr.overlaps import nearest
from qa_pipeline.asr.speakers import Diarization, SpeakerTurn
from qa_pipeline.asr.utterances import MONO_PAUSE_MS, TURN_PAUSE_MS, group_words
from qa_pipeline.models import MIN_ROLE_CONFIDENCE, Role, Span, Utterance, Word

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Attributed:
    """Utterances (unordered) and speech of a mono channel with their roles, UNKNOWN where that is not clear."""

    utterances: tuple[Utterance, ...]
    speech: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class _Decision:
    """Which voice (0 or 1) is the operator's, and how sure that is, 0-1, the voices' being two included."""

    operator: int
    confidence: float


def attribute(words: Sequence[Word], speech: Sequence[Span], voices: Diarization) -> Attributed:
    """Say who spoke each word of a mono channel.

    Args:
        words: The channel's words in order, placed in its speech.
        speech: Where the channel speaks, in order.
        voices: Whose voice is where, see `qa_pipeline.asr.speakers.Diarizer`.

    Returns:
        Utterances that end where the voice changes, with the role of their speaker. Its confidence joins three: that
        there are two voices, that this is one of them and not the other, and that its words are an operator's or not.
    """
    if len({turn.speaker for turn in voices.turns}) < 2:
        return Attributed(tuple(group_words(words, 0, MONO_PAUSE_MS)), tuple(speech))
    owners = [nearest(voices.turns, word.start_ms, word.end_ms) for word in words]
    said = [
        (voices.turns[run[0]].speaker, utterance, [voices.turns[place] for place in run])
        for run, own in _runs(words, owners, voices.turns)
        for utterance in group_words(own, 0, TURN_PAUSE_MS)
    ]
    decision = _decide([(speaker, utterance.text) for speaker, utterance, _ in said], voices.two)
    logger.info("mono: two voices %.2f, operator %d at %.2f", voices.two, decision.operator, decision.confidence)
    utterances = [_with_role(u, speaker, _sure_of(u, turns), decision) for speaker, u, turns in said]
    return Attributed(tuple(utterances), tuple(_spans(voices.turns, decision)))


def _runs(
    words: Sequence[Word], owners: Sequence[int], turns: Sequence[SpeakerTurn]
) -> list[tuple[list[int], list[Word]]]:
    """Return runs of words of one voice: the turns they are in, and the words."""
    pairs = list(zip(owners, words, strict=True))
    runs = [list(run) for _, run in groupby(pairs, key=lambda pair: turns[pair[0]].speaker)]
    return [(list(dict.fromkeys(owner for owner, _ in run)), [word for _, word in run]) for run in runs]


def _sure_of(utterance: Utterance, turns: Sequence[SpeakerTurn]) -> float:
    """Return how sure the voice of an utterance is: the mean of its turns' confidence by how much of it they hold."""
    shares = [max(0, min(utterance.end_ms, t.end_ms) - max(utterance.start_ms, t.start_ms)) for t in turns]
    if not any(shares):
        return turns[0].confidence
    return sum(share * turn.confidence for share, turn in zip(shares, turns, strict=True)) / sum(shares)


def _decide(said: Sequence[tuple[int, str]], two: float) -> _Decision:
    """Decide by content which voice is the operator's.

    One voice that speaks as operators do and another as callers do are also evidence that there are two.
    """
    scores = [operator_score([text for own, text in said if own == voice]) for voice in (0, 1)]
    operator = 0 if scores[0] >= scores[1] else 1
    apart = max(0.0, min(scores[operator], -scores[1 - operator]))
    odds = two / max(1 - two, 1e-6) * math.exp(2 * min(apart, 1.5))
    return _Decision(operator, sureness(scores[0] - scores[1]) * odds / (1 + odds))


def _role(speaker: int, sure: float, decision: _Decision) -> tuple[Role, float]:
    confidence = sure * decision.confidence
    if confidence < MIN_ROLE_CONFIDENCE:
        return Role.UNKNOWN, 0.0
    return (Role.OPERATOR if speaker == decision.operator else Role.CALLER), confidence


def _with_role(utterance: Utterance, speaker: int, sure: float, decision: _Decision) -> Utterance:
    role, confidence = _role(speaker, sure, decision)
    return replace(utterance, role=role, role_confidence=confidence)


def _spans(turns: Sequence[SpeakerTurn], decision: _Decision) -> list[Span]:
    """Return the turns as stretches of speech with roles, those of one role that touch as one."""
    spans: list[Span] = []
    for turn in turns:
        role, _ = _role(turn.speaker, turn.confidence, decision)
        if spans and spans[-1].end_ms == turn.start_ms and spans[-1].role is role:
            spans[-1] = replace(spans[-1], end_ms=turn.end_ms)
        else:
            spans.append(Span(turn.start_ms, turn.end_ms, 0, role))
    return spans
