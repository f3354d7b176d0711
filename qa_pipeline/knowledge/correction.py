"""Corrects a transcript to words of the trade by sound, where sound, doubt and rareness all speak for it.

A noisy channel: how much likelier the clause reads with the term than as it was heard (jieba's frequencies), against
how far the sounds are apart and how sure the recogniser was. Chosen on the ``tune`` set of ``bench/terms.py``, and on
84,000 characters of correct text taken for doubtful (every confidence 0.5), of which 4 stretches were changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import log

from qa_pipeline.knowledge.lexicon import Lexicon, Term
from qa_pipeline.language.corrected import PRECISION, as_corrected, spoken
from qa_pipeline.language.frequency import frequency, log_probability, sounding_exactly
from qa_pipeline.language.pinyin import keys, positions, syllable_cost, syllables
from qa_pipeline.models import TermCorrection, Transcript, Utterance

# A word that the recogniser was so sure of is not touched.
_SURE = 0.9
_LEAST_DOUBT, _MOST_DOUBT = 0.02, 0.98
# Terms are said more often in a hotline than in the newspapers that jieba counted.
_EXPECTED = 60.0
_WINDOW = 4
# Weights of the evidence, in the natural logarithm of odds.
_SOUND_WEIGHT = 15.0
_DOUBT_WEIGHT = 1.0
_SAME_CHARACTER = 1.0
_NEIGHBOUR = 2.0
_THRESHOLD = 4.0
_SHORT, _LONG = 2, 6
# A name of so many characters is read over a comma: those stand at pauses, which the recogniser misplaces.
_OVER_COMMAS = 4
# Syllables that share neither initial nor final are no slip of the recogniser.
_HALF_ALIKE = 0.5
# A number that was heard stays what it was. 一 alone is as often 医 or 衣, unless it counts something.
_NUMBER = re.compile(
    r"[零〇二两三四五六七八九十百千万亿半\d]+|一(?=[零〇一二两三四五六七八九十百千万亿半\d"
    r"个张次天日月年号元块点分秒时周岁度层楼栋室份件位名户人口条只台辆吨米公毛角成倍种类家级期样些下起直般])|(?<=[零〇一二两三四五六七八九十百千万亿第\d])一"
)
# A verb with what completes it stays: 交满, 缴够, 住过 are no slip of a longer term's last character.
_COMPLETED = re.compile("[交缴存住领做干取买等](?=[满够齐足过完到])")
# Two terms at one place whose odds are nearer than this are not chosen between by sound alone.
_APART = 2.0
# The hotline's own number is a word: it stands on both sides of the scales.
_DIGITS = re.compile(r"\d+")
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """A term that may have been said at spoken characters ``start`` to ``start + len(term.text)`` of an utterance.

    ``distance`` sums the syllables' costs (see `syllable_cost`), ``likelier`` is the gain of the clause's log
    probability, ``confidence`` the least of the words that would change, ``same`` the characters that would not,
    ``neighbours`` how many other words of the term's matter stand nearby.
    """

    utterance: Utterance
    start: int
    term: Term
    heard: str
    distance: float
    likelier: float
    confidence: float
    same: int
    neighbours: int

    @property
    def odds(self) -> float:
        """The logarithm of the odds that the term was said, up to a constant."""
        doubt = min(max(self.confidence, _LEAST_DOUBT), _MOST_DOUBT)
        return (
            self.likelier
            - _SOUND_WEIGHT * self.distance
            + _DOUBT_WEIGHT * log((1 - doubt) / doubt)
            + _SAME_CHARACTER * self.same
            + _NEIGHBOUR * min(self.neighbours, 2)
        )

    @property
    def accepted(self) -> bool:
        """Whether the evidence is enough."""
        if not self.confidence < _SURE:
            return False
        return self.odds >= _THRESHOLD and (self.neighbours > 0 or self._speaks_for_itself())

    def _speaks_for_itself(self) -> bool:
        """Whether a term needs no neighbour: three syllables that agree, four with one slip, or a long name."""
        length = len(self.term.text)
        if self.distance < _HALF_ALIKE:
            return length > _SHORT
        return length >= _LONG or (length > _SHORT + 1 and self.same >= length - 1)

    def correction(self) -> TermCorrection:
        """Return the correction that this candidate is."""
        words = spoken(self.utterance)[self.start : self.start + len(self.term.text)]
        return TermCorrection(
            self.utterance.index,
            self.start,
            self.heard,
            self.term.text,
            words[0].start_ms,
            words[-1].end_ms,
            round(min(PRECISION, self.confidence), 3),
        )


def correct(transcript: Transcript, lexicon: Lexicon, day: date) -> tuple[Transcript, tuple[TermCorrection, ...]]:
    """Return a transcript with the terms that were valid on a day read into it, and what was changed.

    What was corrected once is corrected wherever the same characters were heard in the call, if they read likelier so.
    Words keep their times and number of characters. What was corrected once is not touched again, so that correcting
    what came out changes nothing.
    """
    made: list[TermCorrection] = []
    for _ in range(_ROUNDS):
        found = [c for place in range(len(transcript.utterances)) for c in _chosen(transcript, place, lexicon, day)]
        if not found:
            break
        made += found
        transcript = as_corrected(transcript, found)
    again = list(_again(transcript, made, lexicon, day))
    made += again
    transcript = as_corrected(transcript, again)
    return transcript, tuple(sorted(made, key=lambda one: (one.utterance, one.start)))


def _chosen(transcript: Transcript, place: int, lexicon: Lexicon, day: date) -> list[TermCorrection]:
    """Return the accepted candidates of an utterance, the likeliest of those that overlap."""
    taken: set[int] = set()
    chosen = []
    accepted = [c for c in candidates(transcript.utterances, place, lexicon, day) if c.accepted]
    accepted = [c for c in accepted if not any(_as_good(other, c) for other in accepted)]
    for one in sorted(accepted, key=lambda c: (-c.odds, -len(c.term.text), c.start, c.term.text)):
        places = set(range(one.start, one.start + len(one.term.text)))
        if not taken & places:
            taken |= places
            chosen.append(one.correction())
    return chosen


def _as_good(other: Candidate, one: Candidate) -> bool:
    """Whether another term of the same place fits about as well and does not sound worse: neither is chosen then."""
    same_place = other.start == one.start and len(other.term.text) == len(one.term.text)
    if not same_place or other.term.text == one.term.text:
        return False
    return abs(other.odds - one.odds) < _APART and other.distance <= one.distance


def _again(
    transcript: Transcript, made: Sequence[TermCorrection], lexicon: Lexicon, day: date
) -> Iterator[TermCorrection]:
    """Yield what was corrected elsewhere in the call, where the same characters read likelier so.

    Each is as sure as the less sure of both places. The clause decides as well: the 公单 of 办公单位 is no 工单.
    """
    sure: dict[tuple[str, str], float] = {}
    for one in made:
        sure[one.heard, one.written] = max(one.confidence, sure.get((one.heard, one.written), 0.0))
    heard = {text for text, _ in sure}
    for place, utterance in enumerate(transcript.utterances):
        if not any(text in "".join(c for c in utterance.text if c.isalnum()) for text in heard):
            continue
        taken: set[int] = set()
        for c in candidates(transcript.utterances, place, lexicon, day):
            places = set(range(c.start, c.start + len(c.heard)))
            known = sure.get((c.heard, c.term.text))
            if known is not None and c.likelier > 0 and not taken & places:
                taken |= places
                yield replace(c.correction(), confidence=round(min(known, PRECISION, c.confidence), 3))


def candidates(utterances: Sequence[Utterance], place: int, lexicon: Lexicon, day: date) -> Iterator[Candidate]:
    """Yield every term that sounds like a stretch of one utterance and is not what was written there.

    Args:
        utterances: Of a call, in order.
        place: Which of them.
        lexicon: The terms.
        day: Of the call.
    """
    utterance = utterances[place]
    owners = spoken(utterance)
    said = "".join(c for c in utterance.text if c.isalnum())
    if not owners or positions(said) != tuple(range(len(said))):
        return
    like = list(lexicon.sounding(keys(said), day))
    right = [(start, len(term.text)) for term, start in like if said.startswith(term.text, start)]
    breaks = _breaks(utterance.text)
    numbers = {place for found in _NUMBER.finditer(said) for place in range(*found.span())}
    completed = {found.start() for found in _COMPLETED.finditer(said)}
    for term, start in like:
        end = start + len(term.text)
        heard = said[start:end]
        changed = {p for p in range(start, end) if said[p] != term.text[p - start]}
        if not changed or numbers & changed:
            continue
        if any(owners[p].original is not None for p in changed) or _stand(changed, right, len(term.text)):
            continue
        if len(term.text) < _OVER_COMMAS and breaks & set(range(start + 1, end)):
            continue
        costs = [syllable_cost(a, b) for a, b in zip(syllables(said)[start:end], syllables(term.text), strict=True)]
        if max(costs) > _HALF_ALIKE or (not term.name and max(costs) == _HALF_ALIKE):
            continue
        if sum(costs) and len(term.text) == _SHORT and sounding_exactly(heard) - {heard, term.text}:
            continue
        if any(costs[p - start] == _HALF_ALIKE for p in changed & completed):
            continue
        yield Candidate(
            utterance,
            start,
            term,
            heard,
            sum(costs),
            _likelier(said, start, term.text),
            min(owners[p].confidence for p in changed),
            len(term.text) - len(changed),
            _neighbours(utterances, place, start, end, lexicon.around(term, day)),
        )


def _stand(changed: set[int], right: Sequence[tuple[int, int]], length: int) -> bool:
    """Whether characters that would change are part of a term as it is written: 医保局 is no 医保卡."""
    return any(
        length_of >= min(3, length) and changed & set(range(start, start + length_of)) for start, length_of in right
    )


def _breaks(text: str) -> set[int]:
    """Return before which spoken characters punctuation stands."""
    places, count = set(), 0
    for character in text:
        if character.isalnum():
            count += 1
        else:
            places.add(count)
    return places


def _likelier(said: str, start: int, term: str) -> float:
    """Return by how much the words around a stretch read likelier with the term in it."""
    end = start + len(term)
    before, after = said[max(0, start - _WINDOW) : start], said[end : end + _WINDOW]
    expected = {term: max(_EXPECTED, frequency(term))} | dict.fromkeys(_DIGITS.findall(term), _EXPECTED)
    return log_probability(before + term + after, expected) - log_probability(
        before + said[start:end] + after, {run: often for run, often in expected.items() if run != term}
    )


def _neighbours(utterances: Sequence[Utterance], place: int, start: int, end: int, words: frozenset[str]) -> int:
    """Count the words that stand in the utterance outside of a stretch, or in the ones before and after it."""
    said = "".join(c for c in utterances[place].text if c.isalnum())
    around = [said[:start], said[end:], *(u.text for u in utterances[max(0, place - 1) : place])]
    around += [u.text for u in utterances[place + 1 : place + 2]]
    text = "，".join(around)
    return sum(word in text for word in words)
