"""Stretches of a call that rules look at: turns, the beginning, the end, and how well they were understood."""

from __future__ import annotations

from collections.abc import Sequence

from qa_pipeline.models import CallContext, Role, Utterance

MIN_UNCLEAR_MS = 300
"""Shorter unintelligible speech is a breath or a click; no phrase fits into it."""


def turns(ctx: CallContext) -> tuple[tuple[Utterance, ...], ...]:
    """Return runs of utterances of one role: the recogniser splits what a speaker says at every pause."""
    grouped: list[list[Utterance]] = []
    for utterance in ctx.transcript.utterances:
        if grouped and grouped[-1][-1].role is utterance.role:
            grouped[-1].append(utterance)
        else:
            grouped.append([utterance])
    return tuple(tuple(turn) for turn in grouped)


def first_of(ctx: CallContext, role: Role, count: int, within_ms: int) -> tuple[Utterance, ...]:
    """Return a role's first ``count`` turns, those parts that begin within ``within_ms`` of its first word."""
    chosen = [u for turn in _turns_of(ctx, role)[:count] for u in turn]
    return tuple(u for u in chosen if u.start_ms <= chosen[0].start_ms + within_ms)


def last_of(ctx: CallContext, role: Role, count: int, within_ms: int) -> tuple[Utterance, ...]:
    """Return a role's last ``count`` turns, those parts that end within ``within_ms`` of its last word."""
    chosen = [u for turn in _turns_of(ctx, role)[-count:] for u in turn]
    return tuple(u for u in chosen if u.end_ms >= chosen[-1].end_ms - within_ms)


def _turns_of(ctx: CallContext, role: Role) -> list[tuple[Utterance, ...]]:
    return [turn for turn in turns(ctx) if turn[0].role is role]


def mixed(ctx: CallContext) -> bool:
    """Whether both speakers share one channel (mono, also where it was written twice): no overlap is heard in it."""
    channels, roles = {s.channel for s in ctx.transcript.speech}, {s.role for s in ctx.transcript.speech}
    return ctx.recording.channels < 2 or (len(channels) == 1 and (Role.UNKNOWN in roles or len(roles) > 1))


def unclear(ctx: CallContext, role: Role, start_ms: int, end_ms: int) -> bool:
    """Whether a role spoke words between two times that were not understood."""
    return any(
        min(span.end_ms, end_ms) - max(span.start_ms, start_ms) >= MIN_UNCLEAR_MS
        for span in ctx.transcript.unintelligible
        if span.role in {role, Role.UNKNOWN}
    )


def mumbled(utterances: Sequence[Utterance], below: float = 0.45, characters: int = 2) -> bool:
    """Whether some words in a row, together of two characters or more, are no better than guesses.

    A short set phrase may stand behind them: 您好 was heard as 一好, 谢谢 as 即使是. Measured (bench/RESULTS.md,
    Confidence): where two characters have a mean confidence below 0.45, even their sound is right in a third of the
    cases, that of three in a fifth.
    """
    for utterance in utterances:
        for first in range(len(utterance.words)):
            length, total = 0, 0.0
            for word in utterance.words[first:]:
                length += len(word.text)
                total += word.confidence * len(word.text)
                if total >= below * length:
                    break
                if length >= characters:
                    return True
    return False


def heard_well(utterances: Sequence[Utterance]) -> float:
    """Return the share of characters that are expected to be right in some utterances; 0 where there are none.

    It is also about how likely a phrase of two to four syllables keeps its sound where it is said (bench/RESULTS.md,
    Confidence), so that one that was not found was left out with that probability at least.
    """
    characters = sum(len(u.text) for u in utterances)
    return sum(u.confidence * len(u.text) for u in utterances) / characters if characters else 0.0


MURKY_SHARE = 0.3
"""With a larger share of a role's speech not understood, "nothing was found" says little."""


def murky(ctx: CallContext, role: Role) -> bool:
    """Whether much of what a role said was not understood."""
    spoken = sum(span.length_ms for span in ctx.transcript.speech if span.role is role)
    lost = sum(span.length_ms for span in ctx.transcript.unintelligible if span.role is role)
    return lost > MURKY_SHARE * spoken if spoken else False


def after(ctx: CallContext, role: Role, start_ms: int) -> tuple[Utterance, ...]:
    """Return a role's utterances that begin after a time."""
    return tuple(u for u in ctx.transcript.of(role) if u.start_ms > start_ms)


def by_index(ctx: CallContext, index: int | None) -> Utterance | None:
    """Return an utterance by its index; None where there is none."""
    utterances = ctx.transcript.utterances
    return utterances[index] if index is not None and 0 <= index < len(utterances) else None
