"""Who speaks on which channel."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_pipeline.asr.content import operator_score, sureness
from qa_pipeline.models import MIN_ROLE_CONFIDENCE, Recording, Role, Span, Utterance

logger = logging.getLogger(__name__)

# Words must speak this plainly against the call log (a lead of 1: an opening, not the habits of a polite caller).
_CONTRADICTS_AT = 0.92
_CONTRADICTED = 0.5
# A side that spoke for less than this share of the other's time did not take part: clicks, a breath, a word of another.
_CRUMB = 0.02


@dataclass(frozen=True, slots=True)
class ChannelRoles:
    """The role of each channel and how sure it is, 0–1."""

    roles: tuple[Role, ...]
    confidence: float

    def of(self, channel: int) -> Role:
        """Return the role of one channel."""
        return self.roles[channel]


def channel_roles(recording: Recording, operator_channel: int | None) -> ChannelRoles:
    """Return the roles as the call log states them; UNKNOWN with confidence 0 for mono or where it says nothing."""
    if recording.channels != 2 or operator_channel not in {0, 1}:
        return ChannelRoles((Role.UNKNOWN,) * recording.channels, 0.0)
    return _operator_on(operator_channel, 1.0)


def heard_roles(stated: ChannelRoles, utterances: Sequence[Utterance]) -> ChannelRoles:
    """Settle the roles of a stereo call by what was said on each channel.

    Where the log says nothing, the channel with an operator's opening, offer of help and thanks is the operator's.
    Where the log says one thing and those are plainly on the other channel, the log is kept with a confidence of
    0.5: a person must look.
    """
    if len(stated.roles) != 2:
        return stated
    scores = [_operator_score(utterances, channel) for channel in (0, 1)]
    heard, sure = (0 if scores[0] >= scores[1] else 1), sureness(scores[0] - scores[1])
    if sure < MIN_ROLE_CONFIDENCE:
        return stated
    if stated.confidence == 0:
        return _operator_on(heard, sure)
    if stated.of(heard) is Role.OPERATOR or sure < _CONTRADICTS_AT:
        return stated
    return replace(stated, confidence=_CONTRADICTED)


def only_channel(speech: Sequence[Sequence[Span]]) -> int | None:
    """Return the channel of a stereo call that holds all of its speech but a crumb; None where both hold some."""
    lengths = [sum(span.length_ms for span in spans) for spans in speech]
    loud = 0 if lengths[0] >= lengths[1] else 1
    return loud if lengths[loud] and lengths[1 - loud] <= _CRUMB * lengths[loud] else None


def with_roles(utterances: Sequence[Utterance], roles: ChannelRoles) -> tuple[Utterance, ...]:
    """Return the utterances with the roles of their channels."""
    return tuple(replace(u, role=roles.of(u.channel), role_confidence=roles.confidence) for u in utterances)


def spans_with_roles(spans: Sequence[Span], roles: ChannelRoles) -> tuple[Span, ...]:
    """Return the spans with the roles of their channels, in order of time."""
    return tuple(sorted((replace(s, role=roles.of(s.channel)) for s in spans), key=lambda s: (s.start_ms, s.channel)))


def _operator_on(channel: int, confidence: float) -> ChannelRoles:
    roles = (Role.OPERATOR, Role.CALLER) if channel == 0 else (Role.CALLER, Role.OPERATOR)
    return ChannelRoles(roles, confidence)


def _operator_score(utterances: Sequence[Utterance], channel: int) -> float:
    return operator_score([u.text for u in utterances if u.channel == channel])
