"""What was corrected in a transcript after recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from qa_pipeline.models.speech import Role


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


@dataclass(frozen=True, slots=True)
class HandCorrection:
    """What a person wrote for one utterance: its whole text and who speaks. Append-only.

    It is of what was heard under ``speech_hash``, and the latest of an utterance counts; one that gives the
    recogniser's own text and speaker back undoes the others.
    """

    correction_id: int
    call_id: str
    recording_id: str
    speech_hash: str
    utterance: int
    text: str
    role: Role
    author: str
    created_at: datetime
