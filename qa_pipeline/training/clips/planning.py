"""How a clip is made of a passage, or why none can be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import pairwise

from qa_pipeline.errors import UserError
from qa_pipeline.models import MIN_ROLE_CONFIDENCE, CallFile, Role, Span, Transcript, Utterance
from qa_pipeline.models.clips import ClipMask, ClipPlan, ClipWish
from qa_pipeline.training.clips.hidden import hidden
from qa_pipeline.training.clips.spans import covered_ms, joined, masks_of, words_of
from qa_pipeline.training.clips.texts import turns_of

LONGEST_MS = 5 * 60_000
MOST_COVERED = 0.6
"""A passage of whose speech more is covered teaches nothing, and what is left of it is likely doubtful, too."""
_TOUCHES_MS = 200
_EDGE_MS = 250
_HEARD_MS = 200
_INNER_MS = 200
"""So far within an operator's words on a single channel their voice is left as it is: turns are parted no finer."""


def plan(file: CallFile, wish: ClipWish, public: Collection[str]) -> ClipPlan:
    """Return how a clip is made.

    Args:
        file: The call as it was heard, nothing of it hidden.
        wish: Which passage, and what a person wants covered besides.
        public: Numbers and places that anybody may know.

    Raises:
        UserError: The call has no recording or no words, nobody speaks there, its words have no times, it is too long,
            or too much of it would be covered.
    """
    transcript = _heard(file)
    said = passage(transcript, wish.start_ms, wish.end_ms)
    _refuse_untimed(said)
    start, end = _bounds(transcript, said)
    found = hidden(transcript, file.work_order, file.operator, public)
    masks = _within(joined([*masks_of(transcript, found), *wish.masks]), start, end)
    _refuse_covered(said, masks)
    operator = operator_channel(file)
    channels = (0, 1) if operator is not None else tuple({u.channel for u in transcript.utterances})
    natural, voices = _voices(file, said, operator, wish)
    return ClipPlan(
        start,
        end,
        channels=channels,
        heard=_stretches(transcript, start, end) if len(channels) == 2 else (),
        natural=natural,
        voices=voices,
        masks=masks,
        turns=turns_of(said, found, masks, start),
    )


def _heard(file: CallFile) -> Transcript:
    call_id = file.call.call_id
    if file.recording is None:
        raise UserError(f"通话 {call_id} 没有录音，不能剪辑", "导入该通话的录音并质检后再试")
    if file.transcript is None or not file.transcript.utterances:
        raise UserError(f"通话 {call_id} 还没有转写，不知道哪里有个人信息", "先对该通话质检")
    return file.transcript


def passage(transcript: Transcript, start_ms: int, end_ms: int) -> tuple[Utterance, ...]:
    """Return the whole turns that a stretch touches, and those that are spoken into them.

    Raises:
        UserError: It ends before it begins, nobody speaks there, or it is too long.
    """
    if end_ms <= start_ms:
        raise UserError("结束时间不在开始时间之后", "重新写起止时间，如 1:05 至 1:20")
    said = [
        one for one in transcript.utterances
        if min(one.end_ms, end_ms) - max(one.start_ms, start_ms) >= min(_TOUCHES_MS, one.end_ms - one.start_ms)
    ]  # fmt: skip
    if not said:
        raise UserError("这一段没有听清的话，不能剪辑", "选一段有人说话的")
    while True:  # what somebody says meanwhile is heard, too, and must be known from its beginning to its end
        begin, end = min(u.start_ms for u in said), max(u.end_ms for u in said)
        more = [u for u in transcript.utterances if u.start_ms < end and u.end_ms > begin]
        if len(more) == len(said):
            break
        said = more
    if end - begin > LONGEST_MS:
        raise UserError(
            f"这一段有 {(end - begin) // 60_000} 分钟以上，超过 {LONGEST_MS // 60_000} 分钟", "选短一些的一段"
        )
    return tuple(said)


def _refuse_untimed(said: Sequence[Utterance]) -> None:
    letters = {u.index: sum(letter.isalnum() for letter in u.text) for u in said}
    untimed = sum(letters[u.index] for u in said if not words_of(u))
    if untimed * 2 > sum(letters.values()):
        raise UserError("这一段的字没有时间，不知道要遮哪里，不能剪辑", "换用给出逐字时间的识别引擎，重新质检后再试")


