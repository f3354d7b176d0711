"""How near a text comes to each of many phrases by sound, all of them at once.

`qa_pipeline.language.pinyin.nearest` for a list: the same edit distance over syllables, a row of the table at a time
for all phrases and all places of the text. Some hundred times faster than phrase by phrase.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from qa_pipeline.language.pinyin import fuzzy, initial, keys, syllables
from qa_pipeline.language.readings import all_readings

_WHOLE = 10
"""An edit, in tenths of a syllable: costs are integers so that rows are exact and small."""


class Sounds:
    """Phrases to compare with texts. ``count`` is their number."""

    def __init__(self, phrases: Sequence[str]) -> None:
        spoken = [_numbers(phrase) for phrase in phrases]
        self.count = len(spoken)
        self._lengths = np.array([len(one) for one in spoken], dtype=np.int32)
        longest = int(self._lengths.max(initial=0))
        self._syllables = np.full((self.count, longest), -1, dtype=np.int32)
        for row, one in enumerate(spoken):
            self._syllables[row, : len(one)] = one

    def distances(self, *texts: str) -> NDArray[np.float64]:
        """Return the distance 0-1 of each phrase to the stretch of any text that sounds most like it; shape (count,).

        1 where there is no text, or the phrase has no syllable. No stretch runs from one text into the next.
        """
        nearest: NDArray[np.float64] = self.distances_to_each(*texts).min(axis=1, initial=1.0)
        return nearest

    def distances_to_each(self, *texts: str) -> NDArray[np.float64]:
        """Return the distance 0-1 of each phrase to its nearest stretch of each text; shape (count, texts)."""
        between = [-1] * (self._syllables.shape[1] + 1)
        spoken = [(*_numbers(text), *between) for text in texts]
        heard = np.array([number for one in spoken for number in one], dtype=np.int32)
        if not self.count or not heard.size:
            return np.ones((self.count, len(texts)))
        begins = np.cumsum([0, *(len(one) for one in spoken)])[:-1]
        steps = np.arange(heard.size + 1, dtype=np.int32) * _WHOLE
        before = np.zeros((self.count, heard.size + 1), dtype=np.int32)
        for row in range(self._syllables.shape[1]):
            cost = _costs()[self._syllables[:, row, None], heard[None, :]]
            after = np.empty_like(before)
            after[:, 0] = (row + 1) * _WHOLE
            after[:, 1:] = np.minimum(before[:, :-1] + cost, before[:, 1:] + _WHOLE)
            # What is inserted costs a whole edit a syllable: the least of all places to the left, less the way there.
            after = np.minimum.accumulate(after - steps, axis=1) + steps
            before = np.where((row < self._lengths)[:, None], after, before)
        edits = np.minimum.reduceat(before[:, 1:], begins, axis=1) / _WHOLE
        lengths = self._lengths[:, None]
        return np.where(lengths > 0, np.minimum(1.0, edits / np.maximum(lengths, 1)), 1.0)


@lru_cache(maxsize=256)
def sounds_of(phrases: tuple[str, ...]) -> Sounds:
    """Return phrases to compare with texts, made once for the same phrases."""
    return Sounds(phrases)


def may_be_near(phrase: str, text: str, distance: float) -> bool:
    """Whether a phrase can be as near to a text as ``distance`` (0-1) at all; a cheap bound that never wrongly says no.

    A syllable of the phrase that is not in the text, not even folded, costs half an edit at least.
    """
    wanted, known = keys(phrase), _sounds_in(text)
    foreign = len(wanted) - sum(map(known.__contains__, wanted))
    return foreign / 2 <= distance * len(wanted)


@lru_cache(maxsize=4096)
def _sounds_in(text: str) -> frozenset[str]:
    return frozenset(keys(text))


@cache
def _numbered() -> dict[str, int]:
    known = dict.fromkeys((*all_readings(), *"0123456789abcdefghijklmnopqrstuvwxyz"))
    return {syllable: number for number, syllable in enumerate(known)}


def _numbers(text: str) -> list[int]:
    """Return the numbers of a text's syllables; what is read in no way is -1 and like nothing."""
    numbered = _numbered()
    return [numbered.get(syllable, -1) for syllable in syllables(text)]


@cache
def _costs() -> NDArray[np.int32]:
    """Return the costs of `qa_pipeline.language.pinyin.syllable_cost` in tenths, the last row and column for -1."""
    known = list(_numbered())
    folded = [fuzzy(syllable) for syllable in known]
    initials = [initial(one) for one in folded]
    finals = [one[len(first) :] for one, first in zip(folded, initials, strict=True)]
    same_initial = _equal(initials) & np.array([bool(first) for first in initials])
    costs = np.where(_equal(finals) | same_initial, 5, _WHOLE)
    costs = np.where(_equal(folded), 1, costs)
    np.fill_diagonal(costs, 0)
    return np.pad(costs, (0, 1), constant_values=_WHOLE).astype(np.int32)


def _equal(names: Sequence[str]) -> NDArray[np.bool_]:
    numbers = np.unique(np.array(names), return_inverse=True)[1]
    equal: NDArray[np.bool_] = numbers[:, None] == numbers[None, :]
    return equal
