"""Where a caller is upset, angry or abusive: the anchor of rules on soothing, and of the case mix.

Words decide; a voice well above the caller's own loudness raises the level of words, and is nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from pydantic import Field

from qa_pipeline.models import CallContext, Role
from qa_pipeline.rules.base import Params
from qa_pipeline.rules.matching import Hit, Phrase, find
from qa_pipeline.rules.shipped import shipped

RAISED_DB = 5.0
"""A caller's utterance this much above the median of the caller's own counts as raised."""

MIN_BY_SOUND = 0.6
"""Words that only sound hostile count from this probability on."""


class HostilityParams(Params):
    """Words of a caller by level: 1 upset or in distress, 2 angry, 3 abusive or threatening."""

    upset: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "upset"), description="一级：着急、难过、害怕")
    angry: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "angry"), description="二级：愤怒、指责")
    abusive: tuple[Phrase, ...] = Field(default_factory=shipped("TN06", "abusive"), description="三级：辱骂、威胁")


@dataclass(frozen=True, slots=True)
class Moment:
    """One passage of the caller's in which hostility was heard, at ``level`` 1-3, with the words that show it."""

    level: int
    start_ms: int
    end_ms: int
    hits: tuple[Hit, ...]
    confidence: float


def moments(ctx: CallContext, params: HostilityParams) -> tuple[Moment, ...]:
    """Return the caller's hostile passages in the order of the call."""
    grouped: dict[int, list[tuple[int, Hit]]] = {}
    for level, words in ((1, params.upset), (2, params.angry), (3, params.abusive)):
        for hit in find(words, ctx.transcript.of(Role.CALLER)):
            # An anchor that only sounds so would make a fault of the operator's next words.
            if hit.exact or hit.confidence >= MIN_BY_SOUND:
                grouped.setdefault(hit.passage, []).append((level, hit))
    return tuple(_moment(ctx, grouped[passage]) for passage in sorted(grouped))


def _moment(ctx: CallContext, found: list[tuple[int, Hit]]) -> Moment:
    """The strongest word makes the level; words of distress in a raised voice are anger. Abuse needs its own words."""
    highest = max(level for level, _ in found)
    hits = tuple(hit for _, hit in sorted(found, key=lambda one: one[1].start_ms))
    raised = any(_raised(ctx, hit.utterance.index) for hit in hits)
    level = 2 if highest == 1 and raised else highest
    confidence = max(hit.confidence for lvl, hit in found if lvl == highest)
    return Moment(level, hits[0].start_ms, hits[-1].end_ms, hits, confidence)


def _raised(ctx: CallContext, index: int) -> bool:
    caller = {u.index for u in ctx.transcript.of(Role.CALLER)}
    loudness = {m.index: m.loudness_db for m in ctx.acoustics.utterances if m.index in caller}
    if index not in loudness or len(loudness) < 3:
        return False
    return loudness[index] - median(loudness.values()) >= RAISED_DB
