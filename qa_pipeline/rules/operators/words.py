"""Operators on words: keywords, patterns, sounds, repetition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, field_validator
from rapidfuzz import fuzz

from qa_pipeline.language.pinyin import nearest
from qa_pipeline.models import CallContext, Evidence, Utterance
from qa_pipeline.rules.evidence import absent, said
from qa_pipeline.rules.matching import Hit, Phrase, find, normal, passage_text, passages, search
from qa_pipeline.rules.operators.kleene import Answer, no, unsure, yes
from qa_pipeline.rules.windows import heard_well, unclear

SURE = 0.6
"""A hit under this probability is not enough evidence (the default of every rule, see `rules.base.Params`)."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Keywords(_Strict):
    """``phrases`` of which ``min_hits`` hits are wanted."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    min_hits: int = Field(default=1, ge=1, le=100)


class CountedKeywords(_Strict):
    """``n`` different phrases of the list: -1 all, 0 none, else at least so many."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    n: int = Field(ge=-1, le=1000)


class Pattern(_Strict):
    """A regular expression and what excuses it."""

    pattern: str = Field(min_length=1, max_length=400)
    unless: tuple[str, ...] = Field(default=(), alias="except")

    @field_validator("pattern", "unless")
    @classmethod
    def _compiles(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for one in (value,) if isinstance(value, str) else value:
            try:
                re.compile(one)
            except re.error as error:
                raise ValueError(f"{one!r} is not a regular expression: {error}") from error
        return value


class Sounds(_Strict):
    """Phrases and how differently they may sound, 0-1 over their syllables."""

    phrases: tuple[Phrase, ...] = Field(min_length=1)
    distance: float = Field(default=0.2, ge=0, le=0.5)


class Repetition(_Strict):
    """The same content again within ``within`` utterances of the window, from the ``times``-th time."""

    times: int = Field(default=3, ge=2, le=20)
    within: int = Field(default=20, ge=2, le=1000)
    ignore_under: int = Field(default=4, ge=1, le=50, description="characters")
    similarity: int = Field(default=80, ge=50, le=100, description="percent")
    unless: tuple[Phrase, ...] = Field(default=(), alias="except")


def any_keywords(ctx: CallContext, window: Sequence[Utterance], wanted: Keywords) -> Answer:
    """Whether phrases were said, by characters or by sound."""
    return _enough(ctx, window, find(wanted.phrases, window), wanted.min_hits)


def n_keywords(ctx: CallContext, window: Sequence[Utterance], wanted: CountedKeywords) -> Answer:
    """Whether all, so many or none of the phrases were said."""
    hits = find(wanted.phrases, window)
    if wanted.n == 0:
        sure = [hit for hit in hits if hit.confidence >= SURE]
        if sure:
            return no([hit.evidence() for hit in sure], max(hit.confidence for hit in sure))
        return unsure([hit.evidence() for hit in hits]) if hits or _murky(ctx, window) else yes(_looked(window))
    best = {hit.phrase: hit for hit in sorted(hits, key=lambda hit: hit.confidence)}
    return _enough(ctx, window, list(best.values()), len(wanted.phrases) if wanted.n == -1 else wanted.n)


def regex(ctx: CallContext, window: Sequence[Utterance], wanted: Pattern) -> Answer:
    """Whether a pattern matches a passage, its exceptions apart."""
    return _enough(ctx, window, search((wanted.pattern,), window, wanted.unless), 1)


def sounds_like(ctx: CallContext, window: Sequence[Utterance], wanted: Sounds) -> Answer:
    """Whether something sounds nearly like one of the phrases; what merely sounds so is sure only when very near."""
    for passage in passages(window):
        for phrase in wanted.phrases:
            match = nearest(phrase.text, passage_text(passage))
            if match is None or match.distance > wanted.distance:
                continue
            confidence = (1 - match.distance) * heard_well(passage)
            evidence = [said(passage[0], f"读音近似“{phrase.text}”", confidence)]
            return yes(evidence, confidence) if confidence >= SURE else unsure(evidence, confidence)
    return unsure(_looked(window)) if _murky(ctx, window) else no(_looked(window), heard_well(window))


def repeated(ctx: CallContext, window: Sequence[Utterance], wanted: Repetition) -> Answer:
    """Whether one speaker said the same content several times."""
    del ctx
    spoken = [(u, normal(u.text)) for u in window if not find(wanted.unless, [u])]
    spoken = [(u, text) for u, text in spoken if len(text) >= wanted.ignore_under]
    for place, (_, text) in enumerate(spoken):
        later = spoken[place : place + wanted.within]
        same = [u for u, other in later if fuzz.ratio(text, other) >= wanted.similarity]
        if len(same) >= wanted.times:
            confidence = min(u.confidence for u in same)
            evidence = [said(u, "重复") for u in same]
            return yes(evidence, confidence) if confidence >= SURE else unsure(evidence, confidence)
    return no(_looked(window))


def _enough(ctx: CallContext, window: Sequence[Utterance], hits: Sequence[Hit], wanted: int) -> Answer:
    sure = sorted((hit.confidence for hit in hits if hit.confidence >= SURE), reverse=True)
    evidence = [hit.evidence() for hit in hits]
    if len(sure) >= wanted:
        return yes(evidence, sure[wanted - 1])
    if len(hits) >= wanted or _murky(ctx, window):
        return unsure(evidence or _looked(window))
    return no(_looked(window), heard_well(window) if window else 1.0)


def _murky(ctx: CallContext, window: Sequence[Utterance]) -> bool:
    """Whether words of the window's speakers were not understood within it."""
    roles = {u.role for u in window}
    return bool(window) and any(unclear(ctx, role, window[0].start_ms, window[-1].end_ms) for role in roles)


def _looked(window: Sequence[Utterance]) -> list[Evidence]:
    return [absent(window, "这一段没有")] if window else []
