"""The operators by the names that conditions call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from qa_pipeline.models import CallContext, Utterance
from qa_pipeline.rules.operators import record, sound, words
from qa_pipeline.rules.operators.kleene import Answer


@dataclass(frozen=True, slots=True)
class Operator:
    """A test of a window of utterances; ``short`` names the parameter that a bare list or text stands for."""

    params: type[BaseModel]
    test: Callable[[CallContext, Sequence[Utterance], Any], Answer]
    short: str | None = None


OPERATORS: dict[str, Operator] = {
    "any_keywords": Operator(words.Keywords, words.any_keywords, "phrases"),
    "n_keywords": Operator(words.CountedKeywords, words.n_keywords),
    "regex": Operator(words.Pattern, words.regex, "pattern"),
    "sounds_like": Operator(words.Sounds, words.sounds_like, "phrases"),
    "repeated": Operator(words.Repetition, words.repeated),
    "silence": Operator(sound.Silence, sound.silence),
    "speech_rate": Operator(sound.Rate, sound.speech_rate),
    "talk_over": Operator(sound.Overlap, sound.talk_over),
    "loudness_jump": Operator(sound.Jump, sound.loudness_jump),
    "pitch_jump": Operator(sound.PitchJump, sound.pitch_jump),
    "field": Operator(record.FieldTest, record.field),
    "hang_up": Operator(record.HangUp, record.hang_up),
    "duration": Operator(record.Size, record.duration),
    "utterance_count": Operator(record.Size, record.utterance_count),
}
