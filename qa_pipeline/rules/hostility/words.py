"""Words of hostility, with the kind and the grade of each, without those that are another's or that only sound so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.hostility.kinds import Kind
from qa_pipeline.rules.hostility.params import LEVELS, HostilityParams, phrases_by_kind
from qa_pipeline.rules.hostility.reported import about_another, reported
from qa_pipeline.rules.matching import Hit, Phrase, find
from qa_pipeline.rules.saying import quoted

MIN_BY_SOUND = 0.6
"""Words that only sound hostile count from this probability on: an anchor makes a fault of the other's next words."""


@dataclass(frozen=True, slots=True)
class Word:
    """A hit with its kind and grade."""

    hit: Hit
    kind: Kind
    level: int


def hostile_words(ctx: CallContext, role: Role, params: HostilityParams) -> tuple[Word, ...]:
    """Return a role's words of hostility in the order of the call."""
    kinds, spoken = phrases_by_kind(params, role), ctx.transcript.of(role)
    # A grade at a time: of hits that overlap the longest is kept, and 你们是干什么 must not hide 干什么吃的.
    found = [(hit, kinds[hit.phrase]) for wanted in _by_level(kinds) for hit in find(wanted, spoken, MIN_BY_SOUND)]
    own = [(hit, kind) for hit, kind in found if not _anothers(ctx, role, hit, kind)]
    words = (Word(hit, kind, _level(role, hit, kind)) for hit, kind in own)
    return tuple(sorted(words, key=lambda word: (word.hit.start_ms, -word.level, word.hit.end_ms, word.hit.text)))


def _by_level(kinds: Mapping[Phrase, Kind]) -> tuple[tuple[Phrase, ...], ...]:
    levels = sorted(set(LEVELS.values()))
    return tuple(tuple(phrase for phrase, kind in kinds.items() if LEVELS[kind] == level) for level in levels)


def _anothers(ctx: CallContext, role: Role, hit: Hit, kind: Kind) -> bool:
    return reported(hit, kind) or (role is Role.OPERATOR and quoted(ctx, hit))


def _level(role: Role, hit: Hit, kind: Kind) -> int:
    """Who abuses somebody that is not on the line is upset; how much, his voice tells."""
    if role is not Role.OPERATOR and kind is Kind.INSULT and about_another(hit):
        return LEVELS[Kind.UPSET]
    return LEVELS[kind]
