"""Where a caller is upset, angry or abusive: the anchor of rules on soothing, and of the case mix.

Words decide; a voice well above the caller's own loudness raises the level of words, and is nothing by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

from pydantic import Field

from qa_pipeline.models import CallContext, Evidence, Role, Utterance
from qa_pipeline.rules.base import Params
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Hit, Phrase, find
from qa_pipeline.rules.shipped import shipped
from qa_pipeline.rules.windows import heard_well, murky

RAISED_DB = 5.0
"""A caller's utterance this much above the median of the caller's own counts as raised."""

MIN_BY_SOUND = 0.6
"""Words that only sound hostile count from this probability on."""


POORLY_HEARD = 0.65
POOR_SHARE = 0.25
"""With more than this share of a caller's characters in utterances less sure than that, calm is not known.

Of 26 sample calls the calm ones have at most 0.16, the one whose 气死我了 was heard as 起司午乐屋 has 0.33.
"""

OVER_OPERATOR_DB = 3.0
_LEAST_CHARACTERS = 4


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


@dataclass(frozen=True, slots=True)
class Calm:
    """How sure it is that a caller in whose words no hostility was found was calm.

    ``doubt`` says in Chinese why a person should listen, "" where nothing speaks against it; ``confidence`` is the
    share of the caller's characters that are expected to be right.
    """

    doubt: str
    evidence: tuple[Evidence, ...]
    confidence: float


def calm(ctx: CallContext) -> Calm:
    """Return what is to be thought of a caller who said nothing hostile as far as was heard."""
    spoken = ctx.transcript.of(Role.CALLER)
    poor = [u for u in spoken if u.confidence < POORLY_HEARD]
    share = sum(len(u.text) for u in poor) / max(1, sum(len(u.text) for u in spoken))
    sure = heard_well(spoken) if spoken else 0.5
    if share > POOR_SHARE or murky(ctx, Role.CALLER):
        longest = sorted(poor, key=lambda u: -len(u.text))[:2]
        return Calm("来电人的话有不少没有听清", tuple(said(u, "没有听清") for u in longest), sure)
    if loud := _loud(ctx, spoken):
        return Calm("来电人比自己平时和话务员都明显大声", tuple(said(u, "明显大声") for u in loud[:2]), sure)
    return Calm("", (), sure)


def _loud(ctx: CallContext, spoken: tuple[Utterance, ...]) -> list[Utterance]:
    """Return the caller's raised utterances where there are two of them, or one that was heard poorly too.

    Raised is louder than the operator and than the caller's own calm, the median of the quieter half, by
    ``loudness_db``: a loud microphone makes the calm louder too, and a quiet operator makes nobody loud.
    """
    level = {m.index: m.loudness_db for m in ctx.acoustics.utterances}
    own = [u for u in spoken if u.index in level and len(u.text) >= _LEAST_CHARACTERS]
    other = [level[u.index] for u in ctx.transcript.of(Role.OPERATOR) if u.index in level]
    if len(own) < 3 or not other:
        return []
    quiet = median(sorted(level[u.index] for u in own)[: (len(own) + 1) // 2])
    line = max(quiet + RAISED_DB, median(other) + OVER_OPERATOR_DB)
    raised = [u for u in own if level[u.index] >= line]
    return raised if len(raised) > 1 or any(u.confidence < POORLY_HEARD for u in raised) else []


def _raised(ctx: CallContext, index: int) -> bool:
    caller = {u.index for u in ctx.transcript.of(Role.CALLER)}
    loudness = {m.index: m.loudness_db for m in ctx.acoustics.utterances if m.index in caller}
    if index not in loudness or len(loudness) < 3:
        return False
    return loudness[index] - median(loudness.values()) >= RAISED_DB
