"""The operators by the names that conditions call them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from qa_pipeline.rules.operators import entity, hostility, meaning, record, sound, words
from qa_pipeline.rules.operators.found import Found
from qa_pipeline.rules.operators.kleene import Answer
from qa_pipeline.rules.turns import Call, Window


@dataclass(frozen=True, slots=True)
class Operator:
    """A test of a range of turns.

    ``short`` names the parameter that a bare list, text or number stands for. ``has_place`` where its hits lie
    somewhere in the call, so that it can be an anchor. ``of_call`` where it answers without any turn. ``missing`` is
    asked instead under a ``not``.
    """

    params: type[BaseModel]
    test: Callable[[Call, Window, Any], Found | Answer]
    short: str | None = None
    has_place: bool = True
    of_call: bool = False
    missing: Callable[[Call, Window, Any], Found | Answer] | None = None


OPERATORS: dict[str, Operator] = {
    "any_keywords": Operator(words.Keywords, words.any_keywords, "phrases", missing=words.any_keywords_missed),
    "n_keywords": Operator(words.CountedKeywords, words.n_keywords, missing=words.n_keywords_missed),
    "regex": Operator(words.Pattern, words.regex, "pattern"),
    "similar": Operator(meaning.Similar, meaning.similar, "sentences"),
    "sounds_like": Operator(words.Sounds, words.sounds_like, "phrases"),
    "repeated": Operator(words.Repetition, words.repeated, "times"),
    "entity": Operator(entity.Entity, entity.entity, "kind"),
    "silence": Operator(sound.Silence, sound.silence, "longer_than_ms", of_call=True),
    "speech_rate": Operator(sound.Rate, sound.speech_rate),
    "talk_over": Operator(sound.Overlap, sound.talk_over, "by", of_call=True),
    "loudness_jump": Operator(sound.Jump, sound.loudness_jump, "db"),
    "pitch_jump": Operator(sound.PitchJump, sound.pitch_jump, "semitones"),
    "hang_up": Operator(record.HangUp, record.hang_up, "who", has_place=False, of_call=True),
    "duration": Operator(record.Size, record.duration, has_place=False, of_call=True),
    "utterance_count": Operator(record.Size, record.utterance_count, has_place=False, of_call=True),
    "field": Operator(record.FieldTest, record.field, has_place=False, of_call=True),
    "knowledge": Operator(meaning.Knowledge, meaning.knowledge, "verdict"),
    "hostility": Operator(hostility.Hostility, hostility.hostility, "level"),
}
