"""From words to utterances: put words where there is speech, and part them at pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa_pipeline.asr.confidence import expected_share
from qa_pipeline.language.script import simplify
from qa_pipeline.models import Role, Span, Utterance, Word

# A turn ends at a pause of this length; shorter pauses are marked by a comma from _COMMA_MS on.
TURN_PAUSE_MS = 700
# On mono both speakers share the channel, and turns follow each other at 200-400 ms: part at every pause that is found.
MONO_PAUSE_MS = 250
_COMMA_MS = 300
# Whisper starts a word early, in the pause before it; no character takes longer than this.
_LONGEST_CHARACTER_MS = 450
_SHORTEST_WORD_MS = 20
# Speech shorter than this is a breath or a filler that no rule needs to have understood.
_SHORTEST_UNHEARD_MS = 400


def place_words(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """Clip each word to the stretch of speech it belongs to (the nearest, where it touches none); keep their order."""
    placed: list[Word] = []
    after = 0
    for word in words:
        start = max(word.start_ms, word.end_ms - _LONGEST_CHARACTER_MS * max(1, len(word.text)))
        span = _home(start, word.end_ms, speech)
        start = min(max(start, span.start_ms, after), max(span.end_ms - _SHORTEST_WORD_MS, after))
        end = max(min(word.end_ms, span.end_ms), start + _SHORTEST_WORD_MS)
        placed.append(replace(word, start_ms=start, end_ms=end))
        after = end
    return placed


def _home(start: int, end: int, speech: Sequence[Span]) -> Span:
    """Return the span that a word overlaps most, or the nearest one."""
    return max(speech, key=lambda s: min(end, s.end_ms) - max(start, s.start_ms))


def group_words(words: Sequence[Word], channel: int, pause_ms: int = TURN_PAUSE_MS) -> list[Utterance]:
    """Part one channel's words at pauses of ``pause_ms`` or more; index and role are for the caller to set."""
    groups: list[list[Word]] = []
    for word in words:
        if groups and word.start_ms - groups[-1][-1].end_ms < pause_ms:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_utterance(group, channel) for group in groups]


def _utterance(words: Sequence[Word], channel: int) -> Utterance:
    return Utterance(
        index=0,
        role=Role.UNKNOWN,
        channel=channel,
        start_ms=words[0].start_ms,
        end_ms=words[-1].end_ms,
        text=_text(words),
        words=tuple(words),
        confidence=expected_share(words),
        role_confidence=0.0,
    )


def _text(words: Sequence[Word]) -> str:
    """Join words without spaces, with a comma where the speaker paused."""
    text = words[0].text
    for before, word in pairwise(words):
        text += ("，" if word.start_ms - before.end_ms >= _COMMA_MS else "") + word.text
    return text


def in_order(utterances: Sequence[Utterance]) -> tuple[Utterance, ...]:
    """Return the utterances of all channels sorted by start and counted from 0."""
    ordered = sorted(utterances, key=lambda u: (u.start_ms, u.channel))
    return tuple(replace(utterance, index=index) for index, utterance in enumerate(ordered))


def unintelligible(speech: Sequence[Span], words: Sequence[Word], unsure_below: float) -> list[Span]:
    """Return the stretches of one channel's speech with no words, or with too few characters expected to be right.

    Args:
        speech: Where the channel speaks.
        words: The channel's words, placed.
        unsure_below: The expected share of right characters under which a stretch is unsure.
    """
    found: list[Span] = []
    for span in speech:
        inside = [word for word in words if word.start_ms < span.end_ms and word.end_ms > span.start_ms]
        unheard = not inside and span.length_ms >= _SHORTEST_UNHEARD_MS
        if unheard or (inside and expected_share(inside) < unsure_below):
            found.append(span)
    return found


def clean(text: str, following: str = "") -> str:
    """Return a recognised word in simplified Chinese without spaces and punctuation ('' if nothing is left).

    The point of a number stays, even where the next word (``following``) begins with its decimals.
    """
    simple = simplify(text).strip()
    after = simple[1:] + simplify(following)[:1]
    return "".join(c for c, n in zip(simple, after.ljust(len(simple)), strict=False) if _is_said(c, n))


def _is_said(character: str, following: str) -> bool:
    return character.isalnum() or character == "%" or (character in ".:-" and following.isdigit())