def _bounds(transcript: Transcript, said: Sequence[Utterance]) -> tuple[int, int]:
    """Return where a clip begins and ends: a little around its words, and never in others'."""
    first, last = min(u.start_ms for u in said), max(u.end_ms for u in said)
    before = [u.end_ms for u in transcript.utterances if u.end_ms <= first]
    after = [u.start_ms for u in transcript.utterances if u.start_ms >= last]
    return max([0, first - _EDGE_MS, *before]), min([transcript.duration_ms, last + _EDGE_MS, *after])


def _within(masks: Sequence[ClipMask], start_ms: int, end_ms: int) -> tuple[ClipMask, ...]:
    cut = (replace(m, start_ms=max(m.start_ms, start_ms), end_ms=min(m.end_ms, end_ms)) for m in masks)
    return tuple(mask for mask in cut if mask.end_ms > mask.start_ms)


def _refuse_covered(said: Sequence[Utterance], masks: Sequence[ClipMask]) -> None:
    spoken = [(u.start_ms, u.end_ms) for u in said]
    share = covered_ms(masks, spoken) / max(1, sum(end - start for start, end in spoken))
    if share > MOST_COVERED:
        raise UserError(
            f"这一段有 {share:.0%} 的话要遮盖，超过 {MOST_COVERED:.0%}，剩下的没有培训价值",
            "换一段，或避开登记姓名、电话、地址的几句",
        )


def _voices(
    file: CallFile, said: Sequence[Utterance], operator: int | None, wish: ClipWish
) -> tuple[tuple[Span, ...], tuple[Role, ...]]:
    """Return where voices stay as they are, and whose are changed.

    On a single channel with both voices at once, and where it is not sure who speaks, everything is changed: a clip
    with a strange operator can be used, and one in which the caller is known by ear can never be taken back.
    """
    sure = all(u.role is not Role.UNKNOWN and u.role_confidence >= MIN_ROLE_CONFIDENCE for u in said)
    if not sure or (operator is None and _at_once(file, said)):
        return (), (Role.UNKNOWN,)
    if wish.disguise_operator:
        return (), (Role.CALLER, Role.OPERATOR)
    if operator is None:
        return tuple(_inner(said)), (Role.CALLER,)
    whole = Span(min(u.start_ms for u in said) - _EDGE_MS, max(u.end_ms for u in said) + _EDGE_MS, operator)
    return (whole,), (Role.CALLER,)


def operator_channel(file: CallFile) -> int | None:
    """Return the channel that the operator has to themselves; None where both voices are, or may be, on one."""
    transcript, recording = file.transcript, file.recording
    if transcript is None or recording is None or recording.channels != 2:
        return None
    sides = {(u.channel, u.role) for u in transcript.utterances}
    own = [channel for channel, role in sides if role is Role.OPERATOR]
    apart = len({channel for channel, _ in sides}) == len(sides) == 2
    return own[0] if apart and len(own) == 1 else None


def _at_once(file: CallFile, said: Sequence[Utterance]) -> bool:
    """Whether on a single channel both speak at once somewhere: the caller's own voice is under the operator's then."""
    begin, end = min(u.start_ms for u in said), max(u.end_ms for u in said)
    talked = file.acoustics.talk_overs if file.acoustics is not None else ()
    overlap = any(before.end_ms > after.start_ms for before, after in pairwise(said))
    return overlap or any(t.start_ms < end and t.end_ms > begin for t in talked)


def _inner(said: Sequence[Utterance]) -> list[Span]:
    """Return where on a single channel the operator surely speaks alone."""
    return [
        Span(u.start_ms + _INNER_MS, u.end_ms - _INNER_MS, u.channel, u.role)
        for u in said
        if u.role is Role.OPERATOR and u.end_ms - u.start_ms > 2 * _INNER_MS
    ]


def _stretches(transcript: Transcript, start_ms: int, end_ms: int) -> tuple[Span, ...]:
    """Return where each channel is heard: where its own speaker speaks, since elsewhere it carries the other's."""
    near = [*transcript.speech, *(Span(u.start_ms, u.end_ms, u.channel, u.role) for u in transcript.utterances)]
    return tuple(
        Span(max(start_ms, s.start_ms - _HEARD_MS), min(end_ms, s.end_ms + _HEARD_MS), s.channel, s.role)
        for s in sorted(near, key=lambda s: (s.start_ms, s.channel))
        if s.start_ms - _HEARD_MS < end_ms and s.end_ms + _HEARD_MS > start_ms
    )
