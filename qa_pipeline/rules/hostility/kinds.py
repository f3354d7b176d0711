"""What a hostile moment of a call is: its kinds, its grade, its place, and how it was recognised."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from qa_pipeline.models import CallContext, Evidence, Role
from qa_pipeline.rules.evidence import said
from qa_pipeline.rules.matching import Hit
from qa_pipeline.rules.saying import listed


class Kind(StrEnum):
    """What somebody does in a hostile moment, the gravest first."""

    THREAT = "threat"
    INSULT = "insult"
    ANGER = "anger"
    SHOUTING = "shouting"
    DEMAND = "demand"
    UPSET = "upset"
    GRIEF = "grief"

    @property
    def name_zh(self) -> str:
        """The kind in Chinese."""
        return _NAMES[self]


_NAMES = {
    Kind.THREAT: "威胁",
    Kind.INSULT: "辱骂",
    Kind.ANGER: "愤怒指责",
    Kind.SHOUTING: "大声喊叫",
    Kind.DEMAND: "反复要求",
    Kind.UPSET: "着急不满",
    Kind.GRIEF: "难过害怕",
}


class How(StrEnum):
    """By what a moment was recognised. Without words it is only a doubt, for a person to listen to."""

    WORDS = "words"
    SOUND = "sound"
    MODEL = "model"


@dataclass(frozen=True, slots=True)
class Moment:
    """One turn in which somebody was hostile.

    Args:
        level: 1 upset or in distress, 2 angry, 3 abusive or threatening.
        kinds: The gravest first, each once.
        utterances: Indices of the utterances that show it, in order.
        hits: The words that show it; empty where only sound or the model speaks for it.
        how: By what it was recognised.
        confidence: Probability, 0-1, that it is so.
        demand: What was demanded again and again, "" where nothing was.
    """

    level: int
    kinds: tuple[Kind, ...]
    start_ms: int
    end_ms: int
    role: Role
    utterances: tuple[int, ...]
    hits: tuple[Hit, ...]
    how: tuple[How, ...]
    confidence: float
    demand: str = ""

    @property
    def sure(self) -> bool:
        """Whether words show it: only such a moment may be held against anybody."""
        return How.WORDS in self.how

    @property
    def spoken_emotion(self) -> bool:
        """Whether words of feeling were said, and not the same demand again and again alone."""
        return bool(self.hits)

    def told(self, most: int = 2) -> str:
        """Return in Chinese, for a reason, what was said; "" where there were no words."""
        if self.hits:
            return f"说{listed(self.hits[:most])}"
        return f"再三要求“{self.demand}”" if self.demand else ""

    def shown(self, ctx: CallContext, note: str, most: int = 2) -> list[Evidence]:
        """Return what can be played of it: the words, else the utterances."""
        if self.hits:
            return [hit.evidence(note) for hit in self.hits[:most]]
        return [said(u, note, self.confidence) for u in ctx.transcript.utterances if u.index in self.utterances][:most]


def ordered(kinds: set[Kind]) -> tuple[Kind, ...]:
    """Return kinds with the gravest first."""
    return tuple(kind for kind in Kind if kind in kinds)
