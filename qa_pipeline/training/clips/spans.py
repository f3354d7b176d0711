"""From covered characters to covered sound: with margins, wider where it is doubtful when a word was said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from qa_pipeline.models import Span, Transcript, UntimedWord, Utterance, Word
from qa_pipeline.models.clips import ClipMask, MaskKind
from qa_pipeline.training.clips.hidden import Hidden

MARGIN_MS, DOUBTFUL_MARGIN_MS = 200, 450
"""Added either side of a word whose time is good, and of one that was badly heard: its neighbours may be part of it."""
_UNSURE_BELOW = 0.6
_SHORTEST_MS, _LONGEST_MS = 50, 1500
"""A character lasts so long; of a word beyond that nobody knows when it was said."""
_DOUBTFUL_MS = 500
"""A character that lasts longer may hold another that was not heard: its neighbours' times are doubtful."""
_OUTSIDE_MS = 300
_UNHEARD_MS = 500
"""So much speech without words is covered; less is a breath."""
_TOGETHER_MS = 250
"""Masks of one kind so near to each other are one: what is left between would be the rest of a syllable."""


def masks_of(transcript: Transcript, found: Iterable[Hidden]) -> tuple[ClipMask, ...]:
    """Return what of a call's sound is covered, on every channel: talk-over and leaks carry words to both."""
    utterances = {one.index: one for one in transcript.utterances}
    spoken = [ClipMask(*_covered(utterances[one.utterance], one), None, one.kind) for one in found]
    silent = [ClipMask(start, end, None, MaskKind.UNHEARD) for start, end in unheard(transcript)]
    return joined([*spoken, *silent])


def _covered(utterance: Utterance, one: Hidden) -> tuple[int, int]:
    """Return the time of covered characters with its margin: all of the utterance where words have no good times."""
    owners = words_of(utterance)
    said = [at for at, (place, _) in enumerate(owners) if one.start <= place < one.end]
    if not said or not timed(utterance) or all(isinstance(word, UntimedWord) for _, word in owners):
        return max(0, utterance.start_ms - MARGIN_MS), utterance.end_ms + MARGIN_MS
    words = [word for _, word in owners]
    first, last = _to_timed(words, said[0], -1), _to_timed(words, said[-1], 1)
    near = words[max(0, first - 1) : last + 2]
    sure = all(word.confidence >= _UNSURE_BELOW and _each_ms(word) <= _DOUBTFUL_MS for word in near)
    margin = MARGIN_MS if sure else DOUBTFUL_MARGIN_MS
    start, end = min(word.start_ms for word in words[first : last + 1]), max(w.end_ms for w in words[first : last + 1])
    # The first and last words go with all that there is of the utterance: times are worst at its ends.
    start = min(start, utterance.start_ms) if words[first] is words[0] else start
    end = max(end, utterance.end_ms) if words[last] is words[-1] else end
    return max(0, start - margin), end + margin


def _to_timed(words: Sequence[Word], at: int, step: int) -> int:
    """Return the place of the next word, or of this one, of which it was measured when it was said."""
    while 0 <= at + step < len(words) and any(isinstance(words[n], UntimedWord) for n in (at, at + step)):
        at += step
    return at


def words_of(utterance: Utterance) -> list[tuple[int, Word]]:
    """Return the word of each spoken character with its place in the text; [] where words and text do not agree."""
    places = [place for place, letter in enumerate(utterance.text) if letter.isalnum()]
    letters = [(letter, word) for word in utterance.words for letter in word.text if letter.isalnum()]
    if [utterance.text[place] for place in places] != [letter for letter, _ in letters]:
        return []
    return [(place, word) for place, (_, word) in zip(places, letters, strict=True)]


def timed(utterance: Utterance) -> bool:
    """Whether an utterance's words have times that can be believed: in order, within it, as long as words are."""
    words = utterance.words
    if not words_of(utterance):
        return False
    ordered = all(before.start_ms <= after.start_ms for before, after in pairwise(words))
    inside = (
        words[0].start_ms >= utterance.start_ms - _OUTSIDE_MS and words[-1].end_ms <= utterance.end_ms + _OUTSIDE_MS
    )
    return ordered and inside and all(_lasting(word) for word in words)


def _lasting(word: Word) -> bool:
    return _SHORTEST_MS <= _each_ms(word) <= _LONGEST_MS


def _each_ms(word: Word) -> float:
    """Return how long each character of a word lasts."""
    return (word.end_ms - word.start_ms) / max(1, sum(letter.isalnum() for letter in word.text))


def unheard(transcript: Transcript) -> Iterator[tuple[int, int]]:
    """Yield the stretches in which somebody spoke and nobody knows what: they may hold a name as well as any other."""
    for span in transcript.unintelligible:
        yield max(0, span.start_ms - MARGIN_MS), span.end_ms + MARGIN_MS
    for span in transcript.speech:
        own = [u for u in transcript.utterances if u.channel == span.channel]
        for start, end in without(span, own):
            if end - start >= _UNHEARD_MS:
                yield start, end


def without(span: Span, utterances: Sequence[Utterance]) -> Iterator[tuple[int, int]]:
    """Yield what is left of a stretch without some utterances."""
    place = span.start_ms
    for one in sorted(utterances, key=lambda u: u.start_ms):
        if one.end_ms <= place or one.start_ms >= span.end_ms:
            continue
        if one.start_ms > place:
            yield place, one.start_ms
        place = max(place, one.end_ms)
    if place < span.end_ms:
        yield place, span.end_ms


def joined(masks: Iterable[ClipMask]) -> tuple[ClipMask, ...]:
    """Return masks in order; those of one kind, channel and person that touch are one."""
    done: list[ClipMask] = []
    for one in sorted(masks, key=lambda m: (m.kind.value, m.by, m.channel or -1, m.start_ms, m.end_ms)):
        last = done[-1] if done else None
        alike = last is not None and (last.kind, last.by, last.channel) == (one.kind, one.by, one.channel)
        if last is not None and alike and one.start_ms <= last.end_ms + _TOGETHER_MS:
            done[-1] = ClipMask(last.start_ms, max(last.end_ms, one.end_ms), one.channel, one.kind, one.by)
        else:
            done.append(one)
    return tuple(sorted(done, key=lambda m: (m.start_ms, m.end_ms, m.kind.value)))


def covered_ms(masks: Iterable[ClipMask], spans: Iterable[tuple[int, int]]) -> int:
    """Return how much of some stretches is under a mask; stretches may overlap and count each by itself."""
    union: list[tuple[int, int]] = []
    for start, end in sorted((mask.start_ms, mask.end_ms) for mask in masks):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(union[-1][1], end))
        else:
            union.append((start, end))
    return sum(max(0, min(end, stop) - max(start, begin)) for begin, stop in spans for start, end in union)
