"""Who speaks on which channel."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.models import Recording, Role, Span, Utterance

logger = logging.getLogger(__name__)

# What an operator says and a caller does not; weights say how telling each is. A caller may well ask
# "是12345吗", so the number alone counts for little.
_OPENING = (
    ("欢迎拨打", 1.0),
    ("请问有什么可以帮助您", 1.0),
    ("很高兴为您服务", 0.8),
    ("政务服务热线", 0.8),
    ("12345热线", 0.3),
)
_LATER = (
    ("请问您还需要其他帮助吗", 0.8),
    ("感谢您的来电", 0.5),
    ("请您稍等我帮您查一下", 0.5),
    ("请问您贵姓", 0.3),
)
_HEARD_AT = 0.3
_FIRST_UTTERANCES = 3
# One opening phrase heard well on one channel only is enough to name it; two make it as sure as it gets.
_BY_CONTENT_AT_LEAST = 0.6
_SUREST = 0.95
_CONTRADICTED = 0.5


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
    heard, lead = (0 if scores[0] >= scores[1] else 1), abs(scores[0] - scores[1])
    if lead < _BY_CONTENT_AT_LEAST:
        return stated
    if stated.confidence == 0:
        return _operator_on(heard, min(_SUREST, 0.5 + lead / 2))
    return stated if stated.of(heard) is Role.OPERATOR else replace(stated, confidence=_CONTRADICTED)


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
    """Return how much of an operator's phrases a channel holds, 0 to about 4."""
    texts = [u.text for u in utterances if u.channel == channel]
    first, all_of_it = "".join(texts[:_FIRST_UTTERANCES]), "".join(texts)
    return sum(_heard(p, w, first) for p, w in _OPENING) + sum(_heard(p, w, all_of_it) for p, w in _LATER)


def _heard(phrase: str, weight: float, text: str) -> float:
    match = nearest(phrase, text)
    return weight * (1 - match.distance) if match is not None and match.distance < _HEARD_AT else 0.0
