"""From words to utterances: put words where there is speech, and part them at pauses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from qa_pipeline.asr.confidence import expected_share
from qa_pipeline.asr.overlaps import nearest, touching
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
SHORTEST_UNHEARD_MS = 400
"""Speech shorter than this is a breath or a filler that no rule needs to have understood."""
# Nobody speaks so slowly for so long, or lets so much voice activity go without a word. Measured on 1,378 stretches of
# read calls: the slowest of over 3 s has 158 characters a minute, the longest part without a word is 1.2 s, but for one
# stretch of 5.7 s (one character, 11 a minute) where the recogniser had stopped.
_LONG_MS = 3_000
_SLOWEST_CPM = 60
_UNCOVERED_MS = 2_000


def place_words(words: Sequence[Word], speech: Sequence[Span]) -> list[Word]:
    """Clip each word to the stretch of speech it belongs to (the nearest, where it touches none); keep their order."""
    placed: list[Word] = []
    after = 0
    for word in words:
        start = max(word.start_ms, word.end_ms - _LONGEST_CHARACTER_MS * max(1, len(word.text)))
        span = speech[nearest(speech, start, word.end_ms)]
        start = min(max(start, span.start_ms, after), max(span.end_ms - _SHORTEST_WORD_MS, after))
        end = max(min(word.end_ms, span.end_ms), start + _SHORTEST_WORD_MS)
        placed.append(replace(word, start_ms=start, end_ms=end))
        after = end
    return placed


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


def words_in(span: Span, words: Sequence[Word]) -> Sequence[Word]:
    """Return the words that share some time with a stretch of speech.

    Args:
        span: The stretch.
        words: The words of its channel, as `place_words` leaves them.
    """
    return words[touching(words, span.start_ms, span.end_ms)]


def wordless(speech: Sequence[Span], words: Sequence[Word]) -> list[Span]:
    """Return the stretches of speech without any word, but for those as short as a breath.

    Args:
        speech: Stretches of one channel.
        words: The words of that channel, as `place_words` leaves them.
    """
    return [span for span in speech if span.length_ms >= SHORTEST_UNHEARD_MS and not words_in(span, words)]


def sparse(span: Span, words: Sequence[Word]) -> bool:
    """Whether a long stretch of speech has words, but too few: the recogniser may have stopped in the middle of it.

    Args:
        span: A stretch of voice activity.
        words: The words of its channel, as `place_words` leaves them.
    """
    return bool(words_in(span, words)) and bool(unheard_parts(span, words))


def unheard_parts(span: Span, words: Sequence[Word]) -> list[Span]:
    """Return the parts of a stretch of speech that no word covers, though somebody speaks there.

    It is the whole where there are no words or, in a long one, far too few for its length; else what lies between two
    words, before the first or after the last for longer than anybody drags a word.

    Args:
        span: A stretch of voice activity.
        words: The words of its channel, as `place_words` leaves them.
    """
    inside = words_in(span, words)
    if not inside:
        return wordless([span], words)
    characters = sum(len(word.text) for word in inside)
    if span.length_ms >= _LONG_MS and characters * 60_000 < _SLOWEST_CPM * span.length_ms:
        return [span]
    edges = [span.start_ms, *(t for word in inside for t in (word.start_ms, word.end_ms)), span.end_ms]
    gaps = zip(edges[::2], edges[1::2], strict=True)
    return [replace(span, start_ms=start, end_ms=end) for start, end in gaps if end - start >= _UNCOVERED_MS]


def unintelligible(speech: Sequence[Span], words: Sequence[Word], unsure_below: float) -> list[Span]:
    """Return where one channel speaks with no words, or with too few characters expected to be right.

    Args:
        speech: Where the channel speaks.
        words: The channel's words, placed.
        unsure_below: The expected share of right characters under which a stretch is unsure.

    Returns:
        Stretches of speech, or those parts of them that no word covers.
    """
    found: list[Span] = []
    for span in speech:
        inside = words_in(span, words)
        unsure = inside and expected_share(inside) < unsure_below
        found += [span] if unsure else unheard_parts(span, words)
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
