"""How a call ended: who spoke last, was a goodbye said, whose words were cut off, who hung up as far as it is heard."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.asr.frames import HOP_MS, RATE_HZ
from qa_pipeline.models import Ending, EndingSign, Role, Span, Transcript

# Voice activity ends up to 100 ms late; a person who is done puts the handset down later than that.
_CUT_MS = 150
_AT_ONCE_MS = 100
_LAST_UTTERANCES = 4
_GOODBYE = re.compile("再见|拜拜|再会|挂了|先挂|挂吧|祝您|祝你")
# A live line hisses: what stays below this is no sound at all, sent in place of a line that is gone.
_NO_LINE_DB = -85.0
# A line that is silent in between too (no noise is sent in pauses) cannot tell that it is gone.
_DEAD_SHARE = 0.05
_LINE_MS = 500
# The busy tone of Chinese exchanges: 450 Hz, 350 ms on and 350 ms off (GB/T 3380). Two bursts, or one without a pause.
_TONE_HZ = (425.0, 475.0)
_TONE_SHARE = 0.85
_TONE_ABOVE_DB = -50.0
_TONE_MS = 650
_LOOK_BACK_MS = 10_000
_TONE_FRAME = RATE_HZ * 40 // 1000


def ending_of(transcript: Transcript, samples: NDArray[np.float32], levels_db: NDArray[np.float32]) -> Ending:
    """Return how a call ended.

    Args:
        transcript: Its words, speech and roles.
        samples: Array (channels, samples), 16 kHz, -1..1.
        levels_db: Array (channels, frames) of its level every 10 ms in dBFS.

    Returns:
        The ending. Who hung up is told by a busy tone on the caller's line, by a line that goes dead before the
        other, or by words that the recording's end cuts off: nobody hangs up on himself. Otherwise it is unknown.
    """
    end_ms = max((s.end_ms for s in transcript.speech), default=0)
    cut = _cut(transcript)
    who, sign = _hung_up(transcript, samples, levels_db, end_ms, cut)
    return Ending(
        last_role=_last_role(transcript, end_ms),
        silence_ms=max(0, transcript.duration_ms - end_ms),
        goodbye_by=_parted(transcript),
        cut=cut,
        hung_up_by=who,
        sign=sign,
    )


def _last_role(transcript: Transcript, end_ms: int) -> Role:
    roles = {s.role for s in transcript.speech if s.end_ms > end_ms - _AT_ONCE_MS}
    return roles.pop() if len(roles) == 1 else Role.UNKNOWN


def _parted(transcript: Transcript) -> tuple[Role, ...]:
    last = sorted(transcript.utterances, key=lambda u: u.end_ms)[-_LAST_UTTERANCES:]
    roles = {u.role for u in last if _GOODBYE.search(u.text)}
    return tuple(sorted(roles))


def _cut(transcript: Transcript) -> Role | None:
    """Return who speaks into the end of the recording; None for nobody, both, or last words that were a goodbye."""
    limit = transcript.duration_ms - _CUT_MS
    speaking = {s.role for s in transcript.speech if s.end_ms >= limit}
    if len(speaking) != 1:
        return None
    role = speaking.pop()
    last = max((u for u in transcript.utterances if u.role is role), key=lambda u: u.end_ms, default=None)
    return None if last is not None and _GOODBYE.search(last.text[-6:]) else role


def _hung_up(
    transcript: Transcript,
    samples: NDArray[np.float32],
    levels_db: NDArray[np.float32],
    end_ms: int,
    cut: Role | None,
) -> tuple[Role, EndingSign]:
    roles = _channel_roles(transcript.speech, len(levels_db))
    mono = len(levels_db) == 1 or (not roles and len({s.channel for s in transcript.speech}) == 1)
    for channel, sound in enumerate(samples):
        # A tone comes from the exchange when the other end is gone: the operator's own going stops the recording.
        if (mono or roles.get(channel) is Role.CALLER) and _busy_tone_ms(sound, end_ms) >= _TONE_MS:
            return Role.CALLER, EndingSign.BUSY_TONE
    gone = _dropped(levels_db)
    if gone is not None and not mono and roles.get(gone, Role.UNKNOWN) is not Role.UNKNOWN:
        return roles[gone], EndingSign.LINE_DROPPED
    others = {Role.OPERATOR: Role.CALLER, Role.CALLER: Role.OPERATOR}
    if cut in others:
        return others[cut], EndingSign.CUT_OFF
    return Role.UNKNOWN, EndingSign.NONE


def _channel_roles(speech: tuple[Span, ...], channels: int) -> dict[int, Role]:
    """Return the role of each channel on which only one spoke, the other's where one of two is known."""
    heard = {c: {s.role for s in speech if s.channel == c} for c in range(channels)}
    known = {c: min(roles) for c, roles in heard.items() if len(roles) == 1 and Role.UNKNOWN not in roles}
    if channels == 2 and len(known) == 1 and set() in heard.values():
        ((channel, role),) = known.items()
        known[1 - channel] = Role.CALLER if role is Role.OPERATOR else Role.OPERATOR
    return known


def _dropped(levels_db: NDArray[np.float32]) -> int | None:
    """Return the channel whose line went dead before the other's, None where neither did or both did together."""
    if len(levels_db) != 2:
        return None
    ends = [_line_end(levels) for levels in levels_db]
    alive = [levels[:end] for levels, end in zip(levels_db, ends, strict=True)]
    silent = any((levels <= _NO_LINE_DB).sum() > _DEAD_SHARE * len(levels) for levels in alive)
    if silent or abs(ends[0] - ends[1]) * HOP_MS < _LINE_MS:
        return None
    return 0 if ends[0] < ends[1] else 1


def _line_end(levels_db: NDArray[np.float32]) -> int:
    """Return the frame after the last one that holds any sound."""
    live = np.flatnonzero(levels_db > _NO_LINE_DB)
    return int(live[-1]) + 1 if len(live) else 0


def _busy_tone_ms(samples: NDArray[np.float32], after_ms: int) -> int:
    """Return for how long a channel (samples,) holds the exchange's tone after the last word, at most 10 s of it."""
    per_ms = RATE_HZ // 1000
    tail = samples[max(after_ms * per_ms, len(samples) - _LOOK_BACK_MS * per_ms) :]
    frames = tail[: len(tail) // _TONE_FRAME * _TONE_FRAME].reshape(-1, _TONE_FRAME)
    if not len(frames):
        return 0
    power = np.abs(np.fft.rfft(frames * np.hanning(_TONE_FRAME), axis=1)) ** 2
    hz = np.fft.rfftfreq(_TONE_FRAME, 1 / RATE_HZ)
    inside = power[:, (hz >= _TONE_HZ[0]) & (hz <= _TONE_HZ[1])].sum(axis=1)
    loud = 10 * np.log10(np.mean(frames**2, axis=1) + 1e-12) > _TONE_ABOVE_DB
    tone = loud & (inside > _TONE_SHARE * power.sum(axis=1))
    return int(tone.sum()) * 40
