"""What was corrected in a transcript after recognition."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TermCorrection:
    """A stretch of an utterance that was read as a word of the trade of the same number of syllables.

    ``start`` counts the utterance's spoken characters (letters and digits, no punctuation) from 0. ``heard`` is what
    was recognised there, ``written`` what is read instead, as long. ``confidence`` is the least sure of the words that
    it touches, after the correction.
    """

    utterance: int
    start: int
    heard: str
    written: str
    start_ms: int
    end_ms: int
    confidence: float
